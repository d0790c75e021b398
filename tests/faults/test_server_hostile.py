"""Hostile bytes of every kind: always a 4xx in the JSON error form, soon, and the server lives on."""

import contextlib
import json
import re
import socket
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from servers import API, RunningServer, server_on_thread

ANSWER_LIMIT_S = 20.0
FORM = b"Content-Type: application/json\r\n"
PLAIN_TEXT = {"Invalid Host header - possible DNS rebinding attack detected"}
PLAIN_TEXT |= {"Cross-origin request blocked"}


@pytest.fixture(scope="module")
def hardened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    root = tmp_path_factory.mktemp("hostile")
    (root / "secret.txt").write_text("secret")
    with server_on_thread(root) as server:
        yield server


@pytest.fixture
def run_id(hardened: RunningServer) -> str:
    return hardened.new_run()


def exchange(server: RunningServer, request: bytes) -> tuple[int, bytes]:
    """Send exactly these bytes; return the status and the body of the first answer."""
    with server.connect() as connection:
        connection.settimeout(ANSWER_LIMIT_S)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request)
        head, body = read_answer(connection)
    assert head.startswith(b"HTTP/1.1 "), head[:200]
    return int(head.split(b" ", 2)[1]), body


def read_answer(connection: socket.socket) -> tuple[bytes, bytes]:
    """Read one answer; a server may close the connection without reading all that was sent."""
    received = b""
    while True:
        head, separator, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        if separator and length and len(body) >= int(length[1]):
            return head, body
        try:
            part = connection.recv(65536)
        except ConnectionResetError:
            return head, body
        if not part:
            return head, body
        received += part


def post(path: str, body: bytes, *, headers: bytes = FORM) -> bytes:
    length = f"Content-Length: {len(body)}\r\n".encode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n".encode()
        + headers
        + length
        + b"\r\n"
        + body
    )


def get(target: str | bytes, *, headers: bytes = b"") -> bytes:
    raw = target if isinstance(target, bytes) else target.encode()
    return (
        b"GET " + raw + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + b"\r\n"
    )


def assert_refused(server: RunningServer, request: bytes) -> None:
    status, body = exchange(server, request)
    assert 400 <= status < 500, (status, body[:300])
    text = body.decode()
    if text not in PLAIN_TEXT:
        error = json.loads(text)
        assert set(error) >= {"error_code", "message"}
        assert not any(leak in text for leak in ("Traceback", "SELECT ", "sqlite", "/src/"))
    assert server.ask("GET", "/health").status == 200


def body_with(value: str, *, field: str = "value", run: str = "RUN") -> bytes:
    fields = {
        "run_id": json.dumps(run),
        "key": '"m"',
        "value": "1",
        "timestamp": "1",
        "step": "1",
        field: value,
    }
    return ("{" + ",".join(f'"{name}":{text}' for name, text in fields.items()) + "}").encode()


BODIES = {
    "deep arrays": b'{"run_id":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "unclosed": b"[" * 1_000_000,
    "not an object": b"[1,2,3]",
    "a text": b'"text"',
    "a number": b"17",
    "nothing": b"",
    "broken": b'{"run_id": "x",,}',
    "broken utf-8": b'{"run_id":"\xff\xfe","key":"k","value":1,"timestamp":1}',
    "lone surrogate": b'{"run_id":"\\ud800","key":"k","value":1,"timestamp":1}',
    "nul": b'{"run_id":"a\\u0000b","key":"k","value":1,"timestamp":1}',
    "many keys": b"{" + b",".join(b'"k%d":1' % index for index in range(100_000)) + b"}",
    "encoded many times": json.dumps(json.dumps(json.dumps({"run_id": "x"}))).encode(),
    "utf-16": '{"run_id":"x"}'.encode("utf-16"),
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("path", ["runs/log-metric", "runs/log-batch", "experiments/create"])
def test_hostile_body_is_refused(hardened, path, name):
    if path == "experiments/create" and name in {"encoded many times", "many keys"}:
        body = BODIES[name].replace(b"run_id", b"nome")
    else:
        body = BODIES[name]
    assert_refused(hardened, post(API + path, body))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("value", "1e999999"),
        ("value", "-" + "9" * 5000),
        ("value", '"1e5x"'),
        ("value", "NaN"),
        ("value", "{}"),
        ("value", "[]"),
        ("value", '"' + "9" * 100_000 + '"'),
        ("step", "9223372036854775808"),
        ("step", "-9223372036854775809"),
        ("step", "1" * 5000),
        ("step", "1.5"),
        ("step", '"0x10"'),
        ("timestamp", "1e400"),
        ("timestamp", "-1"),
        ("timestamp", '"' + "1" * 5000 + '"'),
        ("key", '"' + "k" * 1_000_000 + '"'),
        ("key", '"../../etc/passwd"'),
        ("key", '"a\\u0000b"'),
        ("key", '"\\ud800"'),
        ("key", "null"),
        ("key", '"a\\nb"'),
    ],
)
def test_absurd_value_is_refused(hardened, run_id, field, value):
    assert_refused(
        hardened, post(f"{API}runs/log-metric", body_with(value, field=field, run=run_id))
    )
    assert hardened.get("runs/get", run_id=run_id).json["run"]["data"].get("metrics") is None


