"""Nonsense at every endpoint of the OpenAPI document: an answer or a 4xx that says why, soon, never a 5xx."""

import http.client
import json
import random
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest

from databases import PostgresqlServer
from servers import Answer, RunningServer, server_process

N_REQUESTS = 800
NOT_FOR_LOCAL_FILES = "/mlflow-artifacts/presigned/"
TEXTS = [
    *(
        "",
        "0",
        "-1",
        "1e400",
        "NaN",
        "9223372036854775808",
        "\u00b2",
        "\u0661",
        "null",
        "[]",
        "{}",
        "../x",
    ),
    *(
        "a",
        "b",
        "p",
        "a/b",
        "a\x00b",
        "\ud800",
        "\u202e",
        "\U0001d518",
        "x" * 300,
        "x" * 7000,
        "%25",
        "'",
    ),
    *('"', "`", "%", "metrics.a", "params.p", "tags.t", "metrics.", "ema", "wall", "mlflow.user"),
    *("file:///etc/passwd", "mlflow-artifacts:/0/x", "s3://b/k?q#f", "RUNNING", "-Infinity"),
]
NUMBERS = [0, 1, -1, 7, 1001, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 10**30]
NUMBERS += [0.5, -0.0, 1e308, -1e308, 5e-324]
RAW = [b"1e999", b"NaN", b"-Infinity", b"01", b'"\\ud800"', b'"\\u0000"', b"1" * 5000, b"[" * 200]
RAW += [b'{"a":1,"a":2}', b"\xff", b"1.0000000000000000001", b"1e-999", b'"\\x"', b""]
FIELDS = ["metrics.a", "metrics.`a`.max", "params.p", "tags.t", "run_id", "start_time", "status"]
FIELDS += ["attributes.`Run Name`", "dataset.digest", "creation_time", "name", "x.y", "duration"]
SIGNS = [
    "=",
    "!=",
    ">",
    "<=",
    "LIKE",
    "ILIKE",
    "IN",
    "NOT IN",
    "IS NULL",
    "BETWEEN",
    "~",
    "!~",
    "==",
]
VALUES = [
    "'1'",
    "1",
    "1e400",
    "''",
    "'%_\\\\'",
    "'''",
    "()",
    "('a',)",
    "('a','b')",
    "9" * 400,
    "'('",
]
VALUES += ["'(a+)+$'", "'a{1,99}'", "1 AND 2", "NULL", "true", "'\U0001f600'", "-.5", "now() - 7d"]


class Nonsense:
    """Makes requests that fit an endpoint's description nearly, from a seed."""

    def __init__(self, document: dict[str, Any], known: dict[str, str], seed: int) -> None:
        self._schemas = document["components"]["schemas"]
        self._known = known
        self._random = random.Random(seed)

    def address(self, path: str, operation: dict[str, Any]) -> str:
        """Return the address of an endpoint with its parameters filled in."""
        pairs = []
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query" and self._random.random() < 0.8:
                value = self.value(parameter["schema"], parameter["name"])
                values = value if isinstance(value, list) else [value]
                pairs += [(parameter["name"], as_bytes(each)) for each in values]
        filled = re.sub(r"\{(\w+)\}", lambda match: self._segment(match[1]), path)
        return f"{filled}?{urlencode(pairs)}" if pairs else filled

    def body(self, operation: dict[str, Any]) -> tuple[str, bytes] | None:
        """Return the type and the bytes of a body; None when the endpoint takes none."""
        if "requestBody" not in operation:
            return None
        kind, content = next(iter(operation["requestBody"]["content"].items()))
        if "json" not in kind:
            return kind, self._random.randbytes(self._random.randrange(100))
        return kind, encode(self.value(content["schema"]))

    def value(self, schema: dict[str, Any], name: str = "", depth: int = 0) -> Any:
        """Return a value that a schema describes, or now and then another."""
        if self._random.random() < 0.08:
            return self._random.choice([*TEXTS, *NUMBERS, *RAW, None, True, [], {}, [[]]])
        schema = self._resolved(schema)
        if name in self._known and schema.get("type") != "array":
            return self._known[name]
        if name == "filter":
            return self._filter()
        match schema.get("type"):
            case "object":
                return self._object(schema, depth)
            case "array":
                items = range(self._random.choice([0, 1, 1, 2]))
                return [self.value(schema["items"], name, depth + 1) for _ in items]
            case "integer" | "number":
                return self._random.choice([*NUMBERS, 1, 2, 3, 10])
            case "boolean":
                return self._random.random() < 0.5
        return self._random.choice(schema.get("enum") or [*TEXTS, "a", "p", *FIELDS])

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema or "anyOf" in schema:
            if "anyOf" in schema:
                schema = self._random.choice(schema["anyOf"])
            else:
                schema = self._schemas[schema["$ref"].rpartition("/")[2]]
        return schema

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        required = schema.get("required", ())
        chance = 0.5 if depth < 4 else 0.1
        return {
            name: self.value(field, name, depth + 1)
            for name, field in schema.get("properties", {}).items()
            if self._random.random() < (0.97 if name in required else chance)
        }

    def _filter(self) -> str:
        pick = self._random.choice
        terms = [
            f"{pick(['', '', 'NOT ', '('])}{pick(FIELDS)} {pick(SIGNS)} {pick(VALUES)}"
            for _ in range(self._random.choice([1, 1, 2, 5]))
        ]
        text = pick([" AND ", " OR "]).join(terms)
        return text + ")" * text.count("(") if self._random.random() < 0.5 else text

    def _segment(self, name: str) -> str:
        text = self._known.get(name) or self._random.choice(TEXTS)
        return quote(as_bytes(text), safe=self._random.choice(["", "/.%"])) or "x"


