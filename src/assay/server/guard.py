"""Who may do what. Every endpoint names the permission it needs; a guard grants or refuses it."""

from collections.abc import Mapping
from typing import Protocol

from assay.wire.endpoint import Permission, Request


class Guard(Protocol):
    """Grants or refuses permissions."""

    def check(
        self, permission: Permission, request: Request, headers: Mapping[bytes, bytes]
    ) -> None:
        """Raise Unauthenticated or PermissionDenied unless the caller may do what it asks."""


class OpenGuard:
    """Lets everyone do everything: the server listens on loopback or in a network that is trusted."""

    def check(
        self, permission: Permission, request: Request, headers: Mapping[bytes, bytes]
    ) -> None:
        """Grant the permission."""
