"""Keys of a file whose form is somebody else's: what stands under each, and what is wrong with it, by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_codeeval.config.document import Document, Where
from pytest_codeeval.config.saying import called
from pytest_codeeval.core.errors import UsageError, nearest

_ABOVE = 4  # folders above the file in which its paths are looked for


class Keys:
    """Looks values up by their way; keys in `without` are passed over. What is wrong is a UsageError."""

    def __init__(self, document: Document, without: frozenset[str]) -> None:
        self.document = document
        self._without = without
        self._refused: list[tuple[Where, str]] = []

    def value(self, where: Where) -> Any:
        """Return the value at the end of a way, None if there is none."""
        value: Any = self.document.values
        for step in where:
            value = value.get(step) if isinstance(value, dict) else None
        return value

    def map(self, where: Where) -> Mapping[str, Any]:
        """Return a map, an empty one if it is not there."""
        value = self.value(where)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.refusal(where, f"{called(where)} is no map of keys and values; write it as one.")
        return value

    def only(self, where: Where, given: Mapping[str, Any], known: Sequence[str]) -> None:
        """Refuse a key that is not known."""
        for key in given:
            if key not in known and key not in self._without:
                at = f" in {called(where)}" if where else ""
                hint = nearest(key, known) or f"; there are {', '.join(known)}"
                raise self.refusal((*where, key), f"there is no key {key!r}{at}{hint}.")

    def one_of(self, where: Where, known: Mapping[Any, str], usual: Any) -> str:
        """Return what stands for a value, which has to be one of those that are known."""
        value = self.map(where[:-1]).get(str(where[-1]), usual)
        if not isinstance(value, str | None) or value not in known:
            names = ", ".join(map(str, filter(None, known)))
            raise self.refusal(where, f"{called(where)} is {value!r}, and has to be one of {names}.")
        return known[value]

    def file(self, where: Where, name: object) -> Path:
        """Return a file that has to be there."""
        if not isinstance(name, str) or not name:
            raise self.refusal(where, f"{called(where)} names no file; name one.")
        found = self.found_at(name)
        if found is None:
            raise self.refusal(where, f"{called(where)} is {name!r}, and there is no such file; name one that is.")
        return found

    def found_at(self, name: str) -> Path | None:
        """Return a file where it is: paths may be relative to a folder above, as that of a package."""
        folder = self.folder_of(name)
        return None if folder is None else (folder / name).resolve()

    def folder_of(self, name: str) -> Path | None:
        """Return the folder that the name of a file is relative to, None if it is nowhere."""
        folders = [self.document.folder, Path.cwd(), *self.document.folder.parents[:_ABOVE]]
        return next((folder for folder in folders if (folder / name).is_file()), None)

    def refuse(self, where: Where, why: str) -> None:
        """Note a key that cannot be honoured, unless the user has it left out; `demand_honoured` says so."""
        if str(where[-1]) not in self._without:
            self._refused.append((where, why))

    def demand_honoured(self) -> None:
        """Raise UsageError where a key cannot be honoured: about the first, with what leaves all of them out."""
        if not self._refused:
            return
        ordered = sorted(self._refused, key=lambda one: self.document.line(one[0]))
        (where, why), *others = ordered
        keys = ",".join([*self._without, *dict.fromkeys(str(where[-1]) for where, _ in ordered)])
        more = ", ".join(f"{called(where)} in line {self.document.line(where)}" for where, _ in others)
        also = f" (and so it is with {more})" if more else ""
        raise self.refusal(where, f"{called(where)} {why}{also}; take it out, or leave it out with --without={keys}.")

    def refusal(self, where: Where, said: str) -> UsageError:
        """Return the error about a value: file, line and a sentence."""
        return self.document.refusal(where, said)
