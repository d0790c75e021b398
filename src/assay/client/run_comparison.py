"""What runs have in common and where they differ: everything that was logged and recorded of them."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal

import msgspec

from assay.client import params, run_files, run_tables, runs
from assay.client.attempts import list_attempts
from assay.client.connection import Connection
from assay.client.probe import ServerKind
from assay.client.recordings import FOLDER, Recording, read_recording
from assay.client.tracking_uri import current_connection
from assay.entities.datasets import CONTEXT_TAG
from assay.entities.lifecycle import ViewType
from assay.entities.runs import Run
from assay.errors import AssayError, InvalidParameter

Section = Literal[
    "run", "params", "metrics", "tags", "data", "command", "code", "environment", "packages"
]
SUMMARIES: Final = ("last", "min", "max")
MAX_RUNS: Final = 20
DIFF_FILE: Final = "diff.patch"
_N_COLUMNS: Final = 450
_INTERNAL: Final = ("mlflow.", "assay.")
_SYSTEM: Final = ("release", "python", "host", "cpu", "n_cpus", "memory_bytes", "gpu_driver")


class ComparedRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run of the comparison."""

    run_id: str
    name: str
    experiment_id: str


class ComparedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One property: its value in each run, in their order; None where a run has none."""

    section: Section
    key: str
    values: tuple[Any, ...]
    differs: bool


class RunComparison(msgspec.Struct, frozen=True, kw_only=True):
    """Runs beside each other.

    `diffs` holds, by run id, how the uncommitted changes of a run differ from those of the first run, as
    a unified diff of the two recorded diffs; runs with equal changes are left out.
    """

    runs: tuple[ComparedRun, ...]
    rows: tuple[ComparedRow, ...]
    diffs: dict[str, str]

    @property
    def differing(self) -> tuple[ComparedRow, ...]:
        """The rows in which the runs differ."""
        return tuple(row for row in self.rows if row.differs)


class _Facts(msgspec.Struct, kw_only=True):
    """All that is known of one run."""

    run: Run
    params: Mapping[str, Any]
    recording: Recording
    diff: str
    n_attempts: int | None


def compare_runs(run_ids: Sequence[str]) -> RunComparison:
    """Compare runs: what was logged, code, environment, data, command line, how they went.

    Args:
        run_ids: 2 to 20 runs, the first of which the code of the others is compared with.

    Raises:
        RunNotFound: There is no run of an id.
        InvalidParameter: There are too few or too many, or one twice.
    """
    return compare(current_connection(), run_ids)


def compare(connection: Connection, run_ids: Sequence[str]) -> RunComparison:
    """Compare runs of one place; see `compare_runs`."""
    if isinstance(run_ids, str) or not 2 <= len(run_ids) <= MAX_RUNS:
        raise InvalidParameter(f"Compare from 2 to {MAX_RUNS} runs.")
    if len(set(run_ids)) < len(run_ids):
        raise InvalidParameter("Each run can be compared only once; one was given twice.")
    facts = [_facts(connection, run_id) for run_id in run_ids]
    rows = [
        *_rows("run", facts, _course),
        *_rows("params", facts, lambda one: one.params),
        *_metric_rows(connection, facts),
        *_rows("tags", facts, _own_tags),
        *_rows("data", facts, _data),
        *_rows("command", facts, _command),
        *_rows("code", facts, _code),
        *_rows("environment", facts, _environment),
        *_rows("packages", facts, _packages),
    ]
    return RunComparison(
        runs=tuple(
            ComparedRun(
                run_id=one.run.info.run_id,
                name=one.run.info.run_name,
                experiment_id=one.run.info.experiment_id,
            )
            for one in facts
        ),
        rows=tuple(rows),
        diffs=_diffs(facts),
    )


def _facts(connection: Connection, run_id: str) -> _Facts:
    connection.is_reachable()
    run = runs.get_run(connection, run_id)
    is_mlflow = connection.server_kind is ServerKind.MLFLOW
    return _Facts(
        run=run,
        params=params.get_params(connection, run_id),
        recording=read_recording(connection, run_id),
        diff=_recorded_diff(connection, run_id),
        n_attempts=None if is_mlflow else len(list_attempts(connection, run_id)),
    )


def _recorded_diff(connection: Connection, run_id: str) -> str:
    store = run_files.store_of_run(connection, run_id)
    try:
        return b"".join(store.read(f"{FOLDER}/{DIFF_FILE}")).decode("utf-8", "replace")
    except AssayError:
        return ""


def _rows(
    section: Section, facts: Sequence[_Facts], pick: Callable[[_Facts], Mapping[str, Any]]
) -> Iterator[ComparedRow]:
    """Yield a row for each key that any of the runs has, in order of meeting."""
    picked = [pick(one) for one in facts]
    for key in dict.fromkeys(key for each in picked for key in each):
        yield _row(section, key, [each.get(key) for each in picked])


def _row(section: Section, key: str, values: Iterable[Any]) -> ComparedRow:
    kept = tuple(values)
    return ComparedRow(
        section=section,
        key=key,
        values=kept,
        differs=any(not _are_equal(value, kept[0]) for value in kept[1:]),
    )


def _are_equal(one: Any, other: Any) -> bool:
    """Return whether two values are the same; NaN equals NaN, and 1 is not True."""
    if one is None or other is None or isinstance(one, bool) or isinstance(other, bool):
        return one is other
    both_nan = isinstance(one, float) and isinstance(other, float) and one != one and other != other
    return both_nan or bool(one == other)


def _course(one: _Facts) -> dict[str, Any]:
    info = one.run.info
    duration = None if info.end_time is None else max(0, info.end_time - info.start_time)
    return {
        "status": str(info.status),
        "started_ms": info.start_time,
        "duration_ms": duration,
        "attempts": one.n_attempts,
        "user": info.user_id or None,
    }


def _metric_rows(connection: Connection, facts: Sequence[_Facts]) -> Iterator[ComparedRow]:
    """Yield last, least and greatest value of each metric; a plain MLflow server knows the last only."""
    keys = list(dict.fromkeys(key for one in facts for key in one.run.data.metrics))
    if connection.server_kind is ServerKind.MLFLOW:
        for key in keys:
            yield _row("metrics", key, [one.run.data.metrics.get(key) for one in facts])
        return
    n_keys = _N_COLUMNS // len(SUMMARIES)
    for start in range(0, len(keys), n_keys):
        part = keys[start : start + n_keys]
        columns = [f"metrics.`{key}`.{what}" for key in part for what in SUMMARIES]
        cells = _cells(connection, facts, columns)
        for place, key in enumerate(part):
            for offset, what in enumerate(SUMMARIES):
                name = key if what == "last" else f"{key}.{what}"
                yield _row("metrics", name, cells[place * len(SUMMARIES) + offset])


def _cells(
    connection: Connection, facts: Sequence[_Facts], columns: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Return the cells of each column, in the order of the runs."""
    ids = [one.run.info.run_id for one in facts]
    table = run_tables.query_runs(
        connection,
        list(dict.fromkeys(one.run.info.experiment_id for one in facts)),
        f"attributes.run_id IN ({', '.join(map(repr, ids))})",
        columns=columns,
        limit=len(ids),
        run_view_type=ViewType.ALL,
    )
    places = {run_id: place for place, run_id in enumerate(table.run_ids)}
    return [tuple(column.values[places[run_id]] for run_id in ids) for column in table.columns]


