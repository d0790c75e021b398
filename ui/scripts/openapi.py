"""Print the server's OpenAPI document, without a version, for `make ui-schema`."""

import sys

import msgspec

from assay.wire.openapi import openapi_document
from assay.wire.table import ENDPOINTS

document = openapi_document(ENDPOINTS.values(), version="")
sys.stdout.write(msgspec.json.encode(document, order="deterministic").decode())
