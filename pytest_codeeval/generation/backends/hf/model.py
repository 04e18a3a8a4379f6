"""HfModel: tokenizer and weights of a causal model, and how a batch of requests is put to them."""

from __future__ import annotations

import importlib
import json
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pytest_codeeval.core.completion import Completion, CompletionRequest, Form, Message, SamplingParams
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.backends.hf.likelihood import HfLikelihood

_WITHOUT_LIMIT = 1024  # tokens, where the user set none
_LONGEST_SEED = 2**63 - 1


class HfModel:
    """Used from one thread at a time; when `gone` is set, what is being generated ends."""

    def __init__(self, name: str, *, device: str, dtype: str, trusted: bool, gone: threading.Event) -> None:
        self.loaded = False
        self._name = name
        self._device = device
        self._dtype = dtype
        self._trusted = trusted
        self._gone = gone
        self._torch: Any = None
        self._transformers: Any = None
        self._tokenizer: Any = None
        self._model: Any = None
        self._likelihood: HfLikelihood | None = None

    @property
    def chats(self) -> bool:
        """Whether it has a chat template."""
        return bool(self._tokenizer.chat_template)

    def load(self) -> None:
        """Import the libraries and load the model, the first time only; raises what they raise."""
        if self.loaded:
            return
        self._torch = torch = importlib.import_module("torch")
        self.load_tokenizer()
        self._model = self._transformers.AutoModelForCausalLM.from_pretrained(
            self._name, dtype=self._dtype, trust_remote_code=self._trusted
        )
        if self._device == "auto":
            self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model.to(self._device).eval()
        self.loaded = True

    def load_tokenizer(self) -> None:
        """Load no more than what makes tokens of a text, the first time only; raises what the library raises."""
        if self._tokenizer is not None:
            return
        self._transformers = transformers = importlib.import_module("transformers")
        transformers.utils.logging.disable_progress_bar()
        self._tokenizer = transformers.AutoTokenizer.from_pretrained(
            self._name, padding_side="left", trust_remote_code=self._trusted
        )
        if self._tokenizer.pad_token_id is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token

    def answer(self, requests: Sequence[CompletionRequest], *, raw: bool) -> list[Completion | BackendError]:
        """Return the completions of `requests` in their order, or the error of one that is too long for the model.

        Where `raw`, prompts are continued; else messages are answered.
        """
        answers: list[Completion | BackendError | None] = [None] * len(requests)
        groups: dict[tuple[SamplingParams, tuple[str, ...]], list[int]] = {}
        for number, request in enumerate(requests):
            longest = self._without_tools(request, raw) or self._room(self.text(request, raw), request.params)
            if longest is not None:
                answers[number] = longest
            else:
                groups.setdefault((request.params, request.prompt_stop), []).append(number)
        for (params, _), numbers in groups.items():
            found = self._batch([requests[number] for number in numbers], params, raw)
            for number, completion in zip(numbers, found, strict=True):
                answers[number] = completion
        return [answer for answer in answers if answer is not None]

    def score(self, requests: Sequence[CompletionRequest]) -> list[Completion | BackendError]:
        """Return how likely the continuations of each request are, or the error of one that cannot be scored."""
        if self._likelihood is None:
            self._likelihood = HfLikelihood(self._torch, self._tokenizer, self._model, self._device)
        found: list[Completion | BackendError] = []
        for request in requests:
            if self._gone.is_set():
                raise BackendError("the run ended before the answer did")
            found.append(self._likelihood.answer(request))
        return found

    def text(self, request: CompletionRequest, raw: bool) -> str:
        """Return what a request is as one text: the prompt, or the messages by the model's chat template."""
        if raw:
            return request.prompt
        tools = [json.loads(tool) for tool in request.tools] or None
        begun = request.messages[-1]["role"] == "assistant"  # an answer that is to be gone on with
        return str(
            self._tokenizer.apply_chat_template(
                [_templated(message) for message in request.messages],
                tools=tools,
                tokenize=False,
                add_generation_prompt=not begun,
                continue_final_message=begun,
            )
        )

    def _without_tools(self, request: CompletionRequest, raw: bool) -> BackendError | None:
        """Return an error if the model's chat template would leave out the tools that it is to be given."""
        if raw or not request.tools or self.text(request, raw) != self.text(replace(request, tools=()), raw):
            return None
        said = "has a chat template that leaves tools out; have them stand in the prompt with --tools=prompt"
        return BackendError(f"{self._name} {said}", fatal=True)

    def _encode(self, texts: list[str], raw: bool) -> Any:
        # A chat template writes the special tokens itself.
        return self._tokenizer(texts, return_tensors="pt", padding=True, add_special_tokens=raw)

    def _room(self, text: str, params: SamplingParams) -> BackendError | None:
        context = getattr(self._model.config, "max_position_embeddings", None)
        asked, wanted = len(self._tokenizer(text)["input_ids"]), params.max_tokens or 1
        if context is None or asked + wanted <= context:
            return None
        return BackendError(
            f"{self._name} was made for {context} tokens, and the prompt has {asked}, the answer up to {wanted}; "
            "lower --max-tokens"
        )

    def _batch(self, requests: list[CompletionRequest], params: SamplingParams, raw: bool) -> list[Completion]:
        torch, start = self._torch, time.perf_counter()
        inputs = self._encode([self.text(request, raw) for request in requests], raw).to(self._device)
        stops = _stops(requests[0], raw)
        most = params.max_tokens or _WITHOUT_LIMIT
        with torch.inference_mode():
            output = self._model.generate(
                input_ids=inputs["input_ids"],
                attention_mask=inputs["attention_mask"],
                generation_config=self._transformers.GenerationConfig(
                    do_sample=False,
                    max_new_tokens=most,
                    pad_token_id=self._tokenizer.pad_token_id,
                    eos_token_id=self._ends(),
                    stop_strings=list(stops) or None,
                ),
                tokenizer=self._tokenizer,
                logits_processor=self._processors(requests, params),
                stopping_criteria=self._criteria(),
            )
        if self._gone.is_set():
            raise BackendError("the run ended before the answer did")
        seconds, width = time.perf_counter() - start, inputs["input_ids"].shape[1]
        asked = inputs["attention_mask"].sum(dim=1).tolist()
        return [
            self._completion(row[width:].tolist(), request, raw, prompt, most, seconds)
            for row, request, prompt in zip(output, requests, asked, strict=True)
        ]

    def _completion(
        self,
        tokens: list[int],
        request: CompletionRequest,
        raw: bool,
        prompt: int,
        most: int,
        seconds: float,
    ) -> Completion:
        ends = set(self._ends())
        end = next((number for number, token in enumerate(tokens) if token in ends), None)
        said = tokens if end is None else tokens[:end]
        text = self._tokenizer.decode(said, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        cut = min((place for stop in _stops(request, raw) if (place := text.find(stop)) >= 0), default=-1)
        # A row that ended before others is filled up, with a token that may be no end.
        used = len(tokens) if end is None else end + 1
        if end is None and cut >= 0:
            used = len(self._tokenizer(text[:cut], add_special_tokens=False)["input_ids"]) + 1
        return Completion(
            text=text if cut < 0 else text[:cut],
            finish_reason="length" if end is None and cut < 0 and used >= most else "stop",
            form=Form.CONTINUATION if raw else Form.CHAT,
            prompt_tokens=int(prompt),
            completion_tokens=used,
            seconds=round(seconds, 4),
        )

    def _ends(self) -> list[int]:
        ends = self._model.generation_config.eos_token_id
        found = ends if isinstance(ends, list) else [ends]
        return list(dict.fromkeys(token for token in (*found, self._tokenizer.eos_token_id) if token is not None))

    def _criteria(self) -> Any:
        torch, gone = self._torch, self._gone

        class Gone(self._transformers.StoppingCriteria):  # type: ignore[misc, name-defined]
            def __call__(self, input_ids: Any, *_: Any, **__: Any) -> Any:
                return torch.full((input_ids.shape[0],), gone.is_set(), dtype=torch.bool, device=input_ids.device)

        return self._transformers.StoppingCriteriaList([Gone()])

    def _processors(self, requests: list[CompletionRequest], params: SamplingParams) -> Any:
        """Nothing at temperature 0, where the best token is taken; else noise that makes of the best token a sample.

        The largest of log-probabilities with Gumbel noise is a sample of the distribution. So each row has a generator
        of its own, and a sample with a seed is the same whatever else is in its batch.
        """
        transformers, torch = self._transformers, self._torch
        found = transformers.LogitsProcessorList()
        temperature = 1.0 if params.temperature is None else params.temperature
        if temperature <= 0:
            return found
        found.append(transformers.TemperatureLogitsWarper(float(temperature)))
        if params.top_p is not None and params.top_p < 1:
            found.append(transformers.TopPLogitsWarper(params.top_p))
        generators = [torch.Generator().manual_seed(_seed(request)) for request in requests]

        class Noise(transformers.LogitsProcessor):  # type: ignore[misc, name-defined]
            def __call__(self, _: Any, scores: Any) -> Any:
                uniform = torch.stack([torch.rand(scores.shape[1], generator=each) for each in generators])
                noise = -torch.log(-torch.log(uniform.clamp(1e-20, 1 - 1e-7)))
                return scores.float() + noise.to(scores.device)

        found.append(Noise())
        return found


def _templated(message: Message) -> dict[str, Any]:
    """Return a message as chat templates read it: a text in each, arguments of calls as objects."""
    said = {**message, "content": message.get("content") or ""}
    if "tool_calls" in message:
        calls = [call["function"] for call in message["tool_calls"]]
        read = [{"name": call["name"], "arguments": json.loads(call["arguments"])} for call in calls]
        said["tool_calls"] = [{"type": "function", "function": call} for call in read]
    return said


def _seed(request: CompletionRequest) -> int:
    if request.params.seed is None:
        return random.SystemRandom().randint(0, _LONGEST_SEED)
    # One seed for all samples of a problem would make them all the same.
    return request.params.seed + request.sample_index


def _stops(request: CompletionRequest, raw: bool) -> tuple[str, ...]:
    return request.params.stop or (request.prompt_stop if raw else ())
