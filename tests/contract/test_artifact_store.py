"""What every artifact store must do, run on each of them."""

import hashlib
import logging
import urllib.request
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer

from assay.artifacts.local import LocalStore
from assay.artifacts.schemes import open_artifact_store
from assay.artifacts.subfolder import Subfolder
from assay.client.http import HttpTransport
from assay.entities.artifacts import FileInfo
from assay.errors import ArtifactNotFound, InvalidParameter, InvalidPath
from servers import server_on_thread


@pytest.fixture
def local_store(tmp_path):
    return LocalStore(tmp_path / "root")


@pytest.fixture
def subfolder_store(local_store):
    local_store.write("run/artifacts.txt", [b"outside"])
    return Subfolder(local_store, "run/artifacts")


@pytest.fixture(scope="session")
def s3_url():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_store(s3_url, monkeypatch):
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "ASSAY_S3_ENDPOINT_URL": s3_url,
    }.items():
        monkeypatch.setenv(name, value)
    bucket = f"bucket-{uuid.uuid4().hex}"
    request = urllib.request.Request(f"{s3_url}/{bucket}", method="PUT")
    urllib.request.urlopen(request, timeout=10).close()
    return open_artifact_store(f"s3://{bucket}/a prefix")


@pytest.fixture
def proxied_store(tmp_path):
    with server_on_thread(tmp_path) as server:
        transport = HttpTransport(server.url)
        yield transport.artifacts()
        transport.close()


@pytest.fixture(params=["local", "s3", "proxied", "subfolder"])
def store(request):
    return request.getfixturevalue(f"{request.param}_store")


def content_of(store, path, **bounds):
    return b"".join(store.read(path, **bounds))


def test_written_file_reads_back(store):
    stored = store.write("a/b/c.bin", [b"one ", b"", b"two"])
    assert content_of(store, "a/b/c.bin") == b"one two"
    assert stored.size_bytes == 7
    assert store.stat("a/b/c.bin").size_bytes == 7


def test_empty_file_is_a_file(store):
    store.write("empty", [])
    assert content_of(store, "empty") == b""
    assert store.stat("empty").size_bytes == 0


def test_write_replaces_and_changes_the_etag(store):
    first = store.write("a.txt", [b"first"])
    second = store.write("a.txt", [b"2"])
    assert content_of(store, "a.txt") == b"2"
    assert first.etag != second.etag
    assert store.stat("a.txt").etag == second.etag


def test_range_reads_only_its_bytes(store):
    store.write("a.txt", [b"0123456789"])
    assert content_of(store, "a.txt", start=2, end=5) == b"234"
    assert content_of(store, "a.txt", start=7) == b"789"
    assert content_of(store, "a.txt", start=0, end=1) == b"0"


def test_list_shows_one_level_sorted_with_sizes(store):
    store.write("run/b.txt", [b"22"])
    store.write("run/a/deep/x", [b"1"])
    store.write("run/c", [b""])
    assert store.list("run") == [
        FileInfo(path="run/a", is_dir=True),
        FileInfo(path="run/b.txt", is_dir=False, file_size=2),
        FileInfo(path="run/c", is_dir=False, file_size=0),
    ]
    assert store.list("") == [FileInfo(path="run", is_dir=True)]


def test_list_of_what_is_no_folder_is_empty(store):
    store.write("file", [b"1"])
    assert store.list("file") == []
    assert store.list("missing") == []
    assert store.list("fil") == []


def test_missing_file_and_folder_are_not_found(store):
    store.write("folder/file", [b"1"])
    with pytest.raises(ArtifactNotFound):
        store.stat("missing")
    with pytest.raises(ArtifactNotFound):
        store.stat("folder")
    with pytest.raises(ArtifactNotFound):
        store.read("missing")


def test_delete_removes_a_file_or_a_tree_and_nothing_else(store):
    store.write("keep/x", [b"1"])
    store.write("keeper", [b"1"])
    store.write("tree/a/b", [b"1"])
    store.write("tree/c", [b"1"])
    store.delete("tree")
    store.delete("tree")
    store.delete("keep/x")
    assert [info.path for info in store.list("")] in (["keep", "keeper"], ["keeper"])
    assert store.list("keep") == []


@pytest.mark.parametrize("path", ["", "..", "a/../../b", "/a", "a\\b", "a%2f..%2fb", "a\0b"])
def test_path_outside_the_root_is_refused_by_each_operation(store, path):
    with pytest.raises(InvalidPath):
        store.write(path, [b"x"])
    with pytest.raises(InvalidPath):
        store.delete(path)
    with pytest.raises(InvalidPath):
        store.stat(path)
    with pytest.raises(InvalidPath):
        store.read(path)
    if path:
        with pytest.raises(InvalidPath):
            store.list(path)


@pytest.mark.parametrize("name", ["a b.txt", "ü/ñ.txt", "100%.txt", "x%20y", "a?b", "a+b&c=d"])
def test_unusual_name_is_kept(store, name):
    store.write(f"d/{name}", [b"1"])
    assert content_of(store, f"d/{name}") == b"1"
    assert [info.path for info in store.list("d")] == [f"d/{name.split('/')[0]}"]


def test_content_with_another_digest_than_announced_is_not_stored(store):
    with pytest.raises(InvalidParameter, match="damaged on the way"):
        store.write("a", [b"other"], sha256=hashlib.sha256(b"content").hexdigest())
    assert store.list("") == []


def test_announced_digest_is_known_afterwards(store):
    digest = hashlib.sha256(b"content").hexdigest()
    store.write("a", [b"content"], sha256=digest)
    assert store.stat("a").sha256 == digest


def test_failing_content_leaves_nothing_visible(store):
    def broken():
        yield b"x" * 100_000
        raise OSError("the source broke")

    with pytest.raises(OSError, match="the source broke"):
        store.write("a", broken())
    assert store.list("") == []


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.binary(max_size=5000), max_size=5), st.data())
def test_any_range_of_any_content_equals_the_slice(store, chunks, data):
    whole = b"".join(chunks)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    store.write("x", chunks)
    assert content_of(store, "x", start=start, end=end) == whole[start:end]


def test_large_file_survives_in_chunks(store):
    chunks = [bytes([number]) * 1_000_000 for number in range(12)]
    store.write("big", iter(chunks))
    assert content_of(store, "big") == b"".join(chunks)
    assert content_of(store, "big", start=999_999, end=1_000_001) == b"\0\1"
