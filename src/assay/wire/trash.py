"""How the trash is listed, and how what is in it is restored or purged."""

from typing import Final, Literal

from assay.wire.endpoint import (
    EDIT_SERVER,
    MANAGE_SERVER,
    READ_SERVER,
    Area,
    Effect,
    Empty,
    Endpoint,
    Message,
    Request,
)

TrashKind = Literal["run", "model", "experiment"]
PurgeState = Literal["purged", "unfinished", "kept", "failed"]

MAX_ITEMS: Final = 1000
MAX_PURGED: Final = 100
MAX_RESTORED: Final = 1000


class ListTrash(Request, frozen=True, kw_only=True):
    """What is in the trash, of some experiments or of all; without `with_files` files are not counted."""

    experiment_ids: tuple[str, ...] = ()
    with_files: bool = True
    max_results: int = 100
    page_token: str = ""


class TrashItem(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Something in the trash.

    Bytes of rows are an estimate, those of files are exact, and null where they were not counted or
    lie where the server does not reach. `needed_by` are ids of what must be purged first: logged
    models that came from a run or have metrics in it, runs that use a logged model. An experiment
    goes once its `n_runs` and `n_models`, which its figures leave out, are gone. `is_purging` is true
    for what a purge was begun of; it cannot be restored any more.
    """

    kind: TrashKind
    id: str
    name: str
    experiment_id: str
    deleted_time: int
    restorable_until: int
    is_purging: bool
    n_rows: int
    size_bytes: int
    n_files: int | None = None
    file_bytes: int | None = None
    files_left: str | None = None
    needed_by: tuple[str, ...] = ()
    n_runs: int = 0
    n_models: int = 0


class Trash(Message, frozen=True, kw_only=True, omit_defaults=False):
    """A page of the trash, and for how many milliseconds things can be restored."""

    window_ms: int
    items: tuple[TrashItem, ...] = ()
    next_page_token: str | None = None


class RestoreTrash(Request, frozen=True, kw_only=True):
    """What to make active again; all of it, or nothing."""

    run_ids: tuple[str, ...] = ()
    model_ids: tuple[str, ...] = ()
    experiment_ids: tuple[str, ...] = ()


class PurgeTrash(Request, frozen=True, kw_only=True):
    """What to remove for ever, at most 100 things, each of which must be in the trash.

    Only what can no longer be restored goes, but with `force`. `deleted_before_ms` leaves alone what
    was deleted later. Logged models go first, then runs, then experiments.
    """

    run_ids: tuple[str, ...] = ()
    model_ids: tuple[str, ...] = ()
    experiment_ids: tuple[str, ...] = ()
    deleted_before_ms: int | None = None
    force: bool = False


class PurgeOutcome(Message, frozen=True, kw_only=True, omit_defaults=False):
    """What became of one thing, and what this request freed of it.

    `purged`: nothing is left of it. `unfinished`: time was up; ask again and it goes on. `kept`: it
    may not go, for `reason`. `failed`: its files could not be deleted; ask again later. Files that
    are not the server's to delete stay, for the reason in `files_left`.
    """

    kind: TrashKind
    id: str
    state: PurgeState
    reason: str = ""
    n_rows: int = 0
    size_bytes: int = 0
    n_files: int = 0
    file_bytes: int = 0
    files_left: str | None = None


class Purged(Message, frozen=True, kw_only=True, omit_defaults=False):
    """One outcome for each thing."""

    outcomes: tuple[PurgeOutcome, ...]


class ReclaimSpace(Request, frozen=True, kw_only=True):
    """`rewrite` writes a SQLite file anew as a whole, which nobody may write to meanwhile."""

    rewrite: bool = False


class SpaceReclaimed(Message, frozen=True, kw_only=True, omit_defaults=False):
    """How large the database was and is; without `is_whole` only rewriting the file frees more."""

    bytes_before: int
    bytes_after: int
    is_whole: bool


LIST = Endpoint(
    name="list_trash",
    method="POST",
    area=Area.ASSAY,
    path="trash/list",
    request=ListTrash,
    response=Trash,
    permission=READ_SERVER,
    effect=Effect.READ,
    summary="List what is deleted, until when it can be restored, and what it takes.",
)
RESTORE = Endpoint(
    name="restore_trash",
    method="POST",
    area=Area.ASSAY,
    path="trash/restore",
    request=RestoreTrash,
    response=Empty,
    permission=EDIT_SERVER,
    effect=Effect.WRITE,
    summary="Restore deleted runs, logged models and experiments.",
)
PURGE = Endpoint(
    name="purge_trash",
    method="POST",
    area=Area.ASSAY,
    path="trash/purge",
    request=PurgeTrash,
    response=Purged,
    permission=MANAGE_SERVER,
    effect=Effect.WRITE,
    summary="Remove things in the trash for ever, with their files.",
)
RECLAIM = Endpoint(
    name="reclaim_space",
    method="POST",
    area=Area.ASSAY,
    path="trash/reclaim",
    request=ReclaimSpace,
    response=SpaceReclaimed,
    permission=MANAGE_SERVER,
    effect=Effect.WRITE,
    summary="Give the room of purged rows back to the disk.",
)
ENDPOINTS = (LIST, RESTORE, PURGE, RECLAIM)
