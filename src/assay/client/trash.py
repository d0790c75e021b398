"""The trash of a store: what is in it, restoring and purging it, and who takes the room.

A purge is planned from a list of the trash, so that what a dry run tells is what the purge then does;
the server looks at each thing once more before it goes.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

from assay.client.connection import Connection
from assay.entities.experiments import DEFAULT_EXPERIMENT_ID
from assay.wire import space as space_wire
from assay.wire import trash as wire

PAGE: Final = 200
PURGED_AT_ONCE: Final = 25
KINDS: Final[tuple[wire.TrashKind, ...]] = ("model", "run", "experiment")
"""In the order in which they go."""

Observer = Callable[[wire.PurgeOutcome], object]


class Kept(msgspec.Struct, frozen=True):
    """Something that a purge leaves in the trash, and why."""

    item: wire.TrashItem
    reason: str


class PurgePlan(msgspec.Struct, frozen=True):
    """What a purge would take and what it would leave."""

    going: tuple[wire.TrashItem, ...]
    kept: tuple[Kept, ...]


class Freed(msgspec.Struct, frozen=True, kw_only=True):
    """How much goes: things, rows with their bytes (an estimate), files with theirs."""

    n_experiments: int = 0
    n_runs: int = 0
    n_models: int = 0
    n_rows: int = 0
    size_bytes: int = 0
    n_files: int = 0
    file_bytes: int = 0


def list_trash(
    connection: Connection, experiment_ids: Sequence[str] = (), *, with_files: bool = True
) -> wire.Trash:
    """Return what is deleted: runs, logged models and experiments.

    Args:
        connection: Where to look.
        experiment_ids: Only what belongs to these; empty for everything.
        with_files: Count files too, which takes a moment for each run.
    """
    items: list[wire.TrashItem] = []
    token = ""
    while True:
        request = wire.ListTrash(
            experiment_ids=tuple(str(one) for one in experiment_ids),
            with_files=with_files,
            max_results=PAGE,
            page_token=token,
        )
        page = connection.call(wire.LIST, request)
        items += page.items
        if not page.next_page_token:
            return wire.Trash(window_ms=page.window_ms, items=tuple(items))
        token = page.next_page_token


def restore_trash(connection: Connection, items: Sequence[wire.TrashItem]) -> None:
    """Make things in the trash active again, an experiment with all its runs."""
    ids = {kind: tuple(one.id for one in items if one.kind == kind) for kind in KINDS}
    request = wire.RestoreTrash(
        run_ids=ids["run"], model_ids=ids["model"], experiment_ids=ids["experiment"]
    )
    connection.call(wire.RESTORE, request)


def plan_purge(items: Sequence[wire.TrashItem], *, deleted_before_ms: int) -> PurgePlan:
    """Return what of `items` a purge takes that leaves alone what was deleted later."""
    reasons: dict[tuple[str, str], str] = {}
    going: list[wire.TrashItem] = []
    for kind in KINDS:
        for item in items:
            if item.kind != kind:
                continue
            reason = _why_kept(item, going, deleted_before_ms)
            if reason:
                reasons[item.kind, item.id] = reason
            else:
                going.append(item)
    kept = tuple(
        Kept(item, reasons[item.kind, item.id]) for item in items if (item.kind, item.id) in reasons
    )
    return PurgePlan(tuple(going), kept)


def purge_trash(
    connection: Connection,
    items: Sequence[wire.TrashItem],
    *,
    deleted_before_ms: int | None = None,
    force: bool = False,
    observer: Observer | None = None,
) -> list[wire.PurgeOutcome]:
    """Remove things in the trash for ever, and return what became of each.

    Args:
        connection: Where they are.
        items: What to remove, as `list_trash` gives it.
        deleted_before_ms: Leave alone what was deleted later; None for no limit of its own.
        force: Remove also what could still be restored.
        observer: Called with each outcome as it becomes known.
    """
    outcomes: list[wire.PurgeOutcome] = []
    for kind, ids in _groups(items):
        waiting: dict[str, wire.PurgeOutcome | None] = dict.fromkeys(ids)
        while waiting:
            for outcome in _purge(connection, kind, tuple(waiting), deleted_before_ms, force):
                joined = _joined(waiting[outcome.id], outcome)
                if outcome.state == "unfinished":
                    waiting[outcome.id] = joined
                    continue
                del waiting[outcome.id]
                outcomes.append(joined)
                if observer is not None:
                    observer(joined)
    return outcomes


def reclaim_space(connection: Connection, *, rewrite: bool = False) -> wire.SpaceReclaimed:
    """Give the room of purged rows back to the disk.

    Args:
        connection: Where.
        rewrite: Write a SQLite file anew; needed for one that cannot shrink otherwise. Meanwhile
            nobody can write to it.
    """
    return connection.call(wire.RECLAIM, wire.ReclaimSpace(rewrite=rewrite))


def describe_space(
    connection: Connection,
    by: space_wire.SpaceBy = "experiment",
    experiment_ids: Sequence[str] = (),
    *,
    with_files: bool = True,
    max_results: int = 50,
) -> space_wire.Space:
    """Return who takes the most room: experiments, runs, metrics or artifacts."""
    request = space_wire.DescribeSpace(
        by=by,
        experiment_ids=tuple(str(one) for one in experiment_ids),
        with_files=with_files,
        max_results=max_results,
    )
    return connection.call(space_wire.DESCRIBE, request)


def sum_of(items: Sequence[wire.TrashItem | wire.PurgeOutcome]) -> Freed:
    """Return what planned things, or purged ones, come to."""
    kinds = Counter(
        item.kind for item in items if isinstance(item, wire.TrashItem) or item.state == "purged"
    )
    return Freed(
        n_experiments=kinds["experiment"],
        n_runs=kinds["run"],
        n_models=kinds["model"],
        n_rows=sum(item.n_rows for item in items),
        size_bytes=sum(item.size_bytes for item in items),
        n_files=sum(item.n_files or 0 for item in items),
        file_bytes=sum(item.file_bytes or 0 for item in items),
    )


def newest_ms(found: wire.Trash) -> int:
    """Return when the last thing of a list was deleted: what comes later is not meant by it."""
    return max((item.deleted_time for item in found.items), default=0)


def now_ms() -> int:
    """Return milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def _why_kept(item: wire.TrashItem, going: Sequence[wire.TrashItem], deleted_before_ms: int) -> str:
    """Return why an item stays, when `going` goes before it; empty when it goes too."""
    if item.is_purging:
        return ""
    if item.deleted_time > deleted_before_ms:
        return "It was deleted too recently."
    if item.kind == "experiment":
        return _why_experiment_kept(item, going)
    going_ids = {one.id for one in going if one.kind == "model"} if item.needed_by else set()
    staying = [identity for identity in item.needed_by if identity not in going_ids]
    if not staying:
        return ""
    shown = ", ".join(staying[:3]) + (f" and {len(staying) - 3} more" if len(staying) > 3 else "")
    kind = "logged models" if item.kind == "run" else "runs"
    return f"Needed by {kind} that stay: {shown}."


