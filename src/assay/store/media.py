"""Which files of a run lie at which key and step. The files themselves are artifacts."""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection

from assay.entities.media import MediaFile
from assay.store.cursors import Cursor, decode_cursor, encode_cursor, fingerprint
from assay.store.keys import find_key_ids
from assay.store.page_limits import check_max_results
from assay.store.runs import RunPlace, find_run
from assay.store.statements import Statement
from assay.wire.media import ListMedia, MediaPage

MAX_PAGE: Final = 10_000

_ADD = Statement(
    "INSERT INTO media "
    "(run_number, key_id, experiment_id, step, timestamp, kind, path, size_bytes, details) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_LIST = (
    "SELECT media_id, name, step, timestamp, kind, path, size_bytes, details "
    "FROM media JOIN keys ON keys.key_id = media.key_id "
    "WHERE run_number = ? AND step >= ? AND step <= ? AND media_id > ? AND (kind = ? OR ? = '') "
    "{more}ORDER BY media_id LIMIT ?"
)
_LIST_ALL = Statement(_LIST.format(more=""))
_LIST_KEY = Statement(_LIST.format(more="AND media.key_id = ? "))

MIN_STEP: Final = -(2**63)
MAX_STEP: Final = 2**63 - 1


class RunMedia(msgspec.Struct, frozen=True):
    """Files to note for one run."""

    place: RunPlace
    files: Sequence[MediaFile]


def add_media(conn: Connection, added: Sequence[RunMedia], keys: dict[str, int]) -> None:
    """Note files, in one statement for all runs."""
    _ADD.run_many(
        conn,
        (
            (
                run.place.run_number,
                keys[file.key],
                run.place.experiment_id,
                file.step,
                file.timestamp,
                file.kind,
                file.path,
                file.size_bytes,
                file.details,
            )
            for run in added
            for file in run.files
        ),
    )


def list_media(conn: Connection, request: ListMedia) -> MediaPage:
    """Return the files of a run in the order of their arrival, a page at a time."""
    limit = request.max_results
    check_max_results(limit, most=MAX_PAGE)
    query = fingerprint(
        "media", request.run_id, request.key, request.kind, request.start_step, request.end_step
    )
    after = 0
    if request.page_token:
        (place,) = decode_cursor(request.page_token, query).of_shape((int,))
        after = int(place or 0)
    number = find_run(conn, request.run_id).run_number
    wanted: list[object] = [
        number,
        MIN_STEP if request.start_step is None else request.start_step,
        MAX_STEP if request.end_step is None else request.end_step,
        after,
        request.kind,
        request.kind,
    ]
    if request.key:
        key_id = find_key_ids(conn, [request.key]).get(request.key)
        if key_id is None:
            return MediaPage()
        rows = _LIST_KEY.rows(conn, *wanted, key_id, limit + 1)
    else:
        rows = _LIST_ALL.rows(conn, *wanted, limit + 1)
    files = tuple(
        MediaFile(
            key=name,
            step=step,
            timestamp=timestamp,
            kind=kind,
            path=path,
            size_bytes=size,
            details=details,
        )
        for _, name, step, timestamp, kind, path, size, details in rows[:limit]
    )
    is_last = len(rows) <= limit
    token = None if is_last else encode_cursor(Cursor((rows[limit - 1][0],), 0), query)
    return MediaPage(files=files, next_page_token=token)
