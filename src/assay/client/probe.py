"""Learning what kind of server answers, from one request."""

from enum import Enum
from typing import Protocol

from assay.wire.system import ServerInfo


class ServerKind(Enum):
    """What speaks the API at the other end."""

    ASSAY = "assay"
    MLFLOW = "mlflow"


class Probeable(Protocol):
    """A transport that can ask a server about itself without trying twice."""

    def server_info(self, timeout_s: float) -> ServerInfo | None:
        """Return what the server says of itself; None when it does not know the question."""
        ...


def probe(transport: Probeable, timeout_s: float) -> ServerKind:
    """Return the kind of server behind `transport`.

    Raises:
        ServerUnreachable: No answer came.
        AssayError: An answer came from which nothing can be learnt now.
    """
    info = transport.server_info(timeout_s)
    if info is None or not info.assay_version:
        return ServerKind.MLFLOW
    return ServerKind.ASSAY
