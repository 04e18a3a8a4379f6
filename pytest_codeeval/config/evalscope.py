"""A file of EvalScope's arena (`cfg_arena.yaml`), read as it stands and made into a config file of this project."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_codeeval.config.document import Document, Where
from pytest_codeeval.config.keys import Keys
from pytest_codeeval.config.saying import called
from pytest_codeeval.generation.registry import KINDS

_SECTIONS = ("question_file", "answers_gen", "reviews_gen", "rating_gen")
_MODEL = (
    "model_id_or_path",
    "revision",
    "precision",
    "enable",
    "template_type",
    "generation_config",
    "output_file",
)
_GENERATION = ("do_sample", "max_new_tokens", "top_k", "top_p", "temperature")
_REVIEWS = (
    "enable",
    "reviewer",
    "prompt_file",
    "target_answers",
    "baseline_file",
    "reference_file",
    "review_file",
    "cache_file",
)
_ARGS = (
    "model",
    "max_tokens",
    "temperature",
    "mode",
    "position_bias_mitigation",
    "fn_completion_parser",
    "completion_parser_kwargs",
    "random_seed",
)
_RATING = ("enable", "metrics", "baseline_model", "report_file")
_REVIEWER, _JUDGE = "AutoReviewerGpt4", "gpt-4"
_ORDERS = {"swap_position": "both", "randomize_order": "random", None: "both"}
_MODES = {"pairwise": "pairwise", "pairwise_baseline": "pairwise", "single": "single"}
_METRICS = ("elo", "pairwise", "score")
_PARSER = "lmsys_parser"
_OWN_WAY = "has no counterpart here"


@dataclass(slots=True)
class Translated:
    """The config file that it comes to, as plain values, what is to be known of it, and where its ratings should go."""

    values: dict[str, Any]
    notes: list[str] = field(default_factory=list)
    report: Path | None = None


def is_evalscope(document: Document) -> bool:
    """Whether a file is one of EvalScope's arena."""
    return any(key in document.values for key in _SECTIONS)


def translated(document: Document, without: Collection[str] = ()) -> Translated:
    """Return what a file comes to; keys named in `without` are passed over, whatever they say.

    Raises UsageError naming file, line and key for what cannot be honoured.
    """
    return _Reader(document, frozenset(without)).read()


