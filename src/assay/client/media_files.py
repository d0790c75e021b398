"""Files at a key and a step of a run: storing them without waiting for a server, and listing them.

They lie in `media/<kind>/<key>+step+<step>+timestamp+<ms>+<uuid>.<extension>`, images in `images/` as
MLflow's clients keep them. Beside each file goes a record that says key, step, kind, size and details,
so that an assay store lists them without looking through folders; of other stores, and of images that
other clients logged, the names of the files tell it.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from assay.client import run_files, runs
from assay.client.connection import Connection
from assay.client.probe import ServerKind
from assay.entities.media import KINDS, MediaFile, media_stem, parse_media_name
from assay.wire import media as wire

FOLDER: Final = "media"
IMAGES: Final = "images"
_PAGE: Final = 10_000


def store(  # noqa: PLR0913 a file and its place have that many parts
    connection: Connection,
    run_id: str,
    key: str,
    content: bytes,
    *,
    kind: str,
    ending: str,
    step: int,
    timestamp_ms: int,
    details: Mapping[str, Any],
) -> None:
    """Keep a file under a key at a step; the sender delivers it."""
    name = media_stem(key, step=step, timestamp_ms=timestamp_ms, identity=str(uuid.uuid4()))
    path = f"{FOLDER}/{kind}/{name}.{ending}"
    if not run_files.put_later(connection, run_id, path, [content]):
        return
    file = MediaFile(
        key=key,
        step=step,
        timestamp=timestamp_ms,
        kind=kind,
        path=path,
        size_bytes=len(content),
        details=msgspec.json.encode(details).decode() if details else None,
    )
    runs.open_run(connection, run_id).log_media(file)


def list_media(
    connection: Connection,
    run_id: str,
    key: str | None = None,
    kind: str | None = None,
    start_step: int | None = None,
    end_step: int | None = None,
) -> list[MediaFile]:
    """Return the media of a run by key, step and time.

    Args:
        connection: Where the run was logged.
        run_id: The run.
        key: Only what lies under this key.
        kind: Only files of this kind: image, figure, audio, video, text, table, histogram, array, file.
        start_step: Nothing before this step.
        end_step: Nothing after this step.
    """
    request = wire.ListMedia(
        run_id=run_id,
        key=key or "",
        kind=kind or "",
        start_step=start_step,
        end_step=end_step,
        max_results=_PAGE,
    )
    connection.flush()
    found = {file.path: file for file in _named(connection, request)}
    if connection.is_reachable() and connection.server_kind is not ServerKind.MLFLOW:
        found |= {file.path: file for file in _indexed(connection, request)}
    return sorted(found.values(), key=lambda file: (file.key, file.step, file.timestamp, file.path))


def load_media(connection: Connection, run_id: str, file: MediaFile) -> bytes:
    """Return the content of a file."""
    return b"".join(run_files.read(connection, run_id, file.path))


def _indexed(connection: Connection, request: wire.ListMedia) -> Iterator[MediaFile]:
    while True:
        page = connection.call(wire.LIST, request)
        yield from page.files
        if not page.next_page_token:
            return
        request = msgspec.structs.replace(request, page_token=page.next_page_token)


def _named(connection: Connection, request: wire.ListMedia) -> Iterable[MediaFile]:
    """Return the files whose names say where they belong.

    Of an assay store only images are looked for: those of other clients have no record.
    """
    folders = {IMAGES: "image"}
    if connection.server_kind is ServerKind.MLFLOW:
        folders |= {f"{FOLDER}/{kind}": kind for kind in KINDS}
    files = run_files.store_of_run(connection, request.run_id)
    for folder, kind in folders.items():
        if request.kind in {"", kind}:
            for info in files.list(folder):
                file = _described(info.path, info.file_size or 0, kind)
                if file is not None and _is_wanted(file, request):
                    yield file


def _described(path: str, size_bytes: int, kind: str) -> MediaFile | None:
    place = parse_media_name(path.rpartition("/")[2])
    if place is None or place.is_thumbnail:
        return None
    return MediaFile(
        key=place.key,
        step=place.step,
        timestamp=place.timestamp,
        kind=kind,
        path=path,
        size_bytes=size_bytes,
    )


def _is_wanted(file: MediaFile, request: wire.ListMedia) -> bool:
    return (
        request.key in {"", file.key}
        and (request.start_step is None or file.step >= request.start_step)
        and (request.end_step is None or file.step <= request.end_step)
    )
