"""Document: a YAML file as plain values, and the line on which each of them stands."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.extra import needed
from pytest_codeeval.core.secretname import KEY, is_secret_name
from pytest_codeeval.core.text import printable

Where = tuple[str | int, ...]
"""The way to a value: keys of maps and places in lists."""

_MOST_BYTES = 256 * 1024
_MOST_VALUES = 20_000  # an alias counts as often as it is used
_VARIABLE = re.compile(r"\$\{(\w*)\}")
_TAG = "tag:yaml.org,2002:"
_NUMBERS = {f"{_TAG}{name}" for name in ("int", "float", "bool")}
_KNOWN = _NUMBERS | {f"{_TAG}{name}" for name in ("str", "null", "map", "seq", "timestamp", "value")}
_DEEPEST = 30
_TOO_DEEP = "it is nested too deeply to be read, or within itself; write it with fewer levels."
_EMPTY = "names no model yet; `codeeval config example` prints one to start from"


@dataclass(frozen=True, slots=True)
class Document:
    """What stands in a file called `name`, its values with the variables of the environment put in."""

    name: str
    folder: Path
    values: Mapping[str, Any]
    lines: Mapping[Where, int] = field(repr=False)

    def line(self, where: Where) -> int:
        """Return the line of a value, or of the nearest thing around it that has one."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def refusal(self, where: Where, said: str) -> UsageError:
        """Return the error about a value: file, line and a sentence."""
        return refusal(self.name, self.line(where), said)


def refusal(name: str, line: int, said: str) -> UsageError:
    """Return the error about a line of a file; what is quoted from there may be anything."""
    return UsageError(printable(f"{name}:{line}: {said}").replace("\n", "\\n"))


def read_document(path: Path) -> Document:
    """Read a file.

    Raises UsageError with the file and the line for one that is no map in YAML, or has a key of a service in it;
    MissingExtra where no YAML can be read here.
    """
    yaml = needed("yaml", "config", "a config file", "PyYAML")
    name = str(path)
    text = _text(path, name)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise refusal(name, *_said(error, text)) from None
    except RecursionError:
        raise refusal(name, 1, _TOO_DEEP) from None
    if node is None:
        raise UsageError(f"{name}: the file is empty and {_EMPTY}.")
    reader = _Reader(yaml, name)
    values = reader.value(node, ())
    if not isinstance(values, dict):
        kind = "a list" if isinstance(values, list) else "a single value"
        raise refusal(name, 1, f"the file is {kind}, and has to be a map with keys such as models: and suites:.")
    return Document(name, path.absolute().parent, values, reader.lines)


def _text(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(
            f"{name}: there is no such file; `codeeval config example > {name}` writes one to start from."
        ) from None
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}; name a file in YAML.") from None
    if len(raw) > _MOST_BYTES:
        raise UsageError(f"{name} has more than {_MOST_BYTES // 1024} KiB and is no config file; name another.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise refusal(name, line, "the file is not UTF-8 here; save it as UTF-8.") from None


def _said(error: Any, text: str) -> tuple[int, str]:
    """Return the line and the sentence for what YAML could not read."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        position = getattr(error, "position", 0)
        line = text.count("\n", 0, position) + 1
        return line, "there is a control character here that YAML does not allow; take it out."
    line = mark.line + 1
    problem = " ".join(str(error.problem or error.context or "").split())
    if "'\\t'" in problem:
        return line, "the line is indented with a tab, which YAML does not allow; use spaces."
    if "single document" in str(error.context or ""):
        return line, "a second document begins here; keep one to a file."
    return line, f"this is no YAML ({problem or 'it cannot be read'}); look at the indentation and quotes there."


class _Reader:
    """Makes plain values of nodes; no tag makes anything else, and no alias more than a bounded number."""

    def __init__(self, yaml: Any, name: str) -> None:
        self.lines: dict[Where, int] = {}
        self._yaml = yaml
        self._maker = yaml.SafeLoader("")
        self._name = name
        self._left = _MOST_VALUES

    def value(self, node: Any, where: Where) -> Any:
        self._left -= 1
        line = node.start_mark.line + 1
        self.lines.setdefault(where, line)
        if self._left < 0:
            raise self._refusal(
                self.lines[where[:1]], f"with its aliases this comes to more than {_MOST_VALUES:,} values; write fewer."
            )
        if len(where) > _DEEPEST:
            raise self._refusal(self.lines[where[:1]], _TOO_DEEP)
        if node.tag not in _KNOWN:
            raise self._refusal(line, f"the tag {node.tag} is not read; write the plain value.")
        if isinstance(node, self._yaml.MappingNode):
            return self._map(node, where)
        if isinstance(node, self._yaml.SequenceNode):
            return [self.value(child, (*where, place)) for place, child in enumerate(node.value)]
        return self._single(node, line)

    def _map(self, node: Any, where: Where) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if key_node.tag == f"{_TAG}merge":
                raise self._refusal(
                    line, "<< is not read; what holds for all models goes to the top of the file, where it does."
                )
            if not isinstance(key_node, self._yaml.ScalarNode):
                raise self._refusal(line, "a key has to be a name, and this is a list or a map; put it in quotes.")
            key = key_node.value
            self._look_for_keys(key, line)
            if key in found:
                first = self.lines[(*where, key)]
                raise self._refusal(line, f"{key!r} stands here twice, first in line {first}; keep one of them.")
            self.lines[(*where, key)] = line
            found[key] = self.value(value_node, (*where, key))
        return found

    def _single(self, node: Any, line: int) -> Any:
        if node.tag == f"{_TAG}null":
            return None
        if node.tag in _NUMBERS:
            try:
                return self._maker.construct_object(node)
            except ValueError:
                raise self._refusal(line, f"{node.value[:40]!r} cannot be read as a number; write it out.") from None
        self._look_for_keys(node.value, line)
        return _VARIABLE.sub(lambda found: self._variable(found[1], line), node.value)

    def _variable(self, name: str, line: int) -> str:
        if is_secret_name(name):
            raise self._refusal(
                line, f"${{{name}}} would put a key among the settings; give its name alone, as api_key_env: {name}."
            )
        if name not in os.environ:
            raise self._refusal(line, f"the variable ${{{name}}} is not set in the environment; set it.")
        self._look_for_keys(os.environ[name], line)
        return os.environ[name]

    def _look_for_keys(self, text: str, line: int) -> None:
        if KEY.search(text):
            raise self._refusal(
                line,
                "this looks like an API key, which no file should hold; put it into a variable of the "
                "environment, and name that: api_key_env: NAME.",
            )

    def _refusal(self, line: int, said: str) -> UsageError:
        return refusal(self._name, line, said)
