"""Composing: a text that follows given instructions and says nothing, for trying what checks them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import cycle, islice

from pytest_codeeval.scoring.instructions.instruction import Instruction
from pytest_codeeval.scoring.instructions.kind import AT_LEAST, LESS_THAN, Args
from pytest_codeeval.scoring.instructions.samples import CLAUSES, SAMPLES

_LANGUAGE, _WORDS = "language:response_language", "length_constraints:number_words"
_FORBIDDING = frozenset({"punctuation:no_comma", "keywords:forbidden_words", "keywords:frequency"})
_ENOUGH, _ENOUGH_OF_ANOTHER = 6, 20  # clauses, to tell a language by: another one has English keywords within it


class _Wishes:
    """The instructions of a text by kind."""

    def __init__(self, instructions: Sequence[Instruction]) -> None:
        self._all = instructions

    def has(self, name: str) -> bool:
        """Whether there is one of a kind."""
        return any(one.name == name for one in self._all)

    def of(self, name: str) -> Iterator[Args]:
        """Yield the arguments of those of a kind."""
        return (one.args for one in self._all if one.name == name)

    def text(self, name: str, arg: str) -> str:
        """Return an argument of the first one of a kind, an empty text if there is none."""
        return next((str(args[arg]) for args in self.of(name)), "")

    def bound(self, name: str, arg: str, relation: str, relation_arg: str = "relation") -> int | None:
        """Return the count that those of a kind ask for with a relation, None if none does."""
        found = [args[arg] for args in self.of(name) if args.get(relation_arg, AT_LEAST) == relation]
        return (max if relation == AT_LEAST else min)(found, default=None)

    def least(self, name: str, arg: str, relation_arg: str = "relation") -> int:
        """Return how many of something there have to be."""
        return self.bound(name, arg, AT_LEAST, relation_arg) or 0


def composed(instructions: Sequence[Instruction]) -> str:
    """Return a text that follows all instructions, an empty one if none is known that does."""
    wishes = _Wishes(instructions)
    clauses = _clauses(wishes)
    if not clauses or contradiction(instructions):
        return ""
    text = _answer(wishes, clauses)
    if wishes.has("combination:two_responses"):
        text = f"{text}\n******\n{clauses[0]}"
    if wishes.has("detectable_format:json_format"):
        text = json.dumps({"text": text}, ensure_ascii=False)
    if wishes.has("startend:quotation"):
        text = f'"{text}"'
    if wishes.has("change_case:english_capital"):
        return text.upper()
    return text.lower() if wishes.has("change_case:english_lowercase") else text


def contradiction(instructions: Sequence[Instruction]) -> str:
    """Return which instruction nobody can follow who repeats the request as another asks, an empty text if none."""
    for request in _Wishes(instructions).of("combination:repeat_prompt"):
        for name, kind, args in instructions:
            said = request["prompt_to_repeat"]
            if name in _FORBIDDING and args.get("relation") != AT_LEAST and not kind.follows(said, args):
                return name
    return ""


def _clauses(wishes: _Wishes) -> list[str]:
    """Return the clauses that no instruction speaks against."""
    language = wishes.text(_LANGUAGE, "language")
    if language:
        return [SAMPLES[language]] if language in SAMPLES else []
    against = [word for args in wishes.of("keywords:forbidden_words") for word in args["forbidden_words"]]
    against += [args["keyword"] for args in wishes.of("keywords:frequency") if args["relation"] == LESS_THAN]
    against += [args["letter"] for args in wishes.of("keywords:letter_frequency") if args["let_relation"] == LESS_THAN]
    return [clause for clause in CLAUSES if not any(word.lower() in clause.lower() for word in against)]


def _answer(wishes: _Wishes, clauses: list[str]) -> str:
    """Return what is said, before the form of the whole is given to it."""
    head = [wishes.text("combination:repeat_prompt", "prompt_to_repeat")]
    head += ["<<A short note>>"] if wishes.has("detectable_format:title") else []
    tail = list(_tail(wishes))
    words = wishes.least(_WORDS, "num_words")
    said = len(re.findall(r"\w+", "\n".join((*head, *tail, _sentence(wishes, [])))))
    few = wishes.bound(_WORDS, "num_words", LESS_THAN) is not None or clauses == [CLAUSES[-1]]
    enough = 1 if few else _ENOUGH_OF_ANOTHER if wishes.has(_LANGUAGE) else _ENOUGH
    longer: list[str] = []
    for clause in cycle(clauses):
        if len(longer) >= enough and said >= words:
            break
        longer.append(clause)
        said += len(clause.split())
    lines = [*filter(None, head), _sentence(wishes, longer)]
    more = wishes.least("length_constraints:number_sentences", "num_sentences") - 1
    lines += [" ".join(f"{clause.capitalize()}." for clause in islice(cycle(clauses), more))] if more > 0 else []
    return _parted(wishes, [*lines, *tail], clauses[0])


def _sentence(wishes: _Wishes, clauses: list[str]) -> str:
    """Return one sentence with all that has to stand somewhere."""
    items = [word for args in wishes.of("keywords:existence") for word in args["keywords"]]
    for args in wishes.of("keywords:frequency"):
        items += [args["keyword"]] * (args["frequency"] if args["relation"] == AT_LEAST else 0)
    for args in wishes.of("keywords:letter_frequency"):
        items += [args["letter"] * args["let_frequency"]] if args["let_relation"] == AT_LEAST else []
    items += ["GOOD"] * wishes.least("change_case:capital_word_frequency", "capital_frequency", "capital_relation")
    items += ["[name]"] * wishes.least("detectable_content:number_placeholders", "num_placeholders")
    items += ["*good*"] * wishes.least("detectable_format:number_highlighted_sections", "num_highlights")
    return (" " if wishes.has(_LANGUAGE) else " and ").join([*clauses, *items]) + "."


def _tail(wishes: _Wishes) -> Iterator[str]:
    """Yield the lines that stand behind it."""
    if wishes.has("detectable_format:constrained_response"):
        yield "My answer is yes."
    splitter = wishes.text("detectable_format:multiple_sections", "section_spliter").strip()
    for number in range(wishes.least("detectable_format:multiple_sections", "num_sections")):
        yield f"{splitter} {number + 1}"
    yield from ["* bread"] * wishes.least("detectable_format:number_bullet_lists", "num_bullets")
    if marker := wishes.text("detectable_content:postscript", "postscript_marker"):
        yield f"{marker} bread"
    if phrase := wishes.text("startend:end_checker", "end_phrase"):
        yield phrase


def _parted(wishes: _Wishes, lines: list[str], clause: str) -> str:
    """Return the lines as paragraphs of the kind that is asked for."""
    for args in wishes.of("length_constraints:nth_paragraph_first_word"):
        count, nth = args["num_paragraphs"], args["nth_paragraph"]
        pieces = [clause] * (count - 1)
        pieces.insert(0 if nth > 1 else count, "\n".join(lines))
        pieces[nth - 1] = f"{args['first_word']} {pieces[nth - 1]}"
        return "\n\n".join(pieces)
    count = wishes.least("length_constraints:number_paragraphs", "num_paragraphs")
    return "\n***\n".join([*[clause] * (count - 1), "\n".join(lines)])
