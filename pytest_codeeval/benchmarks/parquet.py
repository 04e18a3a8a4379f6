"""A user's own parquet file, as the rows of a dataset."""

import hashlib
import importlib.util
from pathlib import Path

from pytest_codeeval.benchmarks.source import Row, Rows
from pytest_codeeval.core.errors import DatasetError


def rows_from_parquet(path: Path) -> Rows:
    """Read a parquet file; the sha256 is of its bytes.

    Raises DatasetError where it cannot be read, or pyarrow is not installed.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise DatasetError(f"{path} needs a reader of parquet: pip install 'pytest-codeeval[parquet]'.")
    import pyarrow
    import pyarrow.parquet

    try:
        raw = path.read_bytes()
        found = pyarrow.parquet.read_table(pyarrow.BufferReader(raw)).to_pylist()
    except (OSError, pyarrow.ArrowException, ValueError) as error:
        said = " ".join(str(error).split())[:300]
        raise DatasetError(f"{path} cannot be read: {said}") from None
    if not found:
        raise DatasetError(f"{path} has no row in it")
    rows = tuple(Row(f"{path}, row {number}", fields) for number, fields in enumerate(found, 1))
    return Rows(rows, hashlib.sha256(raw).hexdigest(), str(path))
