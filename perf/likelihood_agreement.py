"""Compares log-likelihoods: ours through transformers, ours through a real vLLM, and lm-eval in its own environment.

    python perf/likelihood_agreement.py DATA_FOLDER --lm-eval PYTHON --vllm PYTHON [--limit N] [--bos no]

`PYTHON` is the interpreter of an environment: one with lm-eval, one with vLLM (`.ci/vllm` makes it), transformers,
pytest and aiohttp. A tiny Llama with random weights is made on the spot, with a tokenizer trained on the questions; it
begins each text with a token of its own unless `--bos no` is given. Ends with 1 if a choice differs, or a sum by more
than 1e-3.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILES = {"arc-challenge": "arc/arc_challenge.jsonl", "hellaswag": "hellaswag/hellaswag_val_1000.jsonl"}
THEIRS = {
    "arc-challenge": ("arc/arc_challenge.yaml", "ARC-Challenge", "test"),
    "hellaswag": ("hellaswag/hellaswag.yaml", "HellaSwag", "validation"),
}
CLOSE = 1e-3
# The environments need not have this project installed: its plugin is named.
SETTINGS = {"HF_HUB_OFFLINE": "1", "VLLM_CPU_KVCACHE_SPACE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
Scores = dict[str, dict[str, Any]]
"""For each task id `logprobs`, `greedy`, and which of the measures count it as right."""


def main() -> int:
    """Run one part of it, or all."""
    if sys.argv[1:2] == ["make"]:
        make_model(Path(sys.argv[2]), Path(sys.argv[3]), bos=sys.argv[4] == "yes")
        return 0
    if sys.argv[1:2] == ["lm-eval"]:
        ask_lm_eval(*map(Path, sys.argv[2:5]), int(sys.argv[5]))
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--lm-eval", required=True, metavar="PYTHON")
    parser.add_argument("--vllm", required=True, metavar="PYTHON")
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("--bos", default="yes", choices=("yes", "no"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = all_scores(given, Path(folder))
    return compared(found, given.limit)


def all_scores(given: argparse.Namespace, folder: Path) -> dict[str, Scores]:
    """Return the scores by who gave them."""
    texts, model, theirs = folder / "texts.json", folder / "tiny", folder / "lm-eval.json"
    texts.write_text(json.dumps(list(words(given.data))))
    run([given.vllm, __file__, "make", str(model), str(texts), given.bos])
    for suite, file in FILES.items():
        (folder / f"{suite}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in hub_rows(given.data / file)))
    run([given.lm_eval, __file__, "lm-eval", str(model), str(folder), str(theirs), str(given.limit)])
    found = {"lm-eval": json.loads(theirs.read_text())}
    hf = (f"hf:{model}", "dtype=float32,device=cpu")
    found["hf"] = ours(given, *hf, folder / "hf")
    vllm = (f"vllm:{model}", f"vllm={given.vllm}")
    found["vllm"] = ours(given, *vllm, folder / "vllm", "--vllm-args=--dtype float32 --enforce-eager")
    return found


def ours(given: argparse.Namespace, model: str, args: str, results: Path, *more: str) -> Scores:
    """Run the suites with a model, and return what stands in the file of its samples."""
    suites = [str(ROOT / "suites" / f"test_{name}.py") for name in ("arc", "hellaswag")]
    asked = [f"--model={model}", f"--model-args={args}", f"--data={given.data}", f"--limit={given.limit}", *more]
    gate = "--fail-under=hellaswag:acc_norm=0"  # wrong choices are no failure here
    command = [given.vllm, "-m", "pytest", "-q", "-p", "pytest_codeeval.plugin", "-p", "no:cacheprovider", *suites]
    run([*command, "-k", "not arc_easy", "--mode=score", *asked, f"--results={results}", gate], cwd=ROOT)
    (file,) = results.glob("*/samples.jsonl")
    rows = map(json.loads, file.read_text("utf-8").splitlines())
    return {
        row["task_id"]: {
            "logprobs": [score["logprob"] for score in row["scores"]],
            "greedy": [score["greedy"] for score in row["scores"]],
            **{name: row["measures"][name] for name in ("acc", "acc_norm")},
        }
        for row in rows
    }


def compared(found: Mapping[str, Scores], limit: int) -> int:
    """Say how far ours are from lm-eval's; return 1 if they are too far, or are not all there."""
    theirs, bad = found["lm-eval"], 0
    bad += len(theirs) != len(FILES) * limit
    print("| ours through | problems | acc differs | acc_norm differs | greedy differs | largest difference of a sum |")
    print("|---|---|---|---|---|---|")
    for name in ("hf", "vllm"):
        mine = found[name]
        differs = {part: sum(mine[task][part] != theirs[task][part] for task in theirs) for part in ("acc", "acc_norm")}
        greedy = sum(mine[task]["greedy"] != theirs[task]["greedy"] for task in theirs)
        pairs = (zip(mine[task]["logprobs"], theirs[task]["logprobs"], strict=True) for task in theirs)
        widest = max(abs(first - second) for pair in pairs for first, second in pair)
        print(f"| {name} | {len(mine)} | {differs['acc']} | {differs['acc_norm']} | {greedy} | {widest:.1e} |")
        bad += any(differs.values()) or widest > CLOSE or set(mine) != set(theirs)
    for part in ("acc", "acc_norm"):
        for suite in ("ARC-Challenge", "HellaSwag"):
            right = [score[part] for task, score in theirs.items() if task.startswith(suite)]
            print(f"{suite}: {part} {sum(right) / max(1, len(right)):.3f} of {len(right)}")
    return int(bad > 0)


