"""Raw requests put to two servers, and what of their answers must agree."""

import http.client
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

API = "/api/2.0/mlflow/"
VOLATILE = {
    *("creation_time", "last_update_time", "creation_timestamp_ms", "last_updated_timestamp_ms"),
    *("next_page_token", "message", "sqlstate", "error_class", "experiment_id"),
}
UNORDERED = {"metrics", "params", "tags"}
EXPERIMENT_FOLDER = re.compile(r"mlflow-artifacts:/\d+")
MADE_UP_NAME = re.compile(r"[a-z]+-[a-z]+-\d{1,3}")


class Call(msgspec.Struct, frozen=True):
    """One request; `{name}` in it stands for what an earlier answer's `keep` named.

    `differs` tells why assay's answer is another than the reference's, which then is `assay`: the
    status and, if it is an error, its code.
    """

    method: str
    path: str
    body: Any = None
    keep: dict[str, str] = {}
    raw: bytes | None = None
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    differs: str = ""
    assay: tuple[int, str] = (200, "")


class Answer(msgspec.Struct, frozen=True):
    """A status and the parts of a body that do not depend on when and where it was made."""

    status: int
    body: Any

    @property
    def code(self) -> str:
        """The error code, or nothing."""
        return self.body.get("error_code", "") if isinstance(self.body, dict) else ""


class Conversation:
    """Puts calls to one server, remembering ids that its answers gave."""

    def __init__(self, url: str, known: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self._known = dict(known)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def put(self, call: Call) -> Answer:
        """Send `call` and return the comparable part of the answer."""
        path = self._fill(call.path if call.path.startswith("/") else API + call.path)
        content = call.raw
        if call.method == "GET" and call.body is not None:
            path += "?" + urlencode(json.loads(self._fill(json.dumps(call.body))), doseq=True)
        elif call.body is not None:
            content = self._fill(json.dumps(call.body)).encode()
        self._connection.request(call.method, path, body=content, headers=dict(call.headers))
        answer = self._connection.getresponse()
        text = answer.read().decode()
        body = _parsed(text)
        for name, place in call.keep.items():
            self._known[name] = _at(body, place)
        return Answer(answer.status, _comparable(_parsed(self._blank(text))))

    def _fill(self, text: str) -> str:
        for name, value in self._known.items():
            text = text.replace("{" + name + "}", value)
        return text

    def _blank(self, text: str) -> str:
        for name, value in self._known.items():
            if len(value) >= 32:
                text = text.replace(value, "{" + name + "}")
        return text


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _at(body: Any, place: str) -> str:
    for step in place.split("."):
        body = body[int(step)] if step.isdigit() else body[step]
    return str(body)


def _comparable(value: Any, key: str = "") -> Any:
    if key in VOLATILE:
        return f"<{key}>"
    if isinstance(value, dict):
        return {name: _comparable(item, name) for name, item in value.items()}
    if isinstance(value, list):
        items = [_comparable(item) for item in value]
        return sorted(items, key=json.dumps) if key in UNORDERED else items
    if isinstance(value, str):
        return _comparable_text(value)
    return value


def _comparable_text(text: str) -> str:
    if MADE_UP_NAME.fullmatch(text):
        return "<name>"
    return EXPERIMENT_FOLDER.sub("mlflow-artifacts:/<id>", text)


def differing_places(ours: Any, reference: Any, place: str = "") -> list[str]:
    """Return where two bodies differ, each as a path with both values."""
    if isinstance(ours, dict) and isinstance(reference, dict):
        names = sorted({*ours, *reference})
        return [
            text
            for name in names
            for text in differing_places(ours.get(name), reference.get(name), f"{place}.{name}")
        ]
    if isinstance(ours, list) and isinstance(reference, list) and len(ours) == len(reference):
        return [
            text
            for index, (mine, theirs) in enumerate(zip(ours, reference, strict=True))
            for text in differing_places(mine, theirs, f"{place}[{index}]")
        ]
    return [] if ours == reference else [f"{place or 'body'}: {ours!r:.200} != {reference!r:.200}"]
