from __future__ import annotations

import os

import pytest

from pytest_codeeval.execution.sandbox.scratch import empty, remove, used_bytes

NOBODY = 65534


def deepen(folder, depth):
    here = os.getcwd()
    os.chdir(folder)
    for _ in range(depth):
        os.mkdir("d" * 60)
        os.chdir("d" * 60)
    os.chdir(here)


def test_a_tree_deeper_than_any_path_is_removed(tmp_path):
    folder = tmp_path / "scratch"
    folder.mkdir()
    deepen(folder, 400)
    remove(str(folder))
    assert not folder.exists()


def test_links_are_removed_and_not_followed(tmp_path):
    folder, kept = tmp_path / "scratch", tmp_path / "kept"
    for made in (folder, kept, folder / "inner"):
        made.mkdir()
    (kept / "file").touch()
    (folder / "link").symlink_to(kept)
    (folder / "inner" / "link").symlink_to(kept)
    (folder / "dangling").symlink_to("nowhere")
    (folder / "loop").symlink_to("loop")
    empty(str(folder))
    assert list(folder.iterdir()) == []
    assert (kept / "file").exists()


def test_folders_without_permissions_are_removed(tmp_path):
    inner = tmp_path / "a" / "b" / "c"
    inner.mkdir(parents=True)
    (inner / "file").touch()
    for folder in (inner, inner.parent, inner.parent.parent):
        folder.chmod(0)
    if os.geteuid() == 0:  # who would not notice the modes
        for folder in (tmp_path, inner.parent.parent, inner.parent, inner):
            os.chown(folder, NOBODY, NOBODY)
    child = os.fork()
    if child == 0:
        try:
            os.chdir(tmp_path)
            if os.geteuid() == 0:
                os.setresuid(NOBODY, NOBODY, NOBODY)
            empty(".")
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    assert not (tmp_path / "a").exists()


def test_many_files_and_odd_names_are_removed(tmp_path):
    for place in range(1100):
        os.close(os.open(f"{tmp_path}/{place}", os.O_CREAT))
    os.mkdir(os.fsencode(tmp_path) + b"/\xff\n")
    os.mkfifo(tmp_path / "fifo")
    os.mkfifo(os.fsencode(tmp_path) + b"/\xff\n/fifo")
    empty(str(tmp_path))
    assert os.listdir(tmp_path) == []


def test_what_cannot_be_removed_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        remove(str(tmp_path / "missing"))


def test_used_bytes_counts_blocks_and_not_holes(tmp_path):
    (tmp_path / "full").write_bytes(b"x" * 100_000)
    with open(tmp_path / "hole", "wb") as file:
        file.truncate(1 << 30)
    (tmp_path / "link").symlink_to("/usr")
    assert 100_000 <= used_bytes(str(tmp_path), 64 << 20) < 1 << 20


def test_used_bytes_stops_above_the_limit(tmp_path):
    for place in range(100):
        (tmp_path / f"{place}").write_bytes(b"x" * 4096)
    assert 10_000 < used_bytes(str(tmp_path), 10_000) <= 20_000


def test_used_bytes_of_what_is_gone_is_nothing(tmp_path):
    assert used_bytes(str(tmp_path / "missing"), 1) == 0
