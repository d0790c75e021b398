"""The artifact space of a server, ours or MLflow's, over its HTTP proxy.

Content is streamed both ways. A download that breaks off goes on where it stopped, as long as the
file is still the same; its digest is checked where the server names one. So does the upload of a large
local file to a server of ours; others, and what is not a file, are sent again from the start.
"""

import random
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final, Protocol
from urllib.parse import quote

import msgspec
from urllib3 import BaseHTTPResponse

from assay.artifacts.content import LocalContent, is_replayable, size_of
from assay.artifacts.paths import checked_folder, checked_path, join, parent_folder
from assay.artifacts.store import FileStat
from assay.client.answers import error_of
from assay.client.resumed_download import OUT_OF_RANGE, Download, announced_digest
from assay.entities.artifacts import FileInfo
from assay.errors import ArtifactNotFound, AssayError, Conflict, InvalidPath, Unavailable
from assay.wire.artifacts import ProxiedFiles, UploadProgress

PROXY: Final = "/api/2.0/mlflow-artifacts/artifacts"
UPLOADS: Final = "/api/assay/v1/uploads"
N_TRIES: Final = 3
N_BREAKS: Final = 6
RESUMED_BYTES: Final = 16 * 1024 * 1024
STALL_TIMEOUT_S: Final = 60.0
_BAD_REQUEST: Final = 400
_NOT_FOUND: Final = 404
_FAILED: Final = 500


class Send(Protocol):
    """Sends one HTTP request and returns the answer, whatever its status."""

    def __call__(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
        is_streamed: bool = False,
    ) -> BaseHTTPResponse:
        """Return the answer; ServerUnreachable when none came."""
        ...


