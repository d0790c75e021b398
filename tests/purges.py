"""A process that purges and is killed on the way, as a power cut would, at a chosen place."""

import os
import signal
import subprocess
import sys
from array import array
from pathlib import Path

from sqlalchemy import Engine, event

from assay.entities.datasets import Dataset, DatasetInput
from assay.entities.media import MediaFile
from assay.entities.runs import Param, RunTag
from assay.server import purging
from assay.server.services import Services, open_services
from assay.store.batches import RunBatch, apply_batches
from assay.store.connections import Database
from assay.store.folding import fold_run
from assay.store.runs import create_run, delete_run, find_run
from assay.wire.chunk import MetricColumns, SeriesKey

ALWAYS = 2**62
ROWS_AT_ONCE = 20


def services_of(database: Database, root: Path) -> Services:
    """Open what routes work with, a second time on this database."""
    uri = database.uri.render_as_string(hide_password=False).replace("+psycopg", "")
    return open_services(database_uri=uri, artifact_root=root / "artifacts", synchronous="NORMAL")


def add_full_run(
    services: Services,
    *,
    is_deleted: bool,
    n_keys: int = 30,
    n_points: int = 20,
    value_bytes: int = 100,
) -> str:
    """Create a run with something in every table that a client can fill, and files; return its id."""
    with services.database.write() as conn:
        run_id = create_run(conn, experiment_id="0").info.run_id
        apply_batches(conn, [_batch(run_id, n_keys, n_points, value_bytes)])
        fold_run(conn, find_run(conn, run_id).run_number)
        apply_batches(conn, [_batch(run_id, n_keys, 2, value_bytes)])
        if is_deleted:
            delete_run(conn, run_id, now_ms=1)
    for name in ("model/weights.bin", "notes.txt"):
        services.artifacts.write(f"0/{run_id}/artifacts/{name}", [b"x" * 1000])
    return run_id


def _batch(run_id: str, n_keys: int, n_points: int, value_bytes: int) -> RunBatch:
    n = n_keys * n_points
    own = Dataset(
        name="own", digest=run_id[:8], source_type="local", source="{}", profile="p" * 500
    )
    shared = Dataset(name="shared", digest="1", source_type="local", source="{}")
    return RunBatch(
        run_id=run_id,
        metrics=MetricColumns(
            keys=[SeriesKey(f"m{number}") for number in range(n_keys)],
            key_index=array("I", [number % n_keys for number in range(n)]),
            step=array("q", [number // n_keys for number in range(n)]),
            timestamp=array("q", [number * 977 for number in range(n)]),
            value=array("d", [number * 0.7 for number in range(n)]),
        ),
        params=[Param(f"p{number}", "v" * value_bytes) for number in range(n_keys)],
        tags=[RunTag(f"t{number}", "v" * 50) for number in range(n_keys)],
        media=[MediaFile(key="k", step=0, kind="image", path="images/a.png", timestamp=1)],
        dataset_inputs=[DatasetInput(dataset=own), DatasetInput(dataset=shared)],
    )


def purge_runs(services: Services, run_ids: list[str]) -> list[str]:
    """Purge runs and return what became of them."""
    work = purging.Purge(services, deleted_before_ms=ALWAYS)
    return [outcome.state for outcome in work.purge_runs(run_ids)]


def purge_until_killed(services: Services, run_ids: list[str], *, at: str, time: int) -> int:
    """Purge in another process that kills itself the `time`-th time it comes to `at`.

    `at` is the beginning of an SQL statement, or the name of an audit event. Returns the exit code.
    """
    uri = services.database.uri.render_as_string(hide_password=False).replace("+psycopg", "")
    root = services.artifacts.root.parent  # type: ignore[attr-defined]  # tests have a folder
    words = [uri, str(root), at, str(time), *run_ids]
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    script = [sys.executable, "-c", "import purges; purges.main()"]
    return subprocess.run([*script, *words], env=path, check=False, timeout=120).returncode


def main() -> None:
    """Be that process."""
    uri, root, at, time, *run_ids = sys.argv[1:]
    services = open_services(database_uri=uri, artifact_root=Path(root) / "artifacts")
    purging.ROWS_AT_ONCE = ROWS_AT_ONCE  # type: ignore[misc]  # several pieces of a small run
    left = [int(time)]

    def note(place: str) -> None:
        if place.startswith(at):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", lambda _conn, _cursor, text, *_rest: note(text))
    sys.addaudithook(lambda name, _arguments: note(name))
    purge_runs(services, run_ids)
    services.close()
