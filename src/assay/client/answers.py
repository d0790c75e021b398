"""Turning a server's error answer back into the exception that it stands for."""

from collections.abc import Callable
from typing import Final

import msgspec

from assay import errors
from assay.errors import AssayError, RemoteError


class ErrorAnswer(msgspec.Struct, frozen=True):
    """The body of an error."""

    error_code: str
    message: str = ""


_BY_CODE: Final[dict[str, type[AssayError]]] = {
    "INVALID_PARAMETER_VALUE": errors.InvalidParameter,
    "BAD_REQUEST": errors.BadRequest,
    "RESOURCE_ALREADY_EXISTS": errors.AlreadyExists,
    "RESOURCE_DOES_NOT_EXIST": errors.NotFound,
    "ENDPOINT_NOT_FOUND": errors.EndpointNotFound,
    "UNAUTHENTICATED": errors.Unauthenticated,
    "PERMISSION_DENIED": errors.PermissionDenied,
    "DEADLINE_EXCEEDED": errors.RequestTimeout,
    "RESOURCE_CONFLICT": errors.Conflict,
    "REQUEST_LIMIT_EXCEEDED": errors.TooManyRequests,
    "NOT_IMPLEMENTED": errors.NotSupported,
    "TEMPORARILY_UNAVAILABLE": errors.Unavailable,
}
_BY_STATUS: Final[dict[int, type[AssayError]]] = {
    401: errors.Unauthenticated,
    403: errors.PermissionDenied,
    408: errors.RequestTimeout,
    413: errors.PayloadTooLarge,
    429: errors.TooManyRequests,
    502: errors.Unavailable,
    503: errors.Unavailable,
    504: errors.Unavailable,
}
_ABOUT: Final[dict[str, tuple[Callable[[str], AssayError], ...]]] = {
    "run_id": (errors.RunNotFound, errors.InactiveRun),
    "experiment_id": (errors.ExperimentNotFound, errors.InactiveExperiment),
    "model_id": (errors.LoggedModelNotFound,),
}
_MAX_QUOTED: Final = 200


def error_of(status: int, content: bytes) -> AssayError:
    """Return the exception for an answer with an error status."""
    try:
        answer = msgspec.json.decode(content, type=ErrorAnswer)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        answer = ErrorAnswer("", _quoted(status, content))
    # The status decides first: 413 has no code of its own.
    kind = _BY_STATUS.get(status) or _BY_CODE.get(answer.error_code)
    if kind is None or not _can_hold(kind, status):
        return RemoteError(answer.message, answer.error_code or "INTERNAL_ERROR", status)
    error = kind.__new__(kind)
    AssayError.__init__(error, answer.message, answer.error_code or None)
    return error


def made_precise(error: AssayError, request: object) -> AssayError:
    """Return `error` as the class that says which thing of `request` it is about.

    An answer carries a code for many cases; the text, which servers and clients agree on, tells them
    apart.
    """
    for field, kinds in _ABOUT.items():
        identity = getattr(request, field, None)
        if not isinstance(identity, str):
            continue
        for kind in kinds:
            precise = kind(identity)
            if precise.error_code == error.error_code and precise.message == error.message:
                return precise
    return error


def _can_hold(kind: type[AssayError], status: int) -> bool:
    """Return whether `kind` may stand for `status`: a 500 must stay one whatever its code says."""
    return kind.status == status or status < 500 or kind.status >= 500


def _quoted(status: int, content: bytes) -> str:
    text = content[:_MAX_QUOTED].decode("utf-8", errors="replace").strip()
    return f"The server answered with status {status} and no readable error: {text!r}"
