import json
import re

import msgspec

from assay.wire.openapi import openapi_document
from assay.wire.table import ENDPOINTS

DOCUMENT = json.loads(msgspec.json.encode(openapi_document(ENDPOINTS.values(), version="1.2.3")))
OPERATIONS = [
    (path, method, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]


def test_every_endpoint_is_described_once() -> None:
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(names)) == len(names)
    assert set(ENDPOINTS) <= set(names)


def test_every_reference_leads_somewhere() -> None:
    referenced = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(DOCUMENT)))
    assert referenced <= set(DOCUMENT["components"]["schemas"])


def test_every_parameter_in_a_path_is_declared() -> None:
    for path, _, operation in OPERATIONS:
        declared = {
            parameter["name"]
            for parameter in operation.get("parameters", [])
            if parameter["in"] == "path"
        }
        assert declared == set(re.findall(r"\{(\w+)\}", path))


def test_every_operation_says_what_it_does_needs_and_may_fail_with() -> None:
    for _, _, operation in OPERATIONS:
        assert operation["summary"].endswith(".")
        assert "ermission" in operation["description"] or "everyone" in operation["description"]
        assert {"200", "400", "404", "500"} <= set(operation["responses"])


def test_a_request_without_a_body_declares_none() -> None:
    assert all(
        "requestBody" not in item["get"] for item in DOCUMENT["paths"].values() if "get" in item
    )


def test_the_document_is_the_same_each_time() -> None:
    again = openapi_document(ENDPOINTS.values(), version="1.2.3")
    assert json.loads(msgspec.json.encode(again)) == DOCUMENT
    assert (DOCUMENT["openapi"], DOCUMENT["info"]["version"]) == ("3.1.0", "1.2.3")
