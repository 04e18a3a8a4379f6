"""`codeeval completions`: what models have answered and a results folder keeps."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from pytest_codeeval.core.jsonl import read_bytes, rows_of
from pytest_codeeval.core.shard import Shard
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.generation.dealing import deal_out
from pytest_codeeval.generation.store import Chosen, CompletionStore


def add_command(commands: Any) -> None:
    """Add the command and its verbs to the parser's."""
    command = commands.add_parser(
        "completions", help="list, show, remove, export, import or deal out stored completions"
    )
    verbs = command.add_subparsers(metavar="VERB", required=True)
    for name, verb, text in (
        ("ls", _list, "count them by model and suite"),
        ("show", _show, "print them"),
        ("rm", _remove, "remove them, to be asked again; needs --model, --suite, --task or --all"),
        ("export", _export, "write them to standard output as JSONL"),
        ("import", _import, "add those of an export"),
        ("deal", _deal, "hand each shard of a run those of its problems"),
    ):
        parser = verbs.add_parser(name, help=text)
        parser.add_argument("--results", default="results", metavar="DIR", help="results folder (default results)")
        parser.set_defaults(command=verb)
        if name == "import":
            parser.add_argument("file", metavar="FILE.jsonl[.gz]")
        if name == "deal":
            parser.add_argument("--shards", required=True, metavar="N", help="how many shards the run has")
            parser.add_argument("folder", metavar="DIR", help="where shard-1, shard-2 … are, or are to be")
        if name in ("import", "deal"):
            continue
        for option in ("model", "suite", "task"):
            parser.add_argument(f"--{option}", default="", metavar="NAME")
        if name == "rm":
            parser.add_argument("--all", action="store_true", help="remove all of them")


def _chosen(given: argparse.Namespace) -> Chosen:
    return Chosen(given.model, given.suite, given.task)


def _store(given: argparse.Namespace) -> closing[CompletionStore]:
    return closing(CompletionStore.existing(Path(given.results)))


def _list(given: argparse.Namespace) -> int:
    with _store(given) as store:
        for model, suite, tasks, count in store.counts(_chosen(given)):
            print(f"{printable(model)}  {printable(suite)}  {counted(tasks, 'task')}  {counted(count, 'completion')}")
    return 0


def _show(given: argparse.Namespace) -> int:
    found = False
    with _store(given) as store:
        for row in store.rows(_chosen(given)):
            found = True
            completion = row["completion"]
            about = f"{row['model']} {row['suite']} {row['task_id']} sample {row['sample_index']}"
            print(printable(f"--- {about} (finish reason {completion.get('finish_reason')})"))
            for line in str(completion.get("text", "")).split("\n"):
                print(printable(line, limit=10_000))
    if not found:
        print("no such completion", file=sys.stderr)
    return 0 if found else 1


def _remove(given: argparse.Namespace) -> int:
    with _store(given) as store:
        if _chosen(given) == Chosen() and not given.all:
            print("say which to remove: --model, --suite, --task, or --all.", file=sys.stderr)
            return 4
        print(f"{counted(store.remove(_chosen(given)), 'completion')} removed")
    return 0


def _export(given: argparse.Namespace) -> int:
    with _store(given) as store:
        for row in store.rows(_chosen(given)):
            print(json.dumps(row))
    return 0


def _deal(given: argparse.Namespace) -> int:
    shards = Shard.read(f"1/{given.shards}").of
    dealt = deal_out(Path(given.results), Path(given.folder), shards)
    print(f"{counted(dealt, 'completion')} for {counted(shards, 'shard')}")
    return 0


def _import(given: argparse.Namespace) -> int:
    path = Path(given.file)
    # Made when the first row is written: none of them may be one.
    with closing(CompletionStore(Path(given.results), at_once=False)) as store:
        added = store.add(rows_of(read_bytes(path), path.name))
    print(f"{counted(added, 'completion')} added")
    return 0
