"""Every exception that assay raises, each with its API error code and HTTP status.

The tree::

    AssayError                      INTERNAL_ERROR            500
    ├── InvalidParameter            INVALID_PARAMETER_VALUE   400
    │   ├── MissingParameter
    │   ├── InvalidPath
    │   ├── InvalidFilter
    │   ├── InvalidPageToken
    │   ├── InactiveExperiment
    │   ├── InactiveRun
    │   ├── ParamConflict
    │   ├── MappingNotConfirmed
    │   └── BadCells
    ├── BadRequest                  BAD_REQUEST               400
    ├── AlreadyExists               RESOURCE_ALREADY_EXISTS   400
    ├── NotFound                    RESOURCE_DOES_NOT_EXIST   404
    │   ├── ExperimentNotFound
    │   ├── RunNotFound
    │   ├── LoggedModelNotFound
    │   └── ArtifactNotFound
    ├── EndpointNotFound            ENDPOINT_NOT_FOUND        404
    ├── MethodNotAllowed            ENDPOINT_NOT_FOUND        405
    ├── Unauthenticated             UNAUTHENTICATED           401
    ├── PermissionDenied            PERMISSION_DENIED         403
    ├── RequestTimeout              DEADLINE_EXCEEDED         408
    ├── Abandoned                   CANCELLED                 408
    ├── Conflict                    RESOURCE_CONFLICT         409
    │   ├── BeingPurged
    │   └── SequenceGap
    ├── PayloadTooLarge             BAD_REQUEST               413
    ├── RangeNotSatisfiable         BAD_REQUEST               416
    ├── TooManyRequests             REQUEST_LIMIT_EXCEEDED    429
    ├── NotSupported                NOT_IMPLEMENTED           501
    ├── Unavailable                 TEMPORARILY_UNAVAILABLE   503
    │   ├── StoreFull
    │   └── ServerUnreachable
    └── RemoteError                 whatever the server said

Only ``server/errors.py`` turns these into responses, and only ``client`` turns responses back.
Codes and statuses follow the MLflow REST API, so its clients understand them.
"""

from collections.abc import Sequence
from typing import ClassVar