def _own_tags(one: _Facts) -> dict[str, str]:
    tags = one.run.data.tags
    return {key: value for key, value in tags.items() if not key.startswith(_INTERNAL)}


def _data(one: _Facts) -> dict[str, str]:
    found = {}
    for used in one.run.inputs.dataset_inputs:
        context = next((tag.value for tag in used.tags if tag.key == CONTEXT_TAG), "")
        key = f"{used.dataset.name} ({context})" if context else used.dataset.name
        found[key] = used.dataset.digest
    return found


def _command(one: _Facts) -> dict[str, Any]:
    command: Mapping[str, Any] = one.recording.source.get("command", {})
    arguments = command.get("arguments")
    line = " ".join(map(str, arguments)) if arguments else None
    source = one.run.data.tags.get("mlflow.source.name")
    return _known({"command line": line or source, "folder": command.get("working_folder")})


def _code(one: _Facts) -> dict[str, Any]:
    git: Mapping[str, Any] = one.recording.source.get("git", {})
    n_lines = sum(
        line.startswith(("+", "-")) and not line.startswith(("+++", "---"))
        for line in one.diff.splitlines()
    )
    changes = f"{n_lines} line{'s' * (n_lines != 1)} changed" if one.diff else None
    return _known(
        {
            "commit": git.get("commit") or one.run.data.tags.get("mlflow.source.git.commit"),
            "branch": git.get("branch"),
            "remote": git.get("remote"),
            "uncommitted": changes,
            "untracked": ", ".join(git.get("untracked", ())) or None,
        }
    )


def _environment(one: _Facts) -> dict[str, Any]:
    system: Mapping[str, Any] = one.recording.environment.get("system", {})
    variables: Mapping[str, Any] = one.recording.environment.get("variables", {})
    gpus = ", ".join(str(gpu.get("name")) for gpu in system.get("gpus", ())) or None
    return _known({**{key: system.get(key) for key in _SYSTEM}, "gpus": gpus}) | dict(variables)


def _packages(one: _Facts) -> dict[str, str]:
    found = {}
    for line in one.recording.packages:
        name, separator, version = line.partition("==")
        if not separator:
            name, _, version = line.partition(" @ ")
        found[name.strip()] = version.strip() or line
    return found


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None and value != ""}


def _diffs(facts: Sequence[_Facts]) -> dict[str, str]:
    """Return how the uncommitted changes of each run differ from those of the first."""
    first = facts[0]
    found = {}
    for one in facts[1:]:
        if one.diff != first.diff:
            lines = difflib.unified_diff(
                first.diff.splitlines(),
                one.diff.splitlines(),
                f"{first.run.info.run_name}/{DIFF_FILE}",
                f"{one.run.info.run_name}/{DIFF_FILE}",
                lineterm="",
            )
            found[one.run.info.run_id] = "\n".join(lines)
    return found
