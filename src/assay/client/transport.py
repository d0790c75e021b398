"""How a request gets to the store: over HTTP, or into a dispatch in this very process."""

import pkgutil
from typing import Any, Final, Protocol

from assay.artifacts.store import ArtifactStore
from assay.client.location import Kind, Target
from assay.errors import InvalidParameter
from assay.wire.endpoint import Endpoint, RequestT, ResponseT

# The names of modules, not imports: the client tower never imports the server tower, and an HTTP
# client is only loaded by those who talk to a server.
TRANSPORTS: Final = {
    Kind.SERVER: "assay.client.http:HttpTransport",
    Kind.EMBEDDED: "assay.server.in_process:InProcessTransport",
}


class Transport(Protocol):
    """Answers requests; errors are those of `assay.errors`."""

    def call(self, endpoint: Endpoint[RequestT, ResponseT], request: RequestT) -> ResponseT:
        """Send `request` to `endpoint` and return the answer."""
        ...

    def artifacts(self) -> ArtifactStore:
        """Return the server's artifact space."""
        ...

    def close(self) -> None:
        """Let go of connections and threads."""
        ...


def open_transport(target: Target) -> Transport:
    """Return a transport to `target`.

    Raises:
        InvalidParameter: Nothing can be asked there: the target is offline.
    """
    name = TRANSPORTS.get(target.kind)
    if name is None:
        raise InvalidParameter(
            f"{target.uri!r} only records; nothing can be read back before `assay sync`."
        )
    opener: Any = pkgutil.resolve_name(name)
    options = {"database_uri": target.database_uri} if target.database_uri else {}
    transport: Transport = opener(target.address, **options)
    return transport
