"""Artifacts over a network that breaks, from servers that know less or lie."""

import base64
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from assay.client.http import HttpTransport
from assay.errors import (
    ArtifactNotFound,
    InvalidParameter,
    InvalidPath,
    RemoteError,
    ServerUnreachable,
    Unavailable,
)

MEBIBYTE = 1024 * 1024
CONTENT = bytes(range(256)) * 16_000


class Script:
    """What the next requests are answered with."""

    def __init__(self):
        self.requests = []
        self.has_ranges = True
        self.cut_after = []
        self.etags = []
        self.digest = None
        self.listing = b'{"files": []}'
        self.put_statuses = []
        self.received = b""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args):
        pass

    def do_GET(self):
        script = self.server.script
        script.requests.append(dict(self.headers))
        if self.path.partition("?")[0].endswith("/artifacts"):
            self._answer(200, script.listing)
        elif self.path.endswith("/fails"):
            self._answer(500, b'{"error_code": "INTERNAL_ERROR", "message": "[Errno 2]"}')
        elif self.path.endswith("/missing"):
            self._answer(404, b'{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no"}')
        else:
            self._file(script)

    def _file(self, script):
        start, end, status = 0, len(CONTENT), 200
        asked = self.headers.get("Range")
        if asked and script.has_ranges:
            first, _, last = asked.removeprefix("bytes=").partition("-")
            start, end = int(first), int(last) + 1 if last else len(CONTENT)
            status = 206
        body = CONTENT[start:end]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        etag = script.etags.pop(0) if script.etags else '"one"'
        if etag:
            self.send_header("ETag", etag)
        if script.digest:
            self.send_header("Repr-Digest", script.digest)
        self.end_headers()
        cut = script.cut_after.pop(0) if script.cut_after else len(body)
        self.wfile.write(body[:cut])
        if cut < len(body):
            self.close_connection = True

    def do_PUT(self):
        script = self.server.script
        length = int(self.headers.get("Content-Length", 0))
        script.received = self.rfile.read(length)
        script.requests.append(dict(self.headers))
        self._answer(script.put_statuses.pop(0) if script.put_statuses else 200, b"")

    def _answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def script():
    return Script()


@pytest.fixture
def store(script, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.script = script
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    transport = HttpTransport(f"http://127.0.0.1:{server.server_port}")
    yield transport.artifacts()
    transport.close()
    server.shutdown()
    server.server_close()
    thread.join()


def read(store, **bounds):
    return b"".join(store.read("a/file", **bounds))


def test_broken_download_goes_on_where_it_stopped(store, script):
    script.cut_after = [MEBIBYTE + 1000, 2 * MEBIBYTE + 1000]
    assert read(store) == CONTENT
    assert [request.get("Range") for request in script.requests] == [
        None,
        f"bytes={MEBIBYTE}-",
        f"bytes={3 * MEBIBYTE}-",
    ]
    assert script.requests[1]["If-Range"] == '"one"'


def test_broken_range_goes_on_inside_its_bounds(store, script):
    script.cut_after = [2 * MEBIBYTE - 1]
    assert read(store, start=500, end=3_000_000) == CONTENT[500:3_000_000]
    assert script.requests[1]["Range"] == f"bytes={MEBIBYTE + 500}-2999999"


def test_download_that_breaks_again_and_again_is_given_up(store, script):
    script.cut_after = [10] + [0] * 20
    with pytest.raises(ServerUnreachable, match="broke off"):
        read(store)


def test_file_that_changed_on_the_way_is_not_mixed(store, script):
    script.cut_after = [1000]
    script.etags = ['"one"', '"two"']
    with pytest.raises(ServerUnreachable, match="changed"):
        read(store)


def test_without_an_etag_a_broken_download_is_not_resumed(store, script):
    script.cut_after = [1000]
    script.etags = [""]
    with pytest.raises(ServerUnreachable, match="broke off"):
        read(store)


def test_server_without_ranges_is_read_all_the_same(store, script):
    script.has_ranges = False
    assert read(store, start=500, end=1500) == CONTENT[500:1500]
    assert read(store, start=1_000_000) == CONTENT[1_000_000:]
    script.cut_after = [300_000]
    assert read(store) == CONTENT


def test_content_is_checked_against_the_digest_that_the_server_names(store, script):
    right = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
    script.digest = f"sha-256=:{right}:"
    assert read(store) == CONTENT
    wrong = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    script.digest = f"sha-256=:{wrong}:"
    with pytest.raises(InvalidParameter, match="damaged on the way"):
        read(store)


def test_missing_file_is_not_found_before_any_chunk_is_asked_for(store):
    with pytest.raises(ArtifactNotFound):
        store.read("missing")


@pytest.mark.parametrize(
    ("listing", "error"),
    [
        (b'{"files": []}', ArtifactNotFound),
        (b'{"files": [{"path": "fails", "is_dir": true}]}', ArtifactNotFound),
        (b'{"files": [{"path": "fails", "is_dir": false}]}', RemoteError),
    ],
)
def test_server_that_fails_on_a_missing_file_is_asked_whether_it_has_it(
    store, script, listing, error
):
    script.listing = listing
    with pytest.raises(error):
        store.read("a/fails")


@pytest.mark.parametrize("name", ["../evil", "/evil", "a/b", "..", "", ".", "a\\\\b", "\\u0000"])
def test_listed_name_that_leads_elsewhere_is_refused(store, script, name):
    script.listing = f'{{"files": [{{"path": "{name}", "is_dir": false}}]}}'.encode()
    with pytest.raises(InvalidPath):
        store.list("folder")


@pytest.mark.parametrize("listing", [b"", b"<html>", b"[]", b'{"files": 3}', b"\xff"])
def test_listing_that_is_not_understood_is_an_error(store, script, listing):
    script.listing = listing
    with pytest.raises(Unavailable):
        store.list("folder")


def test_upload_is_repeated_when_the_server_is_busy(store, script):
    script.put_statuses = [503, 502, 200]
    store.write("a", [b"con", b"", b"tent"])
    assert script.received == b"content"
    assert len(script.requests) == 3


def test_upload_that_fails_again_and_again_raises(store, script):
    script.put_statuses = [503] * 9
    with pytest.raises(Unavailable):
        store.write("a", [b"content"])
    assert len(script.requests) == 3


def test_content_that_can_be_read_once_is_sent_once(store, script):
    script.put_statuses = [503, 200]
    with pytest.raises(Unavailable):
        store.write("a", iter([]))
    assert len(script.requests) == 1