def run(command: Sequence[str], cwd: Path | None = None) -> None:
    """Run a program of this comparison, which says by itself what went wrong."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **SETTINGS}
    subprocess.run(command, check=True, env=environment, cwd=cwd)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a JSONL file, gzipped or not."""
    opened: Callable[..., Any] = open if path.exists() else gzip.open
    with opened(path if path.exists() else f"{path}.gz", "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def words(data: Path) -> Iterator[str]:
    """Yield texts to train a tokenizer on."""
    for file in FILES.values():
        yield from (json.dumps(row, ensure_ascii=False) for row in rows(data / file))


def hub_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield rows as the hub has them, which lm-eval's own files of these tasks read."""
    for row in rows(path):
        if "query" in row:
            labels = "ABCDEFGH"[: len(row["choices"])]
            choices = {"text": row["choices"], "label": list(labels)}
            question = row["query"].removeprefix("Question: ")
            yield {"question": question, "choices": choices, "answerKey": labels[row["gold"]]}
        else:
            yield {
                **{name: row[name] for name in ("activity_label", "ctx_a", "ctx_b", "endings")},
                "label": str(row["label"]),
            }


def make_model(folder: Path, texts: Path, *, bos: bool) -> None:
    """Write a Llama of random weights; its tokenizer begins a text with `<s>` if it has the habit (`bos`)."""
    torch: Any = importlib.import_module("torch")
    transformers: Any = importlib.import_module("transformers")
    tokenizers: Any = importlib.import_module("tokenizers")
    bytewise = tokenizers.Tokenizer(tokenizers.models.BPE())
    bytewise.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytewise.decoder = tokenizers.decoders.ByteLevel()
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=2000, special_tokens=["<s>", "</s>"], initial_alphabet=alphabet, show_progress=False
    )
    bytewise.train_from_iterator(json.loads(texts.read_text()), trainer)
    if bos:
        template = tokenizers.processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
        bytewise.post_processor = template
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=bytewise, bos_token="<s>", eos_token="</s>")
    torch.manual_seed(1)
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=128,  # 32 a head: the CPU flavour of vLLM has no kernels for less
        intermediate_size=256,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=1024,
        bos_token_id=0,
        eos_token_id=1,
        initializer_range=0.2,  # wide, so that choices differ clearly
    )
    transformers.LlamaForCausalLM(config).to(torch.float32).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def ask_lm_eval(model: Path, folder: Path, out: Path, limit: int) -> None:
    """Have lm-eval score the first rows of its own tasks, read from files of this machine."""
    lm_eval: Any = importlib.import_module("lm_eval")
    tasks: Any = importlib.import_module("lm_eval.tasks")
    home, own = Path(tasks.__file__).parent, folder / "tasks"
    own.mkdir()
    for suite, (file, _, split) in THEIRS.items():
        settings = {
            "include": str(home / file),
            "task": f"local_{suite}",
            "dataset_path": "json",
            "dataset_name": None,
            "dataset_kwargs": {"data_files": {split: str(folder / f"{suite}.jsonl")}},
            "training_split": None,
            "validation_split": split if split == "validation" else None,
            "test_split": split if split == "test" else None,
        }
        (own / f"local_{suite}.yaml").write_text(json.dumps(settings))  # JSON is YAML
    told = lm_eval.simple_evaluate(
        model="hf",
        model_args={"pretrained": str(model), "dtype": "float32"},
        tasks=[f"local_{suite}" for suite in THEIRS],
        task_manager=tasks.TaskManager(include_path=str(own)),
        num_fewshot=0,
        batch_size=8,
        device="cpu",
        limit=limit,
        bootstrap_iters=0,
    )
    found = {}
    for suite, (_, title, _) in THEIRS.items():
        for sample in told["samples"][f"local_{suite}"]:
            given = [pair[0] if len(pair) == 1 else pair for pair in sample["resps"]]
            found[f"{title}/{sample['doc_id']}"] = {
                "logprobs": [float(logprob) for logprob, _ in given],
                "greedy": [str(greedy) == "True" for _, greedy in given],
                "acc": float(sample["acc"]),
                "acc_norm": float(sample["acc_norm"]),
            }
    out.write_text(json.dumps(found))


if __name__ == "__main__":
    sys.exit(main())
