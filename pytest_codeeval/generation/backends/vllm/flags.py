"""Checks flags with vLLM's own parser, before a model is loaded or a problem collected."""

from __future__ import annotations

import subprocess
from functools import cache

from pytest_codeeval.core.errors import UsageError

CHECK_SECONDS = 180.0

# The parser's module has moved between versions. Where it is in neither place, the server's start is the check.
_PROGRAM = """
import sys
try:
    from vllm.utils.argparse_utils import FlexibleArgumentParser
except ImportError:
    try:
        from vllm.utils import FlexibleArgumentParser
    except ImportError:
        sys.exit(0)
try:
    from vllm.entrypoints.launchers.cli_args import make_arg_parser, validate_parsed_serve_args
except ImportError:
    try:
        from vllm.entrypoints.openai.cli_args import make_arg_parser, validate_parsed_serve_args
    except ImportError:
        sys.exit(0)
parser = make_arg_parser(FlexibleArgumentParser(prog="vllm serve", usage="vllm serve"))
try:
    validate_parsed_serve_args(parser.parse_args(sys.argv[1:]))
except (TypeError, ValueError) as error:
    sys.exit(f"vllm serve: error: {error}")
"""


@cache
def check_flags(python: str, flags: tuple[str, ...]) -> None:
    """Have vLLM parse `flags`, in its own Python; nothing of the model is touched.

    Raises UsageError with what vLLM says of them.
    """
    try:
        done = subprocess.run(
            [python, "-c", _PROGRAM, *flags], capture_output=True, text=True, timeout=CHECK_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return  # the server's own start will say what is wrong
    said = [line for line in done.stderr.splitlines() if "error: " in line]
    if done.returncode != 0 and said:
        reason = said[-1].partition("error: ")[2].strip().rstrip(".")
        raise UsageError(f"--vllm-args={' '.join(flags)!r} is refused by vLLM: {reason}.")