def _why_experiment_kept(item: wire.TrashItem, going: Sequence[wire.TrashItem]) -> str:
    if item.id == DEFAULT_EXPERIMENT_ID:
        return "The default experiment is never purged, only what is in it."
    kinds = Counter(one.kind for one in going if one.experiment_id == item.id)
    n_runs, n_models = item.n_runs - kinds["run"], item.n_models - kinds["model"]
    if n_runs or n_models:
        return f"It keeps {n_runs} runs and {n_models} logged models."
    return ""


def _groups(items: Sequence[wire.TrashItem]) -> Iterator[tuple[wire.TrashKind, list[str]]]:
    for kind in KINDS:
        ids = list(dict.fromkeys(item.id for item in items if item.kind == kind))
        for start in range(0, len(ids), PURGED_AT_ONCE):
            yield kind, ids[start : start + PURGED_AT_ONCE]


def _purge(
    connection: Connection,
    kind: wire.TrashKind,
    ids: tuple[str, ...],
    deleted_before_ms: int | None,
    force: bool,
) -> tuple[wire.PurgeOutcome, ...]:
    request = wire.PurgeTrash(
        run_ids=ids if kind == "run" else (),
        model_ids=ids if kind == "model" else (),
        experiment_ids=ids if kind == "experiment" else (),
        deleted_before_ms=deleted_before_ms,
        force=force,
    )
    return connection.call(wire.PURGE, request).outcomes


def _joined(before: wire.PurgeOutcome | None, after: wire.PurgeOutcome) -> wire.PurgeOutcome:
    """Return the outcome of two requests that worked on one thing."""
    if before is None:
        return after
    return msgspec.structs.replace(
        after,
        n_rows=before.n_rows + after.n_rows,
        size_bytes=before.size_bytes + after.size_bytes,
        n_files=before.n_files + after.n_files,
        file_bytes=before.file_bytes + after.file_bytes,
    )
