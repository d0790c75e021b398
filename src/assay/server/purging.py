"""Purging things with their files, in an order that survives death at any point.

Marked first, then the files, then the rows in pieces, the thing's own row last (`store/purging.py`).
A request works for some seconds and says what it did not get done; the same request goes on with it.
"""

import functools
import logging
import time
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeVar

from sqlalchemy import Connection

from assay.errors import Abandoned, AssayError
from assay.server.owned_files import Files, Unowned, delete_files, folders_to_delete
from assay.server.services import Services
from assay.store import purging
from assay.store.owned_rows import NOTHING, ROWS_OF_MODELS, ROWS_OF_RUNS, Amount, OwnedRows
from assay.wire.trash import PurgeOutcome, PurgeState, TrashKind

BUDGET_S: Final = 10.0
ROWS_AT_ONCE: Final = 1000
WRITE_TIMEOUT_S: Final = 120.0

Result = TypeVar("Result")
_log: Final = logging.getLogger("assay.server")


class _Kind(NamedTuple):
    """What differs between runs and logged models."""

    name: TrashKind
    rows: OwnedRows
    mark: Callable[..., purging.Marked]
    delete_some: Callable[[Connection, list[int], int], int]
    remove: Callable[..., None]


_RUN: Final = _Kind(
    "run",
    ROWS_OF_RUNS,
    purging.mark_runs,
    purging.delete_rows_of_runs,
    purging.remove_runs,
)
_MODEL: Final = _Kind(
    "model",
    ROWS_OF_MODELS,
    purging.mark_models,
    purging.delete_rows_of_models,
    purging.remove_models,
)


class _FilesGone(NamedTuple):
    """What became of the files of one thing."""

    files: Files = Files(0, 0)
    left: str | None = None
    failure: str = ""


class Purge:
    """One request to purge; `deleted_before_ms` is the last moment of deletion that counts."""

    def __init__(
        self, services: Services, *, deleted_before_ms: int, budget_s: float = BUDGET_S
    ) -> None:
        self._services = services
        self._deleted_before_ms = deleted_before_ms
        self._deadline = time.monotonic() + budget_s

    def purge_models(self, model_ids: Sequence[str]) -> list[PurgeOutcome]:
        """Purge logged models with their files."""
        return self._purge(_MODEL, model_ids)

    def purge_runs(self, run_ids: Sequence[str]) -> list[PurgeOutcome]:
        """Purge runs with all that they logged."""
        return self._purge(_RUN, run_ids)

    def purge_experiments(self, experiment_ids: Sequence[str]) -> list[PurgeOutcome]:
        """Purge experiments that are empty."""
        return [self._purge_experiment(identity) for identity in experiment_ids]

    def _purge_experiment(self, identity: str) -> PurgeOutcome:
        left = self._write(
            functools.partial(
                purging.remove_experiment,
                experiment_id=identity,
                deleted_before_ms=self._deleted_before_ms,
            )
        )
        if isinstance(left, str):
            return PurgeOutcome(kind="experiment", id=identity, state="kept", reason=left)
        return PurgeOutcome(
            kind="experiment",
            id=identity,
            state="purged",
            n_rows=left.n_rows,
            size_bytes=left.size_bytes,
        )

    def _purge(self, kind: _Kind, ids: Sequence[str]) -> list[PurgeOutcome]:
        if not ids:
            return []
        marked = self._write(
            lambda conn: kind.mark(conn, ids, deleted_before_ms=self._deleted_before_ms)
        )
        files = self._delete_files(kind, marked.going)
        ready = [one.number for one in marked.going if _is_gone(files.get(one.number))]
        before = self._amounts(kind, ready)
        is_finished = self._delete_rows(kind, ready)
        after = {} if is_finished else self._amounts(kind, ready)
        outcomes = {}
        for one in marked.going:
            freed = _less(before.get(one.number, NOTHING), after.get(one.number, NOTHING))
            outcomes[one.id] = _outcome(
                kind.name, one.id, freed, files.get(one.number), is_finished=is_finished
            )
        for identity, reason in marked.kept.items():
            outcomes[identity] = PurgeOutcome(
                kind=kind.name, id=identity, state="kept", reason=reason
            )
        for identity in marked.gone:
            outcomes[identity] = PurgeOutcome(kind=kind.name, id=identity, state="purged")
        return [outcomes[identity] for identity in dict.fromkeys(ids)]

    def _delete_files(self, kind: _Kind, going: list[purging.Going]) -> dict[int, _FilesGone]:
        """Delete the files of as many things as there is time for, of one at least."""
        with self._services.database.read() as conn:
            uris = {one.id: one.artifact_uri for one in going}
            folders = folders_to_delete(conn, kind.name, uris)
        done: dict[int, _FilesGone] = {}
        for one in going:
            if done and time.monotonic() > self._deadline:
                break
            folder = folders[one.id]
            if isinstance(folder, Unowned):
                done[one.number] = _FilesGone(left=folder.reason)
                continue
            try:
                done[one.number] = _FilesGone(delete_files(self._services.artifacts, folder))
            except Abandoned:
                raise
            except (AssayError, OSError) as error:
                _log.warning(
                    "Files of %s %s could not be deleted.", kind.name, one.id, exc_info=error
                )
                done[one.number] = _FilesGone(failure=_told(error))
        return done

    def _amounts(self, kind: _Kind, numbers: list[int]) -> dict[int, Amount]:
        with self._services.database.read() as conn:
            return kind.rows.amounts(conn, numbers)

    def _delete_rows(self, kind: _Kind, numbers: list[int]) -> bool:
        """Delete rows piece by piece, then the things themselves; return whether there was time."""
        if not numbers:
            return True
        while self._write(lambda conn: kind.delete_some(conn, numbers, ROWS_AT_ONCE)):
            if time.monotonic() > self._deadline:
                return False
        now_ms = self._services.now_ms()
        self._write(functools.partial(kind.remove, numbers=numbers, now_ms=now_ms))
        return True

    def _write(self, operation: Callable[[Connection], Result]) -> Result:
        return self._services.writer.submit(operation).result(WRITE_TIMEOUT_S)


def _is_gone(files: _FilesGone | None) -> bool:
    return files is not None and not files.failure


def _outcome(
    kind: TrashKind, identity: str, freed: Amount, gone: _FilesGone | None, *, is_finished: bool
) -> PurgeOutcome:
    state: PurgeState = "purged" if is_finished else "unfinished"
    if gone is None:
        state, gone = "unfinished", _FilesGone()
    elif gone.failure:
        state = "failed"
    return PurgeOutcome(
        kind=kind,
        id=identity,
        state=state,
        reason=gone.failure,
        n_rows=freed.n_rows,
        size_bytes=freed.size_bytes,
        n_files=gone.files.n_files,
        file_bytes=gone.files.size_bytes,
        files_left=gone.left,
    )


def _less(before: Amount, after: Amount) -> Amount:
    return Amount(before.n_rows - after.n_rows, before.size_bytes - after.size_bytes)


def _told(error: Exception) -> str:
    """Return what a caller may hear of a failure of the storage: no paths of the server."""
    if isinstance(error, AssayError):
        return error.message
    return "The storage failed; the server's log tells more. Repeat the request later."
