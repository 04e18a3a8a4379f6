"""What hypothesis draws the words of the core from; texts hold lone surrogates too."""

from __future__ import annotations

from hypothesis import strategies as st

from pytest_codeeval.core.completion import Completion, CompletionRequest, Form, SamplingParams
from pytest_codeeval.core.continuation import Continuation
from pytest_codeeval.core.result import Result, Sample
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.toolcall import ToolCall
from pytest_codeeval.core.verdict import Cause, StageResult, Verdict
from pytest_codeeval.scoring.code.scorer import score_of
from pytest_codeeval.scoring.code.solution import Method, Solution

# Without low surrogates but one: JSON makes one character of a pair, and so no pair ever comes out of JSON.
TEXTS = st.text(st.characters(codec="utf-8") | st.just("\ud800"), max_size=20) | st.sampled_from(
    ["a\udfffb", "\0", "\x1b[31m", "\u2028", "é"]
)
# Not near the end of what floats hold, as what takes so long is added up.
NUMBERS = st.floats(-1e300, 1e300)
COUNTS = st.none() | st.integers(0, 10**9)

PARAMS = st.builds(
    SamplingParams,
    temperature=st.none() | NUMBERS,
    top_p=st.none() | NUMBERS,
    max_tokens=COUNTS,
    seed=COUNTS,
    stop=st.lists(TEXTS, max_size=3).map(tuple),
)
CALLS = st.lists(st.builds(ToolCall, name=TEXTS, arguments=TEXTS, id=TEXTS), max_size=3).map(tuple)
CONTENTS = TEXTS | st.none() | st.lists(st.dictionaries(TEXTS, TEXTS, max_size=2), max_size=2)
MESSAGES = st.lists(st.fixed_dictionaries({"role": TEXTS, "content": CONTENTS}), max_size=3).map(tuple)
REQUESTS = st.builds(
    CompletionRequest,
    backend=TEXTS,
    model=TEXTS,
    messages=MESSAGES,
    params=PARAMS,
    sample_index=st.integers(0, 1000),
    endpoint=TEXTS,
    suite=TEXTS,
    task_id=TEXTS,
    script=TEXTS,
    turn=st.integers(0, 9),
    continuations=st.lists(TEXTS, max_size=3).map(tuple),
    tools=st.lists(TEXTS, max_size=2).map(tuple),
    tool_choice=TEXTS,
    steps=st.lists(TEXTS, max_size=2).map(tuple),
)
CONTINUATIONS = st.builds(
    Continuation,
    logprob=NUMBERS,
    tokens=st.integers(1, 1000),
    greedy=st.booleans(),
    joined=st.booleans(),
    cut=st.integers(0, 1000),
)
COMPLETIONS = st.builds(
    Completion,
    text=TEXTS,
    finish_reason=TEXTS,
    form=st.sampled_from(Form),
    reasoning=TEXTS,
    prompt_tokens=COUNTS,
    completion_tokens=COUNTS,
    cost=st.none() | NUMBERS,
    seconds=NUMBERS,
    cached=st.booleans(),
    scores=st.lists(CONTINUATIONS, max_size=2).map(tuple),
    tool_calls=CALLS,
)
SOLUTIONS = st.builds(
    Solution, code=st.none() | TEXTS, method=st.sampled_from(Method), cause=st.none() | st.sampled_from(Cause)
)
STAGES = st.builds(
    StageResult,
    name=TEXTS,
    passed=st.booleans(),
    cpu_seconds=NUMBERS,
    wall_seconds=NUMBERS,
    max_rss=st.integers(0, 2**62),
    counts=st.dictionaries(st.text(), st.integers(0, 2**31)),
)
VERDICTS = st.builds(
    Verdict,
    cause=st.sampled_from(Cause),
    detail=TEXTS,
    stages=st.lists(STAGES, max_size=2).map(tuple),
    weak=st.booleans(),
)
PROGRAMS = st.builds(score_of, VERDICTS, SOLUTIONS)
SCORES = PROGRAMS | st.builds(
    Score,
    passed=st.none() | st.booleans(),
    outcome=st.just(""),
    detail=TEXTS,
    answer=st.none() | TEXTS | st.integers(0, 100),
    found=TEXTS,
    measures=st.dictionaries(TEXTS, st.floats(0, 10), max_size=2),
)
SAMPLES = st.builds(Sample, st.integers(0, 1000), st.lists(COMPLETIONS, min_size=1, max_size=2).map(tuple), SCORES)
RESULTS = st.builds(
    Result,
    model=TEXTS,
    suite=TEXTS,
    task_id=TEXTS,
    prompt=TEXTS,
    samples=st.lists(SAMPLES, min_size=1, max_size=4).map(tuple),
    pass_if=st.sampled_from(["any", "all", "majority"]),
    difficulty=st.none() | st.sampled_from(["easy", "3"]),
)
