"""Samples: right calls in the forms in which models write them, and wrong ones, for references and self-tests."""

from __future__ import annotations

import json
import keyword
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.scoring.calls.call import sent_name
from pytest_codeeval.scoring.calls.checking import normal
from pytest_codeeval.scoring.calls.writing import as_argument, as_source

NONE_FITS = "None of the functions fits this question, so there is nothing to call."
_OTHER = "_of_another_name"
_FAR = 1_000_003


class Wanted(NamedTuple):
    """A right call: values by parameter, and what is declared of these."""

    name: str
    values: Mapping[str, Any]
    declared: Mapping[str, Mapping[str, Any]]


def wanted(problem: Problem, *, all_given: bool = False) -> list[Wanted]:
    """Return the right calls, with what may be left out left out, or given if the function has such a parameter."""
    functions = {one["name"]: one["parameters"] for one in problem.extra["functions"]}
    found = []
    for ((name, accepted),) in (one.items() for one in problem.extra["calls"]):
        declared, required = functions[name]["properties"], functions[name].get("required", ())
        values = {
            parameter: first(values)
            for parameter, values in accepted.items()
            if "" not in values
            or parameter in required
            or (all_given and parameter in declared and set(map(str, values)) != {""})
        }
        kept = {parameter: declared.get(parameter, {}) for parameter in values}
        found.append(Wanted(name, {p: _plain(value, kept[p]) for p, value in values.items()}, kept))
    return found


def first(accepted: Sequence[Any]) -> Any:
    """Return the first of the accepted values that is one."""
    return next((one for one in accepted if one != ""), "")


def _plain(value: Any, declared: Mapping[str, Any]) -> Any:
    """Return a value in which each entry of a dictionary is one of those that are accepted."""
    if isinstance(value, list) and declared.get("items", {}).get("type") in ("dict", "object"):
        return [_plain(one, {}) for one in value]
    if isinstance(value, dict):
        return {name: first(values) for name, values in value.items() if "" not in values}
    return value


def reference(problem: Problem) -> str:
    """Return the right calls as a list in the language of the problem."""
    if not problem.extra["calls"]:
        return NONE_FITS
    return _source(wanted(problem), problem)


def right_answers(problem: Problem) -> Mapping[str, str]:
    """Return the right calls by the name of their form."""
    if not problem.extra["calls"]:
        return {"in words": NONE_FITS, "an empty list": "[]", "a question": "Which of them do you mean (2 or 3)?"}
    calls = wanted(problem)
    source, objects = _source(calls, problem), json.dumps(_objects(calls, problem))
    tagged = "\n".join(f"<tool_call>\n{json.dumps(one)}\n</tool_call>" for one in _objects(calls, problem))
    by_name = [{one["name"]: json.dumps(one["arguments"])} for one in _objects(calls, problem)]
    forms = {
        "list": source,
        "all parameters": _source(wanted(problem, all_given=True), problem),
        "without brackets": source[1:-1],
        "fenced": f"I call what fits.\n\n```python\n{source}\n```\n\nThat answers all of [1] it.",
        "fenced objects": f"```json\n{objects}\n```",
        "objects": objects,
        "tagged": f"I have to look that up.\n{tagged}",
        "elements": "\n".join(f"<tool_call>\n{_elements(one)}\n</tool_call>" for one in _objects(calls, problem)),
        "by name": json.dumps(by_name),
        "in words": f"As [asked] for, this is the call: {source}. It answers the question.",
        "one a line": "\n".join(f"{n}. `{_source([call], problem)[1:-1]}`" for n, call in enumerate(calls, 1)),
    }
    if "_" in calls[0].name and "_" not in json.dumps([list(call.values.values()) for call in calls]):
        forms["escaped for Markdown"] = source.replace("_", "\\_")
    if len(calls) > 1:
        forms["the last first"] = _source(calls[::-1], problem)
    return forms


