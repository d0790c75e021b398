"""The OpenAPI 3.1 document of the server, made from the endpoint rows and nothing else."""

import re
from collections.abc import Iterable
from typing import Any, Final, get_args, get_type_hints

import msgspec

from assay.wire.endpoint import (
    Area,
    Body,
    Endpoint,
    EventStream,
    Level,
    Message,
    Permission,
    Request,
)
from assay.wire.tolerant import fields_of

_PLACEHOLDER: Final = re.compile(r"\{(\w+)(?::path)?\}")
_REFERENCE: Final = "#/components/schemas/{name}"
_ERRORS: Final = {
    "400": "The request is wrong; `message` says what.",
    "403": "The caller may not do this.",
    "404": "What the request names does not exist.",
    "413": "The body is too long.",
    "429": "Too many requests at once; repeat later.",
    "500": "The server failed; `message` names the incident in its log.",
    "503": "The store cannot be used now; repeat later.",
}


class ErrorBody(Message, frozen=True, kw_only=True):
    """The body of every error."""

    error_code: str
    message: str


def openapi_document(
    endpoints: Iterable[Endpoint[Any, Any]], *, version: str, server: str = ""
) -> dict[str, Any]:
    """Return the document that describes `endpoints`.

    Args:
        endpoints: The rows, in the order they should appear.
        version: The server's version.
        server: A prefix of every address, from a proxy.
    """
    rows = list(endpoints)
    schemas = _Schemas(rows)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in rows:
        address = _PLACEHOLDER.sub(r"{\1}", endpoint.address)
        for method in (endpoint.method, *endpoint.also):
            operation = _operation(endpoint, method, schemas)
            paths.setdefault(address, {})[method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "assay",
            "version": version,
            "description": "Track machine-learning experiments. Addresses below `/api/2.0/mlflow` are "
            "those of MLflow's REST API, and are also served below `/api/3.0/mlflow` and "
            "`/ajax-api/2.0/mlflow`.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server or "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(_tag(endpoint) for endpoint in rows)],
        "paths": paths,
        "components": {"schemas": schemas.components},
    }


class _Schemas:
    """The JSON schemas of all messages, and how to name each."""

    def __init__(self, endpoints: list[Endpoint[Any, Any]]) -> None:
        types: dict[type[Any], None] = {ErrorBody: None}
        for endpoint in endpoints:
            types[endpoint.request] = None
            if issubclass(endpoint.response, msgspec.Struct):
                types[endpoint.response] = None
        schemas, components = msgspec.json.schema_components(list(types), ref_template=_REFERENCE)
        self._by_type = dict(zip(types, schemas, strict=True))
        self.components: dict[str, Any] = dict(sorted(components.items()))
        for message in _structs(types):
            self._require_what_is_always_there(message)

    def of(self, message: type[Any]) -> dict[str, Any]:
        """Return a reference to the schema of `message`."""
        return self._by_type[message]

    def properties(self, message: type[Any]) -> dict[str, Any]:
        """Return the schema of each field of `message`."""
        name = self.of(message)["$ref"].rpartition("/")[2]
        properties: dict[str, Any] = self.components[name].get("properties", {})
        return properties

    def _require_what_is_always_there(self, message: type[msgspec.Struct]) -> None:
        """Say of an answer that keeps its defaults that all its fields are there."""
        if issubclass(message, Request) or message.__struct_config__.omit_defaults:
            return
        schema = self.components.get(message.__name__)
        if schema is not None and schema.get("properties"):
            schema["required"] = list(schema["properties"])


def _structs(types: Iterable[type[Any]]) -> set[type[msgspec.Struct]]:
    """Return all messages that `types` are made of, themselves included."""
    found: set[type[msgspec.Struct]] = set()
    waiting: list[Any] = list(types)
    while waiting:
        part = waiting.pop()
        if isinstance(part, type) and issubclass(part, msgspec.Struct):
            if part in found:
                continue
            found.add(part)
            waiting += get_type_hints(part).values()
        waiting += get_args(part)
    return found


