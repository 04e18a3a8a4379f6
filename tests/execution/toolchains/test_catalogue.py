"""Catalogue: each language in it is whole."""

from __future__ import annotations

import re

import pytest

from pytest_codeeval.core.language import canonical
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.toolchains.catalogue import languages
from tests.execution.toolchains.specimens import SPECIMENS, language

NAMES = sorted(languages())
FAILED = {Cause.WRONG_ANSWER, Cause.EXCEPTION, Cause.IMPORT_MISSING, Cause.MEMORY, Cause.PROCESSES, Cause.SYNTAX_ERROR}


def test_the_languages_of_multipl_e_are_there() -> None:
    assert set(NAMES) == set(SPECIMENS)


@pytest.mark.parametrize(
    ("alias", "name"), [("js", "javascript"), ("C++", "cpp"), ("go_test.go", "go"), ("rb", "ruby"), ("bash", "sh")]
)
def test_a_language_is_found_by_its_usual_names(alias: str, name: str) -> None:
    assert language(alias).name == name


def test_languages_have_the_one_name_that_all_parts_know_them_by() -> None:
    assert [canonical(name) for name in NAMES] == NAMES


def test_it_is_read_once() -> None:
    assert languages()["perl"] is languages()["perl"]


@pytest.mark.parametrize("name", NAMES)
class TestEachLanguage:
    def test_solution_and_test_are_in_the_program_and_the_nonce_after_them(self, name: str) -> None:
        ours = language(name)
        template = ours.files[ours.program]
        assert template.index("{solution}") < template.index("{test}")
        rest = template[template.index("{test}") :] + "".join([*list(ours.files.values())[1:], *ours.edits.values()])
        assert rest.count("{first}") == rest.count("{second}") == 1
        assert not re.search(r"\{first\}\{second\}", rest)

    def test_what_it_runs_is_a_tool_or_was_built(self, name: str) -> None:
        ours = language(name)
        built = {f"./{path}" for path in ours.outputs}
        for argv in [*ours.build, *ours.prepare, ours.run]:
            assert argv[0] in ours.tools or argv[0] in built

    def test_a_build_has_time_and_says_what_it_leaves(self, name: str) -> None:
        ours = language(name)
        assert bool(ours.build) == bool(ours.outputs) == (ours.build_seconds > 0) == (ours.build_error is not None)

    def test_symptoms_name_failures_and_what_to_say(self, name: str) -> None:
        for symptom in language(name).symptoms:
            assert symptom.cause in FAILED
            assert {"what", "other"} & set(symptom.pattern.groupindex)
