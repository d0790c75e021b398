"""Which runs to fetch in bulk; what `run_rows.py` takes, without its weight."""

from collections.abc import Sequence

import msgspec

from assay.entities.lifecycle import ViewType


class RunQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which runs, in which order, with which columns; all columns when None, all runs when no limit."""

    experiment_ids: Sequence[str]
    filter_string: str = ""
    run_view_type: ViewType = ViewType.ACTIVE_ONLY
    order_by: Sequence[str] = ()
    columns: Sequence[str] | None = None
    max_results: int | None = None