def _operation(endpoint: Endpoint[Any, Any], method: str, schemas: _Schemas) -> dict[str, Any]:
    in_path = _PLACEHOLDER.findall(endpoint.path)
    operation: dict[str, Any] = {
        "operationId": endpoint.name
        if method == endpoint.method
        else f"{endpoint.name}_{method.lower()}",
        "summary": endpoint.summary,
        "description": _description(endpoint),
        "tags": [_tag(endpoint)],
        "responses": _responses(endpoint, schemas),
    }
    takes_query = method == "GET" or (endpoint.body is not Body.JSON and not _is_packed(endpoint))
    parameters = _parameters(endpoint, schemas, in_path, takes_query=takes_query)
    if parameters:
        operation["parameters"] = parameters
    if method != "GET":
        body = _request_body(endpoint, schemas, in_path)
        if body is not None:
            operation["requestBody"] = body
    return operation


def _is_packed(endpoint: Endpoint[Any, Any]) -> bool:
    return endpoint.body is Body.BINARY and endpoint.area is Area.ASSAY


def _description(endpoint: Endpoint[Any, Any]) -> str:
    words = (endpoint.request.__doc__ or "").strip()
    return f"{words}\n\n{_permission(endpoint.permission)}"


def _permission(permission: Permission) -> str:
    if permission.level is Level.PUBLIC:
        return "Open to everyone."
    thing = permission.resource.replace("_", " ")
    named = f" that `{permission.field}` names" if permission.field else ""
    return f"Needs permission to {permission.level.name.lower()} the {thing}{named}."


def _tag(endpoint: Endpoint[Any, Any]) -> str:
    if endpoint.area is Area.ARTIFACTS:
        return "artifacts"
    first = endpoint.path.partition("/")[0]
    if first in {"health", "version", "server-info", "store"}:
        return "server"
    return "artifacts" if "artifact" in first else first


def _parameters(
    endpoint: Endpoint[Any, Any], schemas: _Schemas, in_path: list[str], *, takes_query: bool
) -> list[dict[str, Any]]:
    properties = schemas.properties(endpoint.request)
    parameters = []
    for field in fields_of(endpoint.request):
        place = "path" if field.name in in_path else "query"
        if place == "query" and not takes_query:
            continue
        parameters.append(
            {
                "name": field.name,
                "in": place,
                "required": place == "path" or field.is_required,
                "schema": properties[field.name],
            }
        )
    return parameters


def _request_body(
    endpoint: Endpoint[Any, Any], schemas: _Schemas, in_path: list[str]
) -> dict[str, Any] | None:
    binary = {"schema": {"type": "string", "format": "binary"}}
    if _is_packed(endpoint):
        content = {"application/msgpack": {"schema": schemas.of(endpoint.request)}}
    elif endpoint.body is not Body.JSON:
        content = {"application/octet-stream": binary}
    elif {field.name for field in fields_of(endpoint.request)} <= set(in_path):
        return None
    else:
        content = {"application/json": {"schema": schemas.of(endpoint.request)}}
    return {"required": True, "content": content}


def _responses(endpoint: Endpoint[Any, Any], schemas: _Schemas) -> dict[str, Any]:
    error = {"application/json": {"schema": schemas.of(ErrorBody)}}
    return {
        "200": {"description": "Done.", "content": _content(endpoint.response, schemas)},
        **{status: {"description": words, "content": error} for status, words in _ERRORS.items()},
    }


def _content(response: type[Any], schemas: _Schemas) -> dict[str, Any]:
    if response is bytes:
        return {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    if response is EventStream:
        return {"text/event-stream": {"schema": {"type": "string"}}}
    if response is str:
        return {"text/plain": {"schema": {"type": "string"}}}
    return {"application/json": {"schema": schemas.of(response)}}
