"""Languages by their usual names: tags of Markdown fences and endings of files, brought to one name each."""

_ALIASES = {
    "rs": "rust",
    "js": "javascript",
    "node": "javascript",
    "ts": "typescript",
    "c++": "cpp",
    "cc": "cpp",
    "cxx": "cpp",
    "cs": "csharp",
    "c#": "csharp",
    "golang": "go",
    "go_test.go": "go",
    "bash": "sh",
    "shell": "sh",
    "zsh": "sh",
    "rb": "ruby",
    "pl": "perl",
    "jl": "julia",
    "rkt": "racket",
    "py": "python",
    "python3": "python",
}
_TITLES = {
    "sh": "Bash",
    "cpp": "C++",
    "csharp": "C#",
    "javascript": "JavaScript",
    "typescript": "TypeScript",
    "php": "PHP",
}


def canonical(name: str) -> str:
    """Return the one name that a language has here, `name` itself in small letters where it is not known."""
    small = name.strip().lower()
    return _ALIASES.get(small, small)


def title(language: str) -> str:
    """Return the name of a language as people write it."""
    return _TITLES.get(language, language.capitalize())
