"""The trash: list, restore, purge, and give free room back."""

from typing import Final, NamedTuple

from sqlalchemy import Connection

from assay.artifacts.handles import sweep_deleted
from assay.artifacts.local import LocalStore
from assay.artifacts.paths import ArtifactPath
from assay.errors import InvalidParameter, Unavailable
from assay.server.owned_files import Files, Unowned, count_files, folders_to_delete
from assay.server.purging import Purge
from assay.server.routing import reads, works, writes
from assay.server.services import Services
from assay.settings import TRASH_DAYS
from assay.store import experiments, logged_models, runs
from assay.store.page_limits import check_max_results, known_numbers
from assay.store.reclaiming import reclaim
from assay.store.trash import Discarded, list_trash
from assay.wire import trash as wire
from assay.wire.endpoint import Empty

DAY_MS: Final = 86_400_000
NOT_REACHED: Final = "The storage does not answer; how much there is cannot be told."


class _Counted(NamedTuple):
    """The files of one thing: how many, or why they would stay."""

    files: Files | None = None
    left: str | None = None


_UNCOUNTED: Final = _Counted()


def _list(services: Services, conn: Connection, request: wire.ListTrash) -> wire.Trash:
    check_max_results(request.max_results, most=wire.MAX_ITEMS)
    page = list_trash(
        conn,
        experiments=known_numbers(request.experiment_ids),
        max_results=request.max_results,
        page_token=request.page_token,
    )
    counted = _count_files(services, conn, page.items) if request.with_files else {}
    window_ms = _window_ms()
    return wire.Trash(
        window_ms=window_ms,
        items=tuple(
            _item(one, window_ms, counted.get((one.kind, one.id), _UNCOUNTED)) for one in page.items
        ),
        next_page_token=page.token,
    )


def _restore(services: Services, conn: Connection, request: wire.RestoreTrash) -> Empty:
    _check_count(request, most=wire.MAX_RESTORED)
    for experiment_id in request.experiment_ids:
        experiments.restore_experiment(conn, experiment_id, now_ms=services.now_ms())
    for run_id in request.run_ids:
        runs.restore_run(conn, run_id)
    for model_id in request.model_ids:
        logged_models.restore_logged_model(conn, model_id, now_ms=services.now_ms())
    return Empty()


def _purge(services: Services, request: wire.PurgeTrash) -> wire.Purged:
    _check_count(request, most=wire.MAX_PURGED)
    known_numbers(request.experiment_ids)
    purge = Purge(services, deleted_before_ms=_deleted_before_ms(services, request))
    return wire.Purged(
        outcomes=(
            *purge.purge_models(request.model_ids),
            *purge.purge_runs(request.run_ids),
            *purge.purge_experiments(request.experiment_ids),
        )
    )


def _reclaim(services: Services, request: wire.ReclaimSpace) -> wire.SpaceReclaimed:
    if isinstance(services.artifacts, LocalStore):
        sweep_deleted(services.artifacts.root)
    done = reclaim(services.database, rewrite=request.rewrite)
    return wire.SpaceReclaimed(
        bytes_before=done.bytes_before, bytes_after=done.bytes_after, is_whole=done.is_whole
    )


def _window_ms() -> int:
    return round(TRASH_DAYS.get() * DAY_MS)


def _deleted_before_ms(services: Services, request: wire.PurgeTrash) -> int:
    latest = services.now_ms() - (0 if request.force else _window_ms())
    asked = request.deleted_before_ms
    return latest if asked is None else min(latest, asked)


def _check_count(request: wire.RestoreTrash | wire.PurgeTrash, *, most: int) -> None:
    ids = (*request.run_ids, *request.model_ids, *request.experiment_ids)
    if not 1 <= len(ids) <= most:
        raise InvalidParameter(f"Name 1 to {most} runs, logged models and experiments.")


def _item(one: Discarded, window_ms: int, counted: _Counted) -> wire.TrashItem:
    return wire.TrashItem(
        kind=one.kind,
        id=one.id,
        name=one.name,
        experiment_id=one.experiment_id,
        deleted_time=one.deleted_time,
        restorable_until=one.deleted_time + window_ms,
        is_purging=one.is_purging,
        n_rows=one.amount.n_rows,
        size_bytes=one.amount.size_bytes,
        n_files=None if counted.files is None else counted.files.n_files,
        file_bytes=None if counted.files is None else counted.files.size_bytes,
        files_left=counted.left,
        needed_by=one.needed_by,
        n_runs=one.n_runs,
        n_models=one.n_models,
    )


def _count_files(
    services: Services, conn: Connection, items: list[Discarded]
) -> dict[tuple[str, str], _Counted]:
    """Return for each run and model what files it has."""
    found: dict[tuple[str, str], _Counted] = {}
    for kind in ("run", "model"):
        uris = {one.id: one.artifact_uri for one in items if one.kind == kind}
        for identity, folder in folders_to_delete(conn, kind, uris).items():
            found[kind, identity] = _counted(services, folder)
    return found


def _counted(services: Services, folder: ArtifactPath | Unowned) -> _Counted:
    if isinstance(folder, Unowned):
        return _Counted(left=folder.reason)
    try:
        return _Counted(count_files(services.artifacts, folder))
    except (Unavailable, OSError):
        return _Counted(left=NOT_REACHED)


ROUTES = (
    reads(wire.LIST, _list),
    writes(wire.RESTORE, _restore),
    works(wire.PURGE, _purge),
    works(wire.RECLAIM, _reclaim),
)