def wrong_answers(problem: Problem) -> Mapping[str, str]:
    """Return wrong calls by what is wrong with them."""
    if not problem.extra["calls"]:
        name = problem.extra["functions"][0]["name"]
        calls = [Wanted(name, {"first": 1}, {"first": {"type": "any"}})]
        objects = json.dumps([{"name": sent_name(name), "arguments": {"first": 1}}])
        return {"a call": _source(calls, problem), "a call in a fence": f"```json\n{objects}\n```"}
    calls = wanted(problem)
    forms = {
        "another name": _changed(problem, lambda call: call._replace(name=call.name + _OTHER)),
        "another value": _changed(problem, lambda call: _with_another_value(call, problem)),
        "a parameter missing": _changed(problem, lambda call: _without_one(call, problem)),
        "a parameter too many": _changed(problem, _with_one_more),
        "a call too many": _source([*calls, calls[0]], problem),
        "positional": _source(calls, problem, names=False) if any(call.values for call in calls) else "",
        "no call": NONE_FITS,
        "the name alone": calls[0].name,
    }
    if len(calls) > 1:
        forms["a call missing"] = _source(calls[1:], problem)
        alike = any(normal(repr(calls[0])) == normal(repr(call)) for call in calls[1:])
        forms["one call twice"] = "" if alike else _source([*calls[1:], calls[1]], problem)
    return {name: text for name, text in forms.items() if text}


def _changed(problem: Problem, change: Callable[[Wanted], Wanted | None]) -> str:
    """Return the calls with the last of those that can be changed changed, nothing if none can."""
    calls = wanted(problem)
    for place in range(len(calls) - 1, -1, -1):
        changed = change(calls[place])
        if changed is not None:
            return _source([*calls[:place], changed, *calls[place + 1 :]], problem)
    return ""


def _with_another_value(call: Wanted, problem: Problem) -> Wanted | None:
    for name, value in call.values.items():
        other = another_value(value)
        accepted = [one[call.name].get(name, []) for one in problem.extra["calls"] if call.name in one]
        if not any(other in values for values in accepted):
            return call._replace(values={**call.values, name: other})
    return None


def another_value(value: Any) -> Any:
    """Return a value of the same type that is another one."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + _FAR
        case list():
            return [*value, value[-1] if value else 1]
        case dict():
            return {**value, "of_another_name": 1}
    return f"quite {value or 'another'}"


def _without_one(call: Wanted, problem: Problem) -> Wanted | None:
    function = next(one for one in problem.extra["functions"] if one["name"] == call.name)
    name = next((name for name in call.values if name in function["parameters"].get("required", ())), None)
    if name is None:
        return None
    return call._replace(values={other: value for other, value in call.values.items() if other != name})


def _with_one_more(call: Wanted) -> Wanted:
    return call._replace(values={**call.values, "of_another_name": "1"})


def _source(calls: Sequence[Wanted], problem: Problem, *, names: bool = True) -> str:
    """Return calls as a list in the language of a problem; as objects if Python cannot name a parameter so."""
    language = problem.extra.get("language", "python")
    if language == "python" and any(map(keyword.iskeyword, (name for call in calls for name in call.values))):
        return json.dumps(_objects(calls, problem))
    written = []
    for call in calls:
        values = {name: as_source(value, call.declared.get(name, {}), language) for name, value in call.values.items()}
        said = [f"{name}={text}" if names else text for name, text in values.items()]
        written.append(f"{call.name}({', '.join(said)})")
    return f"[{', '.join(written)}]"


def _elements(call: Mapping[str, Any]) -> str:
    """Return a call with an element for each argument, as Qwen3-Coder writes it."""
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in call["arguments"].items()}
    given = "".join(f"<parameter={name}>\n{text}\n</parameter>\n" for name, text in texts.items())
    return f"<function={call['name']}>\n{given}</function>"


def _objects(calls: Sequence[Wanted], problem: Problem) -> list[dict[str, Any]]:
    language = problem.extra.get("language", "python")
    return [
        {
            "name": sent_name(call.name),
            "arguments": {
                n: as_argument(value, call.declared.get(n, {}), language) for n, value in call.values.items()
            },
        }
        for call in calls
    ]
