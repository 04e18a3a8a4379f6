"""Which of the inputs that were drawn are used."""

from __future__ import annotations

from pytest_codeeval.scoring.fuzz.prepared import _chosen


def test_the_simplest_the_most_extreme_and_rare_outputs_are_among_them() -> None:
    known = [(f"[{number}]", "rare" if number == 50 else "usual") for number in range(100)]
    found = _chosen(known, 12, lambda text: text == "[99]")
    assert len(found) == 12
    assert found == [one for one in known if one in found]  # in their order
    texts = [text for text, _ in found]
    assert {"[0]", "[1]", "[2]", "[50]", "[99]"} <= set(texts)
    assert _chosen(known[:5], 12, lambda text: False) == known[:5]
    assert _chosen(known, 12, lambda text: True) == _chosen(known, 12, lambda text: True)
