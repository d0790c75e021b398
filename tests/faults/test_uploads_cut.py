"""Uploads of large files over connections that break and servers that are killed."""

import hashlib
import http.client
import json
import os
from urllib.parse import urlsplit

import pytest

from assay.artifacts.content import FileContent
from assay.client import proxied_store
from assay.client.http import HttpTransport
from servers import RunningServer, server_on_thread, server_process, wait_until

SIZE = 24 * 1024 * 1024
UPLOADS = "/api/assay/v1/uploads"
PROXY = "/api/2.0/mlflow-artifacts/artifacts"
UPLOAD = "ab" * 16


class BreakingContent(FileContent):
    """A file during whose sending something happens, once, half way."""

    def __init__(self, path, happens):
        super().__init__(path)
        self.starts = []
        self._happens = happens

    def starting_at(self, start):
        self.starts.append(start)
        n_bytes = start
        for chunk in super().starting_at(start):
            yield chunk
            n_bytes += len(chunk)
            if n_bytes >= SIZE // 2 and self._happens is not None:
                happens, self._happens = self._happens, None
                happens()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "large.bin"
    path.write_bytes(os.urandom(SIZE))
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def test_an_upload_goes_on_after_the_server_was_killed(tmp_path, file):
    path, digest = file
    with server_process(tmp_path / "server") as first:
        port = urlsplit(first.url).port
        store = HttpTransport(first.url).artifacts()
        with_second = []

        def restart():
            first.kill()
            second = server_process(tmp_path / "server", port=port)
            with_second.append(second)
            second.__enter__()

        content = BreakingContent(path, restart)
        try:
            stored = store.write("1/large.bin", content, sha256=digest)
            assert stored.sha256 == digest
            assert hashlib.sha256(b"".join(store.read("1/large.bin"))).hexdigest() == digest
        finally:
            for second in with_second:
                second.__exit__(None, None, None)
    # What the dead server had taken was not sent again, but for what was on its way.
    assert content.starts[0] == 0
    assert content.starts[-1] > 0


def test_the_server_tells_how_much_came_and_takes_the_rest(tmp_path, file):
    path, digest = file
    with server_on_thread(tmp_path / "server") as server:
        whole = path.read_bytes()
        address = f"{PROXY}/1/large.bin?sha256={digest}&upload={UPLOAD}"
        parts = urlsplit(server.url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
        connection.putrequest("PUT", f"{address}&start=0")
        connection.putheader("Content-Length", str(SIZE))
        connection.putheader("Content-Type", "application/octet-stream")
        connection.endheaders()
        connection.send(whole[: SIZE // 2])
        wait_until(lambda: arrived(server) > 0)
        connection.close()
        # The server keeps what it had read when the connection broke.
        wait_until(lambda: is_free(server, address))
        start = arrived(server)
        assert 0 < start <= SIZE // 2
        answer = server.ask(
            "PUT",
            f"{address}&start={start}",
            whole[start:],
            {"Content-Type": "application/octet-stream"},
        )
        assert answer.status == 200
        assert server.ask("GET", f"{PROXY}/1/large.bin").body == whole
        assert arrived(server) == 0


def arrived(server: RunningServer) -> int:
    return int(json.loads(server.ask("GET", f"{UPLOADS}/{UPLOAD}").body)["size_bytes"])


def is_free(server: RunningServer, address: str) -> bool:
    """Whether the broken connection has let go: another place is refused for that alone then."""
    answer = server.ask("PUT", f"{address}&start={SIZE}", b"", {"Content-Type": "a/b"})
    assert answer.status in {409, 503}
    return answer.status == 409


@pytest.mark.parametrize(
    "query",
    ["upload=x", f"upload={UPLOAD}", f"upload={UPLOAD}&sha256={'0' * 64}&start=-1", "start=5"],
)
def test_nonsense_is_refused(tmp_path, query):
    with server_on_thread(tmp_path) as server:
        answer = server.ask("PUT", f"{PROXY}/1/x?{query}", b"x", {"Content-Type": "a/b"})
    assert answer.status == 400


def test_an_upload_that_never_gets_on_ends_in_an_error(tmp_path, file, monkeypatch):
    path, digest = file
    monkeypatch.setattr(proxied_store, "N_BREAKS", 1)
    with server_process(tmp_path / "server") as server:
        store = HttpTransport(server.url).artifacts()
        with pytest.raises(proxied_store.Unavailable):
            store.write("1/large.bin", BreakingContent(path, server.kill), sha256=digest)
