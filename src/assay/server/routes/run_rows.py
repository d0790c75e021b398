"""Whole runs and histories in bulk."""

from sqlalchemy import Connection

from assay.entities.filters.tree import Field, Kind
from assay.errors import InvalidPageToken, InvalidParameter
from assay.server.routing import reads
from assay.server.row_frames import history_frame, row_frame
from assay.server.services import Services
from assay.store.cursors import Cursor, decode_cursor, encode_cursor, fingerprint
from assay.store.page_limits import check_max_results, experiment_numbers
from assay.store.run_histories import SeriesPlace, read_histories
from assay.store.run_rows import read_chosen_rows, read_rows
from assay.store.run_windows import field_named
from assay.store.search_runs import search_numbers
from assay.store.time_limits import limited_search
from assay.wire import run_rows as wire


def _fetch_rows(_services: Services, conn: Connection, request: wire.FetchRows) -> bytes:
    check_max_results(request.max_results, most=wire.MAX_ROWS)
    columns = None if request.columns is None else _fields(request.columns)
    page = search_numbers(
        conn,
        experiment_ids=request.experiment_ids,
        filter=request.filter,
        view=request.run_view_type,
        order_by=request.order_by,
        max_results=request.max_results,
        page_token=request.page_token,
    )
    with limited_search(conn):
        if columns is None:
            rows = read_rows(conn, page)
        else:
            experiments = experiment_numbers(request.experiment_ids)
            rows = read_chosen_rows(conn, page, experiments, columns)
    return row_frame(len(page), rows, page.token)


def _fields(names: tuple[str, ...]) -> list[tuple[str, Field]]:
    if len(names) > wire.MAX_COLUMNS:
        raise InvalidParameter(f"Ask for at most {wire.MAX_COLUMNS} columns, or for all.")
    fields = [(name, field_named(name)) for name in names]
    for name, field in fields:
        if field.kind is Kind.DATASET:
            raise InvalidParameter(f"{name!r} is no column.")
    return fields


def _fetch_histories(_services: Services, conn: Connection, request: wire.FetchHistories) -> bytes:
    if len(request.run_ids) > wire.MAX_HISTORY_RUNS:
        raise InvalidParameter(f"Ask for at most {wire.MAX_HISTORY_RUNS} runs.")
    mark = fingerprint("histories", request.run_ids, request.keys, request.by_rank)
    series, end = read_histories(
        conn,
        request.run_ids,
        request.keys,
        by_rank=request.by_rank,
        after=_place(request.page_token, mark),
        max_points=wire.MAX_HISTORY_POINTS,
    )
    token = None if end is None else encode_cursor(Cursor(tuple(end), 0), mark)
    return history_frame(series, token)


def _place(token: str, mark: str) -> SeriesPlace | None:
    if not token:
        return None
    match decode_cursor(token, mark).of_shape((int, str, int)):
        case (int(run), str(key), int(rank)):
            return SeriesPlace(run, key, rank)
        case _:
            raise InvalidPageToken("it was not made for these histories")


ROUTES = (reads(wire.FETCH_ROWS, _fetch_rows), reads(wire.FETCH_HISTORIES, _fetch_histories))
