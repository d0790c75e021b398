"""The one place where an exception becomes a response (SECURITY R12).

Our own errors carry their code, status and message. Whatever else is raised is logged with an id,
and the caller gets that id only: never SQL, a path or a stack trace.
"""

import logging
import secrets

import msgspec

from assay.errors import AssayError, InvalidParameter, StoreFull, Unavailable
from assay.server.browser_rules import ForeignHost, ForeignOrigin
from assay.store.database import is_full, is_transient

_log = logging.getLogger("assay.server")

JSON_TYPE = b"application/json"
TEXT_TYPE = b"text/plain; charset=utf-8"


class ErrorAnswer(msgspec.Struct, frozen=True):
    """The body of every error."""

    error_code: str
    message: str


class Failure(msgspec.Struct, frozen=True):
    """A response that says what went wrong."""

    status: int
    content_type: bytes
    body: bytes


def to_failure(error: Exception) -> Failure:
    """Return the response for `error`; logs what we did not foresee."""
    known = to_known(error)
    if isinstance(known, ForeignHost | ForeignOrigin):
        return Failure(known.status, TEXT_TYPE, known.message.encode())
    answer = ErrorAnswer(known.error_code, _clean(known.message))
    return Failure(known.get_http_status_code(), JSON_TYPE, msgspec.json.encode(answer))


def to_known(error: Exception) -> AssayError:
    """Return `error` as one of ours; logs what we did not foresee under an id, and names the id."""
    if isinstance(error, AssayError):
        return error
    if is_full(error):
        return StoreFull()
    if is_transient(error):
        return Unavailable("The database is busy or restarting. Repeat the request.")
    if isinstance(error, UnicodeEncodeError):
        return InvalidParameter("A text of the request is not valid Unicode.")
    incident = secrets.token_hex(6)
    _log.error("Incident %s", incident, exc_info=error)
    return AssayError(f"The server failed to answer; its log tells more under incident {incident}.")


def _clean(text: str) -> str:
    """Return `text` without the lone surrogates that JSON cannot carry."""
    return text.encode("utf-8", "replace").decode()
