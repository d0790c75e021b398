"""Curves of many runs for one chart."""

from enum import StrEnum
from typing import TypeVar

import numpy as np
from sqlalchemy import Connection

from assay.entities.series import Axis, AxisKind, Band, Center, Smoothing, SmoothingKind
from assay.errors import InvalidPageToken, InvalidParameter
from assay.server.routing import reads
from assay.server.series_frames import check_fields, group_frame, series_frame
from assay.server.services import Services
from assay.store.cursors import Cursor, decode_cursor, encode_cursor, fingerprint
from assay.store.run_columns import RunSet
from assay.store.run_groups import group_runs, grouping_columns, run_places
from assay.store.series_facts import SeriesQuery
from assay.store.series_query import GroupQuery, SeriesReader
from assay.wire import series as wire

Chosen = TypeVar("Chosen", bound=StrEnum)

_METRIC_AXIS = "metrics."
_EACH_RANK = "each"
_OVER_RANKS = "over"


def _query(_services: Services, conn: Connection, request: wire.QuerySeries) -> bytes:
    check_fields(request.fields)
    is_grouped = bool(request.group_by or request.group_except)
    _check_ranks(request.ranks, is_grouped=is_grouped)
    query = SeriesQuery(
        run_ids=request.run_ids,
        keys=request.keys,
        axis=_axis(request.x),
        x_min=request.x_min,
        x_max=request.x_max,
        n_buckets=request.n_buckets,
        smoothing=_smoothing(request),
        by_rank=bool(request.ranks),
    )
    reader = SeriesReader(conn, query)
    if is_grouped:
        return _groups(conn, request, reader)
    if request.ranks == _OVER_RANKS:
        groups = reader.groups_of_ranks(*_center_and_band(request))
        return group_frame(reader.extent, ["run_id"], (([one.name], one) for one in groups))
    mark = fingerprint("series", query, request.fields, reader.names)
    ends = (reader.extent.low, reader.extent.high)
    series = list(reader.series(unless=_known(request.since, mark, ends)))
    cursor = encode_cursor(Cursor((*ends, *reader.versions), 0), mark)
    named = [(*name, one) for name, one in zip(reader.names, series, strict=True)]
    return series_frame(reader.extent, named, fields=request.fields, cursor=cursor)


def _groups(conn: Connection, request: wire.QuerySeries, reader: SeriesReader) -> bytes:
    places = run_places(conn, request.run_ids)
    run_ids = list(places)
    runs = RunSet(
        np.array([place.run_number for place in places.values()], np.int64),
        sorted({place.experiment_id for place in places.values()}),
    )
    columns = grouping_columns(conn, runs, request.group_by, request.group_except)
    found = group_runs(conn, runs, columns)
    members: dict[str, tuple[str, ...]] = {}
    for run_id, place in zip(run_ids, found.group_of.tolist(), strict=True):
        members[str(place)] = (*members.get(str(place), ()), run_id)
    wanted = GroupQuery(members, *_center_and_band(request))
    groups = ((found.values[int(one.name)], one) for one in reader.groups(wanted))
    return group_frame(reader.extent, found.columns, groups)


def _center_and_band(request: wire.QuerySeries) -> tuple[Center, Band]:
    return _chosen(Center, request.center, "center"), _chosen(Band, request.band, "band")


def _check_ranks(ranks: str, *, is_grouped: bool) -> None:
    if ranks not in {"", _EACH_RANK, _OVER_RANKS}:
        raise InvalidParameter(
            f"ranks cannot be {ranks!r}. Use {_EACH_RANK!r} for a curve of each rank, {_OVER_RANKS!r} "
            "for one over the ranks of each run, or leave it out for the runs themselves."
        )
    if ranks and is_grouped:
        raise InvalidParameter("Ask for groups of runs or for their ranks, not for both at once.")


def _axis(text: str) -> Axis:
    if text.startswith(_METRIC_AXIS):
        return Axis(AxisKind.METRIC, text.removeprefix(_METRIC_AXIS))
    kind = _chosen(AxisKind, text, "x")
    if kind is AxisKind.METRIC:
        raise InvalidParameter("Name the metric of x: 'metrics.<key>'.")
    return Axis(kind)


def _smoothing(request: wire.QuerySeries) -> Smoothing | None:
    if not request.smoothing:
        return None
    kind = _chosen(SmoothingKind, request.smoothing, "smoothing")
    return Smoothing(kind, request.smoothing_amount)


def _chosen(kind: type[Chosen], text: str, field: str) -> Chosen:
    try:
        return kind(text)
    except ValueError:
        known = ", ".join(repr(item.value) for item in kind)
        raise InvalidParameter(f"{field} cannot be {text!r}. Use one of {known}.") from None


def _known(since: str, mark: str, ends: tuple[float, float]) -> list[int]:
    """Return the versions that the client has, when they were drawn over the same range."""
    if not since:
        return []
    try:
        values = decode_cursor(since, mark).values
    except InvalidPageToken:
        return []
    versions = [value for value in values[2:] if isinstance(value, int)]
    return versions if values[:2] == ends else []


ROUTES = (reads(wire.QUERY, _query),)