def create_in_chunks(
    *,
    host: bytes = b"localhost",
    content_type: bytes = b"application/json",
    headers: bytes = b"",
    trailers: bytes,
) -> bytes:
    """Create an experiment with a body in one chunk, and with headers after it."""
    head = b"POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nConnection: close\r\n"
    head += b"Host: %b\r\nContent-Type: %b\r\n%b" % (host, content_type, headers)
    body = b'{"name":"t"}'
    chunk = b"%x\r\n%b\r\n0\r\n" % (len(body), body)
    return head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk + trailers + b"\r\n"


HEADS = {
    "foreign host": get("/api/2.0/mlflow/runs/get?run_id=x").replace(b"localhost", b"evil.example"),
    "host with user": get("/api/2.0/mlflow/runs/get?run_id=x").replace(
        b"localhost", b"a@localhost"
    ),
    "host prefix": get("/api/2.0/mlflow/runs/get?run_id=x").replace(
        b"localhost", b"127.0.0.1.evil.example"
    ),
    "host with path": get("/api/2.0/mlflow/runs/get?run_id=x").replace(
        b"localhost", b"localhost/x"
    ),
    "no host": b"GET /api/2.0/mlflow/runs/get?run_id=x HTTP/1.1\r\nConnection: close\r\n\r\n",
    "two hosts": get("/api/2.0/mlflow/runs/get?run_id=x", headers=b"Host: evil.example\r\n"),
    "two hosts, ours last": get(
        "/api/2.0/mlflow/experiments/get?experiment_id=0", headers=b"Host: localhost\r\n"
    ).replace(b"localhost", b"evil.example", 1),
    "host after the body": create_in_chunks(host=b"evil.example", trailers=b"Host: localhost\r\n"),
    "content type after the body": create_in_chunks(
        content_type=b"text/plain", trailers=b"Content-Type: application/json\r\n"
    ),
    "two origins": post(
        f"{API}experiments/create",
        b'{"name":"o"}',
        headers=FORM + b"Origin: https://evil.example\r\nOrigin: http://localhost\r\n",
    ),
    "two sites": post(
        f"{API}experiments/create",
        b'{"name":"o"}',
        headers=FORM + b"Sec-Fetch-Site: cross-site\r\nSec-Fetch-Site: none\r\n",
    ),
    "two content types": post(
        f"{API}experiments/create", b'{"name":"o"}', headers=b"Content-Type: text/plain\r\n" + FORM
    ),
    "unknown coding": post(
        f"{API}experiments/create", b"{}", headers=FORM + b"Transfer-Encoding: xchunked\r\n"
    ),
    "name before a space": post(
        f"{API}experiments/create", b"{}", headers=FORM + b"Transfer-Encoding : chunked\r\n"
    ),
    "folded header": post(f"{API}experiments/create", b"{}", headers=FORM + b"X-A: b\r\n c\r\n"),
    "bare line feeds": post(f"{API}experiments/create", b'{"name":"o"}').replace(b"\r\n", b"\n"),
    "signed length": post(f"{API}experiments/create", b"{}").replace(
        b"Content-Length: 2", b"Content-Length: +2"
    ),
    "two requests in one": create_in_chunks(trailers=b"", headers=b"Content-Length: 4\r\n")
    + get("/version"),
    "endless chunk": create_in_chunks(trailers=b"").replace(
        b"\r\nc\r\n", b"\r\n" + b"f" * 18 + b"\r\n"
    ),
    "foreign origin": post(
        f"{API}experiments/create",
        b'{"name":"o"}',
        headers=FORM + b"Origin: https://evil.example\r\n",
    ),
    "null origin": post(
        f"{API}experiments/create", b'{"name":"o"}', headers=FORM + b"Origin: null\r\n"
    ),
    "cross site": post(
        f"{API}experiments/create",
        b'{"name":"o"}',
        headers=FORM + b"Sec-Fetch-Site: cross-site\r\n",
    ),
    "form content": post(
        f"{API}experiments/create", b'{"name":"o"}', headers=b"Content-Type: text/plain\r\n"
    ),
    "huge header": get("/health", headers=b"X-Long: " + b"x" * 200_000 + b"\r\n"),
    "many headers": get("/health", headers=b"".join(b"X-%d: 1\r\n" % n for n in range(20_000))),
    "negative length": post(f"{API}experiments/create", b"{}").replace(
        b"Content-Length: 2", b"Content-Length: -1"
    ),
    "absurd length": post(f"{API}experiments/create", b"{}").replace(
        b"Content-Length: 2", b"Content-Length: 99999999999999"
    ),
    "length and chunks": post(
        f"{API}experiments/create", b"{}", headers=FORM + b"Transfer-Encoding: chunked\r\n"
    ),
    "two lengths": post(f"{API}experiments/create", b"{}", headers=FORM + b"Content-Length: 5\r\n"),
    "bad chunk": b"POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "no http": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100 + b"\r\n\r\n",
    "unknown method": b"BREW /health HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "long target": get("/" + "a" * 100_000),
}


