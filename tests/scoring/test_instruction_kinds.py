"""The 25 kinds of instructions: what follows each, what does not, and what only the repaired rule tells apart."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_codeeval.scoring.instructions.instruction import fault_of
from pytest_codeeval.scoring.instructions.kinds import KINDS, OF_LANGUAGE
from pytest_codeeval.scoring.instructions.words import tokens

ENGLISH = "We walk to the old mill at dawn and the baker sells warm bread near the bridge."

# Of each kind: its arguments, texts that follow it, texts that do not.
CASES: dict[str, list[tuple[dict[str, Any], list[str], list[str]]]] = {
    "keywords:existence": [
        ({"keywords": ["art", "Sea"]}, ["a party by the sea", "SEArt art"], ["art", "a r t sea"]),
        ({"keywords": ["a.b"]}, ["A.B"], ["axb"]),
    ],
    "keywords:forbidden_words": [
        ({"forbidden_words": ["art", "sea"]}, ["a party", "seas"], ["Art!", "the sea-side", "by\nsea"]),
        ({"forbidden_words": ["c++"]}, ["c"], ["xc++x c++x"]),
    ],
    "keywords:frequency": [
        ({"keyword": " art", "frequency": 2, "relation": "at least"}, ["Art party", "artart"], ["art", "ar t art"]),
        ({"keyword": "art", "frequency": 2, "relation": "less than"}, ["art", "x"], ["art, party"]),
    ],
    "keywords:letter_frequency": [
        ({"letter": "q", "let_frequency": 2, "let_relation": "at least"}, ["Qq", "a q and Q"], ["q"]),
        ({"letter": "#", "let_frequency": 4, "let_relation": "at least"}, ["####", "# ## #"], ["### jjjjjj"]),
        ({"letter": "!", "let_frequency": 2, "let_relation": "less than"}, ["no!", "aaaa"], ["no! no!"]),
    ],
    "language:response_language": [
        ({"language": "de"}, ["Wir gehen jeden Morgen zum alten Markt und kaufen frisches Brot.", "123"], [ENGLISH]),
    ],
    "length_constraints:number_sentences": [
        (
            {"num_sentences": 3, "relation": "at least"},
            ["One. Two! Three?", 'He said "No." We go. Now.'],
            ["One. Two."],
        ),
        ({"num_sentences": 2, "relation": "less than"}, ["Mr. Fox is here.", "at 3.5 m", "x"], ["It is. He is."]),
    ],
    "length_constraints:number_paragraphs": [
        (
            {"num_paragraphs": 2},
            ["one\n***\ntwo", "one *** two", "***\none\n***\ntwo\n***\n"],
            ["one", "one\n\ntwo", "one\n***\n\n***\ntwo", "one***two***three", "***"],
        ),
    ],
    "length_constraints:number_words": [
        ({"num_words": 3, "relation": "at least"}, ["one two three", "it's it"], ["one two", "one_two three"]),
        ({"num_words": 3, "relation": "less than"}, ["one two"], ["one, two, three", "it's it"]),
    ],
    "length_constraints:nth_paragraph_first_word": [
        (
            {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "Elm"},
            ["one\n\nelm, two", "one\n\n'\"ELM's two", "one\n\nElm"],
            ["elm one\n\ntwo", "one\nelm", "one\n\nelms", "one\n\nelm\n\nthree", "one\n\n*elm*"],
        ),
    ],
    "detectable_content:number_placeholders": [
        ({"num_placeholders": 2}, ["[a] [b c]", "[][]", "[[a]] [b]"], ["[a]", "[a [b", "[a\n] [b]"]),
    ],
    "detectable_content:postscript": [
        ({"postscript_marker": "P.S."}, ["x\nP.S. y", "p. s. y", "UPS. p.s."], ["PS y", "P.S y"]),
        ({"postscript_marker": "P.P.S"}, ["P.P.S. y", "p.p. s"], ["P.S. y"]),
        ({"postscript_marker": "N.B."}, ["n.b. x"], ["nxb. x"]),
    ],
    "detectable_format:number_bullet_lists": [
        ({"num_bullets": 2}, ["* a\n* b", " - a\n\n  -b", "*a\n- b", "**x**\n* a\n* b"], ["* a", "* a\n* b\n- c"]),
    ],
    "detectable_format:constrained_response": [
        ({}, ["My answer is yes.", "Well. My answer is maybe. Or so"], ["My answer is yes", "my answer is no."]),
    ],
    "detectable_format:number_highlighted_sections": [
        ({"num_highlights": 2}, ["*a* *b*", "**a** and *b*", "***a***"], ["*a*", "** **", "*a\n*", "**a**"]),
    ],
    "detectable_format:multiple_sections": [
        (
            {"section_spliter": "SECTION ", "num_sections": 2},
            ["SECTION 1\na\nSECTION 2\nb", "SECTION1SECTION 2", "x SECTION\n12 SECTION 3"],
            ["SECTION 1", "Section 1\nSection 2", "SECTION one SECTION two"],
        ),
    ],
    "detectable_format:json_format": [
        ({}, ['{"a": 1}', "```json\n[1]\n```", "```JSON\n1```", "``` null"], ["{a: 1}", "x {}", "{} x", "[" * 5000]),
    ],
    "detectable_format:title": [
        ({}, ["<<a>>", "x <<a b>> y", "<<<a>>>"], ["<<>>", "<< >>", "<<a\nb>>", "<a>", ">>a<<", "<<>>>"]),
    ],
    "combination:two_responses": [
        (
            {},
            ["a\n******\nb", "******a******b******"],
            ["a", "a******a", "a ****** a ", "a******b******c", "a************b"],
        ),
    ],
    "combination:repeat_prompt": [
        ({"prompt_to_repeat": " Say it. "}, ["Say it. It.", "\nsay IT."], ["It. Say it.", '"Say it."', "Say it"]),
    ],
    "startend:end_checker": [
        ({"end_phrase": "Peace! "}, ["x peace!", '"x Peace!" ', "Peace!\n"], ["Peace! x", "Peace!.", "Peace"]),
    ],
    "startend:quotation": [({}, ['"a"', ' "a\nb"\n', '""'], ['"', '"a', "'a'", "“a”", '"a".'])],
    "change_case:capital_word_frequency": [
        (
            {"capital_frequency": 2, "capital_relation": "at least"},
            ["A B", "CAN'T", "WE'LL", "JOHN'S", "DON’T", "A,B", "CANNOT"],
            ["U.S.", "AND/OR", "A-B", "Ab Bc", "IT's", "12 34"],
        ),
        ({"capital_frequency": 2, "capital_relation": "less than"}, ["NATO", "x"], ["NATO EU"]),
    ],
    "change_case:english_capital": [({}, [ENGLISH.upper()], [ENGLISH, "WIR GEHEN JEDEN MORGEN ZUM ALTEN MARKT.", "1"])],
    "change_case:english_lowercase": [
        ({}, [ENGLISH.lower()], [ENGLISH, "wir gehen jeden morgen zum alten markt und kaufen brot.", "1"])
    ],
    "punctuation:no_comma": [({}, ["a b", "a、b"], ["a, b", "1,000"])],
}
# Of these, what the published rule passes and the repaired one does not, and the other way about.
REPAIRED: list[tuple[str, dict[str, Any], str, bool]] = [
    (
        "length_constraints:nth_paragraph_first_word",
        {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "elm"},
        "one\n\n\n\nelm",
        True,
    ),
    ("detectable_format:number_bullet_lists", {"num_bullets": 2}, "* a\n---\nb", False),
    ("detectable_format:number_bullet_lists", {"num_bullets": 2}, "* a\n- b\n---\n* * *\n- ", True),
    ("detectable_format:number_bullet_lists", {"num_bullets": 1}, "* a\n*\nb", True),
    ("detectable_format:constrained_response", {}, "My answer is yes. My answer is no.", False),
    ("detectable_format:json_format", {}, "[NaN]", False),
    ("detectable_content:postscript", {"postscript_marker": "P.S."}, "the U.P.S. van", False),
    ("language:response_language", {"language": "de"}, "123", False),
]


def test_each_kind_is_tried() -> None:
    assert len(KINDS) == 25
    assert CASES.keys() == KINDS.keys()


def needs(name: str) -> None:
    if name in OF_LANGUAGE:
        pytest.importorskip("langdetect", reason="the extra [ifeval] is not installed")


@pytest.mark.parametrize("name", CASES)
def test_what_follows_a_kind_and_what_does_not(name: str) -> None:
    needs(name)
    kind = KINDS[name]
    for args, right, wrong in CASES[name]:
        assert fault_of(name, args) == ""
        assert [text for text in right if kind.follows(text, args) is not True] == []
        assert [text for text in wrong if kind.follows(text, args) is not False] == []


@pytest.mark.parametrize(("name", "args", "text", "right"), REPAIRED)
def test_the_repaired_rule_says_what_was_meant(name: str, args: dict[str, Any], text: str, right: bool) -> None:
    needs(name)
    repaired = KINDS[name].repaired
    assert repaired is not None
    assert repaired(text, args) is right


def test_only_what_is_to_be_repaired_is_told_apart() -> None:
    """The other texts are told alike by both rules."""
    known = {(name, text) for name, _, text, _ in REPAIRED}
    for name, kind in KINDS.items():
        for args, right, wrong in CASES[name] if kind.repaired and name not in OF_LANGUAGE else ():
            for text in (*right, *wrong):
                assert kind.repaired is not None
                assert (name, text) in known or kind.repaired(text, args) == (text in right), (name, text)


def test_the_published_rule_says_otherwise() -> None:
    known = [one for one in REPAIRED if one[0] not in OF_LANGUAGE]
    assert [one for one in known if KINDS[one[0]].follows(one[2], one[1]) is one[3]] == []


@pytest.mark.parametrize(
    ("name", "args", "said"),
    [
        ("keywords:none", {}, "'keywords:none' is no kind of instruction"),
        (None, {}, "None is no kind of instruction"),
        ("keywords:existence", {"keywords": []}, "has no 'keywords'"),
        ("keywords:existence", {"keywords": "art"}, "has no 'keywords'"),
        ("length_constraints:number_words", {"num_words": 3}, "has no 'relation'"),
        ("length_constraints:number_words", {"num_words": True, "relation": "at least"}, "has no 'num_words'"),
        ("length_constraints:number_words", {"num_words": -1, "relation": "at least"}, "has no 'num_words'"),
        ("length_constraints:number_words", {"num_words": 3, "relation": "at most"}, "has no 'relation'"),
        ("keywords:letter_frequency", {"letter": "ab", "let_frequency": 1, "let_relation": "at least"}, "no 'letter'"),
        (
            "length_constraints:nth_paragraph_first_word",
            {"num_paragraphs": 2, "nth_paragraph": 3, "first_word": "elm"},
            "wants paragraph 3 of 2",
        ),
    ],
)
def test_what_nobody_could_check_is_said(name: str, args: dict[str, Any], said: str) -> None:
    assert said in fault_of(name, args)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("WE'LL GO.", ["WE", "'LL", "GO."]),
        ("I'D'VE", ["I'D", "'VE"]),
        ("CAN'T DON’T", ["CA", "N'T", "DON", "T"]),
        ("A.B...C -- D:E 5:6 F,7 'TIS GONNA", ["A.B", "C", "D", "E", "5:6", "F,7", "'T", "IS", "GON", "NA"]),
        ('“Q”\u00abR\u00bb*S*(T)[U]{V}<W>`X`"Y"', list("QRSTUVWXY")),
        ("x'S' y", ["x", "'S", "'", "y"]),
        ("", []),
    ],
)
def test_words_are_parted_as_the_treebank_does(text: str, parts: list[str]) -> None:
    assert list(tokens(text)) == parts