def encode(value: Any) -> bytes:
    """Return JSON that keeps what no encoder would write."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, list):
        return b"[" + b",".join(map(encode, value)) + b"]"
    if isinstance(value, dict):
        pairs = (encode(name) + b":" + encode(each) for name, each in value.items())
        return b"{" + b",".join(pairs) + b"}"
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def as_bytes(value: Any) -> bytes:
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else encode(value)


def ask_quickly(
    connection: http.client.HTTPConnection, method: str, address: str, content: Any
) -> Answer:
    kind, body = content or ("", None)
    connection.request(method, address, body, {"Content-Type": kind} if kind else {})
    answer = connection.getresponse()
    return Answer(answer.status, {}, answer.read())


def assert_answered_or_refused(answer: Answer) -> None:
    assert answer.status < 500
    if answer.status >= 400:
        assert set(answer.json) == {"error_code", "message"}
        assert len(answer.body) < 20_000
        assert not any(
            leak in answer.text for leak in ("Traceback", "SELECT ", "sqlalchemy", "/src/")
        )


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path) -> Iterator[RunningServer]:
    if request.param == "sqlite":
        with server_process(tmp_path) as running:
            yield running
        return
    databases: PostgresqlServer = request.getfixturevalue("postgresql_server")
    with server_process(tmp_path, database_uri=databases.fresh_uri()) as running:
        yield running


def known_ids(server: RunningServer) -> dict[str, str]:
    """Return ids of what is there, so that nonsense gets past the first look-up."""
    run_id = server.new_run()
    points = [
        {"key": key, "value": n, "timestamp": n, "step": n} for key in "ab" for n in range(50)
    ]
    body = {"run_id": run_id, "metrics": points, "params": [{"key": "p", "value": "1"}]}
    assert server.post("runs/log-batch", body).status == 200
    model = server.post("logged-models", {"experiment_id": "0", "name": "m"}).json
    ids = dict.fromkeys(("run_id", "run_ids", "run_uuid", "source_run_id"), run_id)
    ids |= dict.fromkeys(("experiment_id", "experiment_ids"), "0")
    return ids | {"model_id": model["model"]["info"]["model_id"]}


@pytest.mark.parametrize("seed", range(2))
def test_nonsense_is_answered_or_refused(server, seed):
    document = server.ask("GET", "/openapi.json").json
    nonsense = Nonsense(document, known_ids(server), seed)
    endpoints = [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if NOT_FOR_LOCAL_FILES not in path
        # Streams do not end; nonsense at theirs is in tests/contract/test_events.py.
        and not any(kind in json.dumps(operation) for kind in ("text/plain", "text/event-stream"))
    ]
    assert len(endpoints) > 60
    parts = urlsplit(server.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    statuses = set()
    for number in range(N_REQUESTS):
        method, path, operation = endpoints[number % len(endpoints)]
        address, content = nonsense.address(path, operation), nonsense.body(operation)
        answer = ask_quickly(connection, method.upper(), address, content)
        assert_answered_or_refused(answer)
        statuses.add(answer.status)
    connection.close()
    assert {200, 400, 404} <= statuses