@pytest.mark.parametrize("name", HEADS)
def test_hostile_head_is_refused(hardened, name):
    assert_refused(hardened, HEADS[name])


def test_headers_after_the_body_are_passed_over(hardened):
    many = b"".join(b"X-%d: y\r\n" % number for number in range(50_000))
    status, body = exchange(hardened, create_in_chunks(trailers=b"Host: evil.example\r\n" + many))
    assert status == 200, body


PATHS = [
    *("..", "../secret.txt", "a/../../secret.txt", "/etc/passwd", "//etc/passwd", "a//b", "a/./b"),
    *("..\\secret.txt", "C:/windows", "C:\\windows", "a\x00b", "a\nb", "%2e%2e/secret.txt"),
    *("..%2fsecret.txt", "%252e%252e/secret.txt", "..%c0%afsecret.txt", "a" * 300, "\u202e/../x"),
    *("....//secret.txt", "file:///etc/passwd", "#/../x", "~/x", ".", "./.", "a/..", "CON/../.."),
]
ROUTES = [
    ("GET", "/api/2.0/mlflow-artifacts/artifacts/{}"),
    ("PUT", "/api/2.0/mlflow-artifacts/artifacts/{}"),
    ("DELETE", "/api/2.0/mlflow-artifacts/artifacts/{}"),
    ("GET", "/api/2.0/mlflow-artifacts/artifacts?path={}"),
    ("GET", "/api/2.0/mlflow/artifacts/list?run_id=RUN&path={}"),
    ("GET", "/get-artifact?run_id=RUN&path={}"),
    ("POST", "/ajax-api/2.0/mlflow/upload-artifact?run_uuid=RUN&path={}"),
    ("POST", "/api/2.0/mlflow-artifacts/mpu/create/{}"),
]


@pytest.mark.parametrize(("method", "route"), ROUTES)
@pytest.mark.parametrize("path", PATHS)
def test_path_never_leaves_the_artifact_root(hardened, run_id, method, route, path):
    for encoded in (quote(path, safe=""), quote(path, safe="/%.\\:#~")):
        target = route.format(encoded).replace("RUN", run_id)
        content = b"" if method == "GET" else FORM + b"Content-Length: 2\r\n"
        request = (
            f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n".encode()
            + content
            + b"\r\n"
            + (b"" if method == "GET" else b"{}")
        )
        status, body = exchange(hardened, request)
        assert status < 500 or status == 501
        assert b"secret" not in body.replace(b"secret.txt", b"")
        assert b"root:" not in body
    assert (hardened.root / "secret.txt").read_text() == "secret"
    folders = {place.name for place in hardened.root.iterdir() if place.is_dir()}
    assert folders <= {"artifacts"}