class AssayError(Exception):
    """Something that assay was asked to do failed; the message says what and what to do."""

    code: ClassVar[str] = "INTERNAL_ERROR"
    status: ClassVar[int] = 500

    def __init__(self, message: str, error_code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.error_code = error_code or self.code

    def get_http_status_code(self) -> int:
        """Return the HTTP status that belongs to this error."""
        return self.status


class InvalidParameter(AssayError):
    """A value that the caller gave is wrong."""

    code = "INVALID_PARAMETER_VALUE"
    status = 400


class MissingParameter(InvalidParameter):
    """A required parameter is absent, null or empty."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Missing value for required parameter '{name}'. "
            "See the API docs for more information about request parameters."
        )
        self.name = name


class InvalidPath(InvalidParameter):
    """A path could leave its root, or is not a plain relative path."""

    def __init__(self, path: str = "") -> None:
        super().__init__("Invalid path")
        self.path = path


class InvalidFilter(InvalidParameter):
    """A filter or order expression is not understood; `position` counts characters from 0."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


class InvalidPageToken(InvalidParameter):
    """A page token was not made by this server for this query."""

    def __init__(self, reason: str = "could not base64-decode") -> None:
        super().__init__(f"Invalid page token, {reason}")


class InactiveExperiment(InvalidParameter):
    """The experiment is deleted, so nothing can be written to it."""

    def __init__(self, experiment_id: str) -> None:
        super().__init__(
            f"The experiment {experiment_id} must be in the 'active' state. Current state is deleted."
        )
        self.experiment_id = experiment_id


class InactiveRun(InvalidParameter):
    """The run is deleted, so nothing can be written to it."""

    def __init__(self, run_id: str) -> None:
        super().__init__(
            f"The run {run_id} must be in the 'active' state. Current state is deleted."
        )
        self.run_id = run_id


class ParamConflict(InvalidParameter):
    """A param was logged before with another value."""

    def __init__(self, *, key: str, old: str, new: str, run_id: str) -> None:
        super().__init__(
            f"Changing param values is not allowed. Param with key='{key}' was already logged with "
            f"value='{old}' for run ID='{run_id}'. Attempted logging new value '{new}'."
        )
        self.key = key


class MappingNotConfirmed(InvalidParameter):
    """What columns of a spreadsheet are would be a guess, which nobody has confirmed."""

    def __init__(self, source: str, guesses: Sequence[str]) -> None:
        super().__init__(
            f"What {source!r} holds is not certain. The guess is: {'; '.join(guesses)}. "
            "Say what these columns are (--param, --metric, --tag, ..., or --map FILE), leave them out "
            "(--ignore-rest), or accept the guess (--yes)."
        )
        self.guesses = guesses


class BadCells(InvalidParameter):
    """Cells of a spreadsheet cannot be what their columns are; `report` has all that was found."""

    def __init__(self, shown: Sequence[str], n_errors: int, report: object = None) -> None:
        most = "\n".join(shown[:10])
        super().__init__(
            f"{n_errors} cells cannot be imported, so nothing was. Mend them, or leave out their rows "
            f"(skip_errors).\n{most}"
        )
        self.n_errors = n_errors
        self.report = report


class BadRequest(AssayError):
    """The request as a whole makes no sense."""

    code = "BAD_REQUEST"
    status = 400


class AlreadyExists(AssayError):
    """Something with this name or id exists already."""

    code = "RESOURCE_ALREADY_EXISTS"
    status = 400


class NotFound(AssayError):
    """Nothing with this identity exists."""

    code = "RESOURCE_DOES_NOT_EXIST"
    status = 404


class ExperimentNotFound(NotFound):
    """No experiment has this id, or it was purged."""

    def __init__(self, experiment_id: str) -> None:
        super().__init__(f"No Experiment with id={experiment_id} exists")
        self.experiment_id = experiment_id


class RunNotFound(NotFound):
    """No run has this id, or it was purged."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"Run with id={run_id} not found")
        self.run_id = run_id


class LoggedModelNotFound(NotFound):
    """No logged model has this id, or it is deleted."""

    def __init__(self, model_id: str) -> None:
        super().__init__(f"Logged model with ID '{model_id}' not found.")
        self.model_id = model_id


class ArtifactNotFound(NotFound):
    """No file lies at this artifact path."""

    def __init__(self, path: str) -> None:
        super().__init__(f"No such artifact: '{path}'")
        self.path = path


class EndpointNotFound(AssayError):
    """The server has no such address."""

    code = "ENDPOINT_NOT_FOUND"
    status = 404


class MethodNotAllowed(AssayError):
    """The address exists, but not for this HTTP method."""

    code = "ENDPOINT_NOT_FOUND"
    status = 405


class Unauthenticated(AssayError):
    """The server does not know who asks."""

    code = "UNAUTHENTICATED"
    status = 401


class PermissionDenied(AssayError):
    """The caller may not do this."""

    code = "PERMISSION_DENIED"
    status = 403


class RequestTimeout(AssayError):
    """The request's head or body did not arrive in time."""

    code = "DEADLINE_EXCEEDED"
    status = 408


class Abandoned(AssayError):
    """The client went away, so the work on its answer was stopped; nobody reads this."""

    code = "CANCELLED"
    status = 408

    def __init__(self) -> None:
        super().__init__("The client went away before the answer was ready.")


class Conflict(AssayError):
    """The request does not fit the present state."""

    code = "RESOURCE_CONFLICT"
    status = 409


class BeingPurged(Conflict):
    """It was deleted for longer than it can be restored, and is being removed for ever."""

    def __init__(self, kind: str, identity: str) -> None:
        super().__init__(f"{kind} {identity!r} is being purged and cannot be restored any more.")


class SequenceGap(Conflict):
    """A journal batch does not follow on what the store has of its writer."""

    def __init__(self, *, writer_id: str, expected_seq: int, got_seq: int) -> None:
        super().__init__(
            f"Writer {writer_id!r} sent records from {got_seq}, but {expected_seq} is next. "
            f"Send again from {expected_seq}."
        )
        self.expected_seq = expected_seq


class PayloadTooLarge(AssayError):
    """The body is longer than this endpoint takes."""

    code = "BAD_REQUEST"
    status = 413


class RangeNotSatisfiable(AssayError):
    """The byte range lies outside the file."""

    code = "BAD_REQUEST"
    status = 416


class TooManyRequests(AssayError):
    """The caller sends more than the server takes at once; wait and repeat."""

    code = "REQUEST_LIMIT_EXCEEDED"
    status = 429


class NotSupported(AssayError):
    """This installation cannot do that, now or later."""

    code = "NOT_IMPLEMENTED"
    status = 501


class Unavailable(AssayError):
    """It cannot be done now; the same call may succeed later."""

    code = "TEMPORARILY_UNAVAILABLE"
    status = 503


class StoreFull(Unavailable):
    """The disk or quota that holds the store has no room left."""

    def __init__(self) -> None:
        super().__init__(
            "The store's disk is full, so nothing was written. Free some space and repeat the request."
        )


class ServerUnreachable(Unavailable):
    """No answer came from the tracking server."""


class RemoteError(AssayError):
    """A server's error that no class here stands for; code and message are the server's."""

    def __init__(self, message: str, error_code: str, http_status: int) -> None:
        super().__init__(f"{error_code}: {message}", error_code)
        self.http_status = http_status

    def get_http_status_code(self) -> int:
        """Return the HTTP status that the server answered with."""
        return self.http_status
