"""Open files are closed however their reading ends."""

import os

import pytest

from assay.artifacts.local import LocalStore
from assay.artifacts.store import Chunks


@pytest.fixture
def file(tmp_path):
    store = LocalStore(tmp_path)
    store.write("a", [b"x" * 10])
    return store.open("a")


def is_open(file):
    try:
        os.fstat(file._handle)
    except OSError:
        return False
    return True


def test_file_is_closed_after_its_last_chunk(file):
    assert b"".join(Chunks(file, start=0, end=10)) == b"x" * 10
    assert not is_open(file)


def test_file_that_nobody_read_is_closed(file):
    chunks = Chunks(file, start=0, end=10)
    chunks.close()
    chunks.close()
    assert not is_open(file)


def test_file_is_closed_when_its_reader_is_forgotten(file):
    chunks = Chunks(file, start=0, end=10)
    next(chunks)
    del chunks
    assert not is_open(file)
