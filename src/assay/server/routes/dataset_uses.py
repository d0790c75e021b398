"""Which data sets there are, and which runs used one."""

from typing import Final

from sqlalchemy import Connection

from assay.entities.batches import check_text
from assay.entities.names import MAX_INT64
from assay.errors import InvalidParameter
from assay.server.routing import reads
from assay.server.services import Services
from assay.store import dataset_uses as store
from assay.store.time_limits import limited_search
from assay.wire import dataset_uses as wire

MAX_LISTED: Final = 1000
MAX_TEXT: Final = 500


def _list(_services: Services, conn: Connection, request: wire.ListDatasets) -> wire.ListedDatasets:
    _check_window(request.offset, request.limit)
    if len(request.text) > MAX_TEXT:
        raise InvalidParameter(f"text must have at most {MAX_TEXT} characters.")
    with limited_search(conn):
        total, rows = store.list_datasets(
            conn, request.text, offset=request.offset, limit=request.limit
        )
    listed = (
        wire.ListedDataset(
            name=row[0], digest=row[1], source_type=row[2], n_runs=row[3], last_used_ms=row[4]
        )
        for row in rows
    )
    return wire.ListedDatasets(total=total, datasets=tuple(listed))


def _describe(
    _services: Services, conn: Connection, request: wire.DescribeDataset
) -> wire.DatasetDescribed:
    _check_window(request.offset, request.limit)
    check_text(request.name, where="name", limit=MAX_TEXT)
    check_text(request.digest, where="digest", limit=MAX_TEXT)
    with limited_search(conn):
        row = store.described(conn, request.name, request.digest)
        users = store.users_of(
            conn, request.name, request.digest, offset=request.offset, limit=request.limit
        )
    return wire.DatasetDescribed(
        name=request.name,
        digest=request.digest,
        source_type=row[0],
        source=row[1],
        schema=row[2],
        profile=row[3],
        n_runs=row[4],
        runs=tuple(
            wire.DatasetUse(
                run_id=user[0],
                run_name=user[1],
                experiment_id=str(user[2]),
                start_time_ms=user[3],
                context=user[4],
            )
            for user in users
        ),
    )


def _check_window(offset: int, limit: int) -> None:
    if not 1 <= limit <= MAX_LISTED or not 0 <= offset <= MAX_INT64:
        raise InvalidParameter(
            f"limit must lie between 1 and {MAX_LISTED}, offset must not be negative."
        )


ROUTES = (reads(wire.LIST, _list), reads(wire.DESCRIBE, _describe))
