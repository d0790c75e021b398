"""All points of many series, page by page, for exports; one page has a bounded number of points."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection

from assay.errors import RunNotFound
from assay.store.histories import read_history
from assay.store.keys import find_key_ids, key_names
from assay.store.points import SeriesColumns
from assay.store.ranks import OF_RANKS, rank_of_number
from assay.store.statements import Statement

_RUNS: Final = Statement("SELECT run_id, run_number FROM runs WHERE run_id IN (?text...)")
_ALL_SERIES: Final = (
    "SELECT run_number, key_id, model_number, n_logged FROM series WHERE run_number IN (?int...)"
)
_SERIES: Final = f"{_ALL_SERIES} AND key_id IN (?int...)"
_OWN: Final = "model_number = 0 AND dataset_id = 0"
_ALL_OF: Final = {
    False: Statement(f"{_ALL_SERIES} AND {_OWN}"),
    True: Statement(f"{_ALL_SERIES} AND {OF_RANKS}"),
}
_SOME_OF: Final = {
    False: Statement(f"{_SERIES} AND {_OWN}"),
    True: Statement(f"{_SERIES} AND {OF_RANKS}"),
}


class RunSeries(NamedTuple):
    """One metric of one run, or of one of its ranks, with all its points."""

    run_id: str
    key: str
    points: SeriesColumns
    rank: int | None = None


class SeriesPlace(NamedTuple):
    """Where a page ended: which run, by its place among those asked for, which metric, which rank."""

    run: int
    key: str
    rank: int = 0


def read_histories(
    conn: Connection,
    run_ids: Sequence[str],
    keys: Sequence[str] | None,
    *,
    by_rank: bool,
    after: SeriesPlace | None,
    max_points: int,
) -> tuple[list[RunSeries], SeriesPlace | None]:
    """Return series run by run, metrics by name, and where the page ended when more follow.

    Args:
        conn: A connection that sees one state of the database.
        run_ids: The runs.
        keys: The metrics; all when None.
        by_rank: Whether to read the series of the ranks instead of the runs' own.
        after: Where the page before ended.
        max_points: How many points a page may have, unless one series has more.

    Raises:
        RunNotFound: There is no run of an id.
    """
    wanted = list(dict.fromkeys(run_ids))
    places = {number: place for place, number in enumerate(_numbers(conn, wanted))}
    if keys is None:
        rows = _ALL_OF[by_rank].rows(conn, list(places))
    else:
        ids = find_key_ids(conn, keys)
        found_ids = sorted(ids.values())
        rows = _SOME_OF[by_rank].rows(conn, list(places), found_ids) if ids else []
    names = key_names(conn, {row[1] for row in rows})
    series = sorted(
        (
            SeriesPlace(places[number], names[key_id], rank_of_number(owner) if by_rank else 0),
            (number, key_id, owner),
            n_points,
        )
        for number, key_id, owner, n_points in rows
    )
    found: list[RunSeries] = []
    n_left = max_points
    last: SeriesPlace | None = None
    for place, (number, key_id, owner), n_points in series:
        if after is not None and place <= after:
            continue
        if found and n_points > n_left:
            return found, last
        points = read_history(conn, number, key_id, model_number=owner)
        rank = place.rank if by_rank else None
        found.append(RunSeries(wanted[place.run], place.key, points, rank))
        last = place
        n_left -= n_points
    return found, None


def _numbers(conn: Connection, run_ids: Sequence[str]) -> list[int]:
    found: dict[str, int] = dict(_RUNS.rows(conn, list(run_ids)))
    for run_id in run_ids:
        if run_id not in found:
            raise RunNotFound(run_id)
    return [found[run_id] for run_id in run_ids]
