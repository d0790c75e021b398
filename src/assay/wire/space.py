"""How it is told who takes the room."""

from typing import Final, Literal

from assay.wire.endpoint import READ_SERVER, Area, Effect, Endpoint, Message, Request

SpaceBy = Literal["experiment", "run", "metric", "artifact"]

MAX_TAKERS: Final = 10_000


class DescribeSpace(Request, frozen=True, kw_only=True):
    """Who takes the most room in some experiments or in all.

    `with_files` counts the files of experiments and runs too; it is of no use for metrics, and
    artifacts are nothing but files.
    """

    by: SpaceBy = "experiment"
    experiment_ids: tuple[str, ...] = ()
    with_files: bool = True
    max_results: int = 50


class SpaceTaker(Message, frozen=True, kw_only=True, omit_defaults=False):
    """An experiment, a run, a metric or a file, and what it takes.

    Bytes of rows are an estimate, those of files are exact, and null where they were not counted.
    For a file `id` is its path and `owner_id` the run or logged model that it belongs to. Files of a
    logged model count for the run that it came from.
    """

    id: str
    name: str
    experiment_id: str = ""
    owner_id: str = ""
    n_rows: int = 0
    n_points: int = 0
    size_bytes: int = 0
    n_files: int | None = None
    file_bytes: int | None = None


class Space(Message, frozen=True, kw_only=True, omit_defaults=False):
    """The largest first. `n_takers`, rows and bytes are of all, also of those that are not shown.

    `is_complete` is false when there were too many files to count in time, and `n_unreached` is how
    many runs and models have files where the server does not reach.
    """

    takers: tuple[SpaceTaker, ...]
    n_takers: int
    n_rows: int
    size_bytes: int
    n_files: int
    file_bytes: int
    is_complete: bool
    n_unreached: int


DESCRIBE = Endpoint(
    name="describe_space",
    method="POST",
    area=Area.ASSAY,
    path="space",
    request=DescribeSpace,
    response=Space,
    permission=READ_SERVER,
    effect=Effect.READ,
    summary="Say which experiments, runs, metrics or files take the most room.",
)
ENDPOINTS = (DESCRIBE,)