class ProxiedStore:
    """The tree of files below the artifact root of the server that `send` reaches."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def list(self, path: str) -> list[FileInfo]:
        """Return one level of a folder by path."""
        folder = checked_folder(path)
        query = f"?path={quote(folder, safe='')}" if folder else ""
        body = self._ask("GET", PROXY + query).data
        try:
            listed = msgspec.json.decode(body, type=ProxiedFiles).files
        except msgspec.DecodeError as error:
            raise Unavailable(f"The server's list of {folder!r} is not understood.") from error
        found = [
            FileInfo(
                path=join(folder, _plain_name(info.path)),
                is_dir=info.is_dir,
                file_size=None if info.is_dir else info.file_size or 0,
            )
            for info in listed
        ]
        return sorted(found, key=lambda info: info.path)

    def stat(self, path: str) -> FileStat:
        """Return what is known of a file."""
        response = self._file(checked_path(path), "HEAD")
        response.release_conn()
        return _stat(response.headers, int(response.headers.get("content-length", "0")))

    def read(self, path: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` up to and without `end`, in chunks."""
        checked = checked_path(path)
        download = Download(
            lambda headers: self._file(checked, "GET", headers), checked, start=start, end=end
        )
        return download.chunks()

    def write(self, path: str, content: Iterable[bytes], *, sha256: str | None = None) -> FileStat:
        """Store a file; content that can be read again is sent again when the network fails."""
        checked = checked_path(path)
        if isinstance(content, LocalContent) and sha256 and content.size_bytes >= RESUMED_BYTES:
            return self._write_resumed(checked, content, sha256)
        address = _address(checked) + (f"?sha256={sha256}" if sha256 else "")
        headers = {"Content-Type": "application/octet-stream"}
        size = size_of(content)
        if size is not None:
            headers["Content-Length"] = str(size)
        sent = _Counted(content)
        attempt = 1
        while True:
            try:
                answer = self._ask("PUT", address, body=b"" if size == 0 else sent, headers=headers)
            except Unavailable:
                if sent.failure is not None:
                    raise sent.failure from None
                if attempt == N_TRIES or not is_replayable(content):
                    raise
                time.sleep(0.1 * 4**attempt * random.uniform(0.5, 1.0))  # noqa: S311 jitter
                attempt += 1
            else:
                return _stat(answer.headers, sent.n_bytes, sha256)

    def _write_resumed(self, path: str, content: LocalContent, sha256: str) -> FileStat:
        """Store a large file; after a break the server says how much it has, and the rest is sent."""
        upload_id = secrets.token_hex(16)
        start = n_failures = 0
        while True:
            sent = _Counted(content.starting_at(start))
            headers = {
                "Content-Type": "application/octet-stream",
                "Content-Length": str(content.size_bytes - start),
            }
            query = f"?sha256={sha256}&upload={upload_id}&start={start}"
            try:
                answer = self._ask("PUT", _address(path) + query, body=sent, headers=headers)
            except (Unavailable, Conflict):
                if sent.failure is not None:
                    raise sent.failure from None
                n_failures += 1
                if n_failures > N_BREAKS:
                    raise
                time.sleep(0.1 * 4 ** min(n_failures, 3) * random.uniform(0.5, 1.0))  # noqa: S311 jitter
                arrived = self._n_arrived(upload_id)
                if arrived > start:
                    n_failures = 1
                start = arrived
            else:
                return _stat(answer.headers, content.size_bytes, sha256)

    def _n_arrived(self, upload_id: str) -> int:
        """Return how much of an upload the server has; 0 when it does not say."""
        try:
            body = self._ask("GET", f"{UPLOADS}/{upload_id}").data
            return msgspec.json.decode(body, type=UploadProgress).size_bytes
        except (AssayError, msgspec.DecodeError):
            return 0

    def delete(self, path: str) -> None:
        """Remove a file or a whole folder; what is missing is fine."""
        self._ask("DELETE", _address(checked_path(path)))

    def _file(
        self, path: str, method: str, headers: Mapping[str, str] | None = None
    ) -> BaseHTTPResponse:
        response = self._send(
            method, _address(path), headers=headers, timeout_s=STALL_TIMEOUT_S, is_streamed=True
        )
        if response.status < _BAD_REQUEST or response.status == OUT_OF_RANGE:
            return response
        body = response.data
        # A folder is answered with 400.
        if response.status in {_BAD_REQUEST, _NOT_FOUND}:
            raise ArtifactNotFound(path)
        # Older servers fail with 500 when a file is missing.
        if response.status == _FAILED and not self._is_listed(path):
            raise ArtifactNotFound(path)
        raise error_of(response.status, body)

    def _is_listed(self, path: str) -> bool:
        listed = self.list(parent_folder(path))
        return any(info.path == path and not info.is_dir for info in listed)

    def _ask(
        self,
        method: str,
        address: str,
        *,
        body: Iterable[bytes] | bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> BaseHTTPResponse:
        response = self._send(
            method, address, body=body, headers=headers, timeout_s=STALL_TIMEOUT_S
        )
        if response.status >= _BAD_REQUEST:
            raise error_of(response.status, response.data)
        return response


def _address(path: str) -> str:
    return f"{PROXY}/{quote(path)}"


def _plain_name(name: str) -> str:
    """Return a listed name; one with a slash would lie elsewhere than where it was listed."""
    if "/" in name:
        raise InvalidPath(name)
    return checked_path(name)


class _Counted:
    """Content on its way; an empty piece would end a body of unknown length, so none is sent."""

    def __init__(self, content: Iterable[bytes]) -> None:
        self.n_bytes = 0
        self.failure: Exception | None = None
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        self.n_bytes = 0
        try:
            for chunk in self._content:
                if chunk:
                    self.n_bytes += len(chunk)
                    yield chunk
        except Exception as error:
            # The network did not fail; whoever gave the content should hear what did.
            self.failure = error
            raise


def _stat(headers: Mapping[str, str], size_bytes: int, sha256: str | None = None) -> FileStat:
    modified = headers.get("last-modified", "")
    return FileStat(
        size_bytes=size_bytes,
        etag=headers.get("etag", f"{size_bytes}-{modified}").strip('"'),
        modified_ms=_date_ms(modified),
        sha256=announced_digest(headers) or sha256,
    )


def _date_ms(text: str) -> int:
    try:
        return int(parsedate_to_datetime(text).timestamp() * 1000)
    except (ValueError, TypeError):
        return 0