FILTERS = [
    *(
        "'",
        '"',
        "`",
        "(",
        ")",
        "((((",
        "AND",
        "metrics.",
        ".m = 1",
        "metrics..m = 1",
        "metrics.m =",
    ),
    *("metrics.m = 1 OR", "metrics.m = 'a", "params.p = 'a'; DROP TABLE runs", "-- comment"),
    *("1 = 1", "/* */", "metrics.m = 1 UNION SELECT 1", "params.p LIKE '%' ESCAPE 'x'", "\x00"),
    *("metrics.m = 0x10", "metrics.m = 1_000", "metrics.m = --1", "params.p = 'a' = 'b'", "\u2028"),
    *(
        "run_id IN (",
        "run_id IN ('a',,)",
        "run_id IN (run_id)",
        "params.p ~ '('",
        "params.p ~ '(a+)+$'",
    ),
    *("status = status", "NOT", "NOT NOT NOT", "metrics.m BETWEEN 1 AND", "params.p IS", "*", "?"),
    "(" * 50_000,
    "(" * 5_000 + "metrics.m = 1" + ")" * 5_000,
    " AND ".join(["metrics.m = 1"] * 20_000),
    "params.p = '" + "x" * 1_000_000 + "'",
    "run_id IN (" + ",".join(["'a'"] * 100_000) + ")",
    "NOT " * 20_000 + "metrics.m = 1",
    "metrics.`" + "k" * 100_000 + "` = 1",
]


@pytest.mark.parametrize("index", range(len(FILTERS)))
def test_filter_of_any_shape_is_refused_or_harmless(hardened, index):
    for path, extra in (
        ("runs/search", {"experiment_ids": ["0"]}),
        ("experiments/search", {"max_results": 5}),
        ("logged-models/search", {"experiment_ids": ["0"]}),
    ):
        body = json.dumps({**extra, "filter": FILTERS[index]}).encode()
        status, answer = exchange(hardened, post(API + path, body))
        assert status == 200 or 400 <= status < 500, answer[:300]
        if status != 200:
            assert set(json.loads(answer)) >= {"error_code", "message"}
            assert len(answer) < 10_000
    assert hardened.ask("GET", "/health").status == 200


ORDERS = [
    "metrics.m; DROP",
    "1",
    "metrics.m ASC DESC",
    "x" * 100_000,
    "metrics.`",
    "run_id, run_id",
]


@pytest.mark.parametrize("order", ORDERS)
def test_order_of_any_shape_is_refused(hardened, order):
    body = json.dumps({"experiment_ids": ["0"], "order_by": [order]}).encode()
    assert_refused(hardened, post(f"{API}runs/search", body))


def test_endless_order_and_id_lists_are_refused_or_harmless(hardened):
    for extra in (
        {"order_by": ["metrics.m"] * 50_000},
        {"experiment_ids": [str(number) for number in range(200_000)]},
        {"page_token": "A" * 1_000_000},
        {"max_results": 10**30},
    ):
        body = json.dumps({"experiment_ids": ["0"], **extra}).encode()
        status, answer = exchange(hardened, post(f"{API}runs/search", body))
        assert status == 200 or 400 <= status < 500, answer[:300]
    assert hardened.ask("GET", "/health").status == 200


QUERIES = [
    b"/api/2.0/mlflow/runs/get?run_id=%ff%fe",
    b"/api/2.0/mlflow/runs/get?run_id=%00",
    b"/api/2.0/mlflow/runs/get?run_id=a&run_id=b",
    b"/api/2.0/mlflow/runs/get?" + b"run_id=a&" * 5000,
    b"/api/2.0/mlflow/metrics/get-history?run_id=x&metric_key=m&max_results=99999999999999999999",
    b"/api/2.0/mlflow/experiments/get?experiment_id=99999999999999999999999",
    b"/api/2.0/mlflow/experiments/get?experiment_id=-1",
    b"/api/2.0/mlflow/experiments/get?experiment_id=%C2%B2",
    b"/api/2.0/mlflow/experiments/get?experiment_id=1e3",
    b"/api/2.0/mlflow/\xff\xfe",
    b"/api/2.0/mlflow/%2e%2e/%2e%2e/health",
    b"/api/2.0/mlflow/logged-models/" + b"m" * 5000,
]


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_hostile_query_is_refused(hardened, query):
    assert_refused(hardened, get(query))


def test_hostile_ingest_is_refused(hardened):
    for body in (b"", b"\x00" * 100, b"\xdf\xff\xff\xff\xff", b"\x81" * 100_000, b"\xc1", b"{}"):
        request = post(
            "/api/assay/v1/ingest", body, headers=b"Content-Type: application/msgpack\r\n"
        )
        assert_refused(hardened, request)