class _Reader(Keys):
    def __init__(self, document: Document, without: frozenset[str]) -> None:
        super().__init__(document, without)
        self._found = Translated({})

    def read(self) -> Translated:
        self.only((), self.document.values, _SECTIONS)
        values = self._found.values
        values["dataset"] = str(self.file(("question_file",), self.value(("question_file",))))
        values["suites"] = ["arena"]
        models = dict(self._models())
        values["models"] = list(self._chosen(models).values())
        values["arena"] = self._arena(models)
        self._rating()
        self.demand_honoured()
        if len(values["models"]) < 2:
            raise self.refusal(("answers_gen",), "the file comes to fewer than two models with answers; add one.")
        self._note("questions are put to models as they stand, and not as `Question: …` and `Answer:`")
        return self._found

    def _models(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the models of `answers_gen` by the file that they are to write."""
        for name, about in self.map(("answers_gen",)).items():
            where: Where = ("answers_gen", name)
            self.only(where, self.map(where), _MODEL)
            output = str(about.get("output_file") or name)
            if about.get("enable", True) is False:
                there = self.found_at(output)
                if there is None:
                    self._note(f"{name} is left out: it is not enabled, and {output} is not there")
                    continue
                yield output, {"name": name, "model": f"replay:{there}"}
                continue
            yield output, {"name": name, **self._model(where, about)}

    def _model(self, where: Where, about: Mapping[str, Any]) -> dict[str, Any]:
        path = about.get("model_id_or_path")
        if not isinstance(path, str) or not path:
            raise self.refusal(where, f"{called(where)} has no model_id_or_path; name its model.")
        known = path.partition(":")[0] in {kind.name for kind in KINDS}
        found: dict[str, Any] = {"model": path if known else f"hf:{path}"}
        precision = str(about.get("precision") or "").removeprefix("torch.")
        if precision and not known:
            found["model_args"] = {"dtype": precision}
        elif precision:
            self.refuse((*where, "precision"), "is the server's to choose")
        for key in ("revision", "template_type"):
            if about.get(key) is not None:
                self.refuse((*where, key), _OWN_WAY)
        return {**found, **self._sampling((*where, "generation_config"))}

    def _sampling(self, where: Where) -> dict[str, Any]:
        given = self.map(where)
        self.only(where, given, _GENERATION)
        if given.get("top_k") is not None:
            self.refuse((*where, "top_k"), _OWN_WAY)
        found = {"max_tokens": given.get("max_new_tokens"), "top_p": given.get("top_p")}
        found["temperature"] = given.get("temperature") if given.get("do_sample", True) else 0
        return {key: value for key, value in found.items() if value is not None}

    def _chosen(self, models: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Return the models whose answers are reviewed."""
        targets = self.map(("reviews_gen",)).get("target_answers")
        if targets is None:
            return dict(models)
        if not isinstance(targets, list) or not all(isinstance(one, str) for one in targets):
            raise self.refusal(("reviews_gen", "target_answers"), "reviews_gen.target_answers is no list of files.")
        found = {}
        for place, target in enumerate(targets):
            where: Where = ("reviews_gen", "target_answers", place)
            found[target] = models.get(target) or self._recorded(where, target)
        return found

    def _recorded(self, where: Where, file: str, name: str = "") -> dict[str, Any]:
        path = self.file(where, file)
        return {"name": name or path.stem.removeprefix("answer_"), "model": f"replay:{path}"}

    def _arena(self, models: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        where: Where = ("reviews_gen",)
        reviews = self.map(where)
        self.only(where, reviews, _REVIEWS)
        if reviews.get("enable", True) is False:
            self._found.values["stages"] = ["generate"]
        self._reviewer(reviews)
        if reviews.get("reference_file"):
            self.refuse((*where, "reference_file"), "is not read; give each question a `reference` of its own")
        if reviews.get("prompt_file"):
            self._note("judges are asked in this project's own words, and not by prompt_file")
        args = self.map((*where, "reviewer", "args"))
        found: dict[str, Any] = {"mode": self.one_of((*where, "reviewer", "args", "mode"), _MODES, "pairwise")}
        how = (*where, "reviewer", "args", "position_bias_mitigation")
        found["orders"] = self.one_of(how, _ORDERS, None)
        if "position_bias_mitigation" in args and args["position_bias_mitigation"] is None:
            self._note(
                "position_bias_mitigation NULL is taken for swap_position, as one order favours the first answer"
            )
        if isinstance(args.get("random_seed"), int):
            found["seed"] = args["random_seed"]
        if args.get("mode") == "pairwise_baseline":
            found["baseline"] = self._baseline(models, reviews.get("baseline_file"))
        return found

    def _reviewer(self, reviews: Mapping[str, Any]) -> None:
        where: Where = ("reviews_gen", "reviewer")
        reviewer = self.map(where)
        self.only(where, reviewer, ("ref", "args"))
        ref = str(reviewer.get("ref") or "")
        if ref and not ref.endswith(f":{_REVIEWER}"):
            self.refuse((*where, "ref"), f"names a class of its own ({ref}); name a model with --judge")
        args = self.map((*where, "args"))
        self.only((*where, "args"), args, _ARGS)
        if (parser := args.get("fn_completion_parser")) not in (None, _PARSER):
            self.refuse(
                (*where, "args", "fn_completion_parser"), f"is {parser!r}, and verdicts are read in one way here"
            )
        if args.get("completion_parser_kwargs"):
            self.refuse((*where, "args", "completion_parser_kwargs"), _OWN_WAY)
        if args.get("temperature") or args.get("max_tokens"):
            self._note("judges are asked at temperature 0, for 4,096 tokens at most")
        if reviews.get("enable", True) is not False:
            self._found.values["judges"] = [str(args.get("model") or _JUDGE)]

    def _baseline(self, models: Mapping[str, dict[str, Any]], file: object) -> str:
        """Return the model that all others are set against, which is added if only its answers are named."""
        name = str(self.map(("rating_gen",)).get("baseline_model") or "")
        if isinstance(file, str) and file:
            added = models.get(file) or self._recorded(("reviews_gen", "baseline_file"), file, name)
            if added not in self._found.values["models"]:
                self._found.values["models"].append(added)
            return str(added["name"])
        if not name:
            raise self.refusal(
                ("reviews_gen", "reviewer", "args", "mode"),
                "mode pairwise_baseline needs reviews_gen.baseline_file or rating_gen.baseline_model; add one.",
            )
        return name

    def _rating(self) -> None:
        where: Where = ("rating_gen",)
        rating = self.map(where)
        self.only(where, rating, _RATING)
        metrics = rating.get("metrics") or ["elo"]
        unknown = [one for one in metrics if one not in _METRICS] if isinstance(metrics, list) else [metrics]
        if unknown:
            self.refuse((*where, "metrics"), f"names {unknown[0]!r}, which is none of {', '.join(_METRICS)}")
        report = rating.get("report_file")
        if rating.get("enable", True) is not False and isinstance(report, str):
            self._found.report = (
                self.folder_of(self.document.values["question_file"]) or self.document.folder
            ) / report

    def _note(self, said: str) -> None:
        if said not in self._found.notes:
            self._found.notes.append(said)
