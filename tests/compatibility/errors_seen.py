"""What the tests say about an error that a client was given."""

from typing import Any

INVALID = "INVALID_PARAMETER_VALUE"
MISSING = "RESOURCE_DOES_NOT_EXIST"
EXISTS = "RESOURCE_ALREADY_EXISTS"


def is_error(fact: Any, code: str, text: str = "") -> bool:
    """Return whether `fact` is an error with this code whose message contains `text`."""
    return fact is not None and fact["code"] == code and text in fact["message"]
