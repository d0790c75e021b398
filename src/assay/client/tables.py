"""Tables as files: pandas' `split` JSON without the index, or Parquet. Loaded with pandas.

Logging to a table that exists appends to it. Images in cells become files of their own, and the
cell says where they are. A run's tag lists its tables, so that they are found across runs.
"""

import io
import json
import pkgutil
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import msgspec

from assay.artifacts.paths import base_name
from assay.client import run_files, runs, search
from assay.client.artifacts import log_bytes
from assay.client.connection import Connection
from assay.entities.lifecycle import ViewType
from assay.entities.runs import Run
from assay.errors import ArtifactNotFound, InvalidParameter, NotFound, RunNotFound, Unavailable

try:
    import pandas as pd
except ImportError as missing:
    raise InvalidParameter("Tables need pandas. Install it with: pip install pandas") from missing

TABLES_TAG: Final = "mlflow.loggedArtifacts"
MAX_RUNS: Final = 50_000

_IMAGES: Final = "assay.client.images"
_OUR_IMAGES: Final = (("assay.client.images", "Image"), ("assay.client.media_values", "Image"))


class _Listed(msgspec.Struct, frozen=True):
    """One entry of the tag."""

    path: str
    type: str = ""


def log_table(
    connection: Connection,
    run_id: str,
    data: Mapping[str, Any] | Any,
    artifact_file: str,
) -> None:
    """Store a table, given as columns or as a DataFrame; an existing one grows.

    Raises:
        InvalidParameter: It is no table, or the file is neither .json nor .parquet.
    """
    encode, decode = _format(artifact_file)
    table = _with_images_stored(connection, run_id, _as_frame(data), artifact_file)
    before = _find(connection, run_id, artifact_file, decode)
    if before is not None:
        table = pd.concat([before, table], ignore_index=True)
    log_bytes(connection, run_id, encode(table), artifact_file)
    _note_table(connection, run_id, artifact_file)


def load_table(
    connection: Connection,
    experiment_id: str,
    artifact_file: str,
    run_ids: Sequence[str] | None = None,
    extra_columns: Sequence[str] | None = None,
) -> Any:
    """Return the rows of a table from every run of an experiment that has it, as a DataFrame.

    Args:
        connection: Where the runs were logged.
        experiment_id: The experiment.
        artifact_file: The table's path in each run.
        run_ids: Only these runs, when given.
        extra_columns: What to add of the run: `run_id` and other info, `params.x`, `metrics.x`,
            `tags.x`.

    Raises:
        NotFound: No run has the table.
    """
    _, decode = _format(artifact_file)
    tables = []
    for run in _runs_with(connection, experiment_id, artifact_file, run_ids):
        table = _find(connection, run.info.run_id, artifact_file, decode)
        if table is not None:
            tables.append(_with_columns_of(table, run, extra_columns or ()))
    if not tables:
        raise NotFound(f"No run of experiment {experiment_id} has the table {artifact_file!r}.")
    return pd.concat(tables, ignore_index=True)


def encode_json(table: Any) -> bytes:
    """Return a DataFrame as `{"columns": [...], "data": [[...], ...]}`."""
    text = table.to_json(orient="split", index=False, date_format="iso", default_handler=str)
    return str(text).encode()


def decode_json(content: bytes) -> Any:
    """Return the DataFrame of a table's JSON; nothing in it is guessed to be a date."""
    parts = json.loads(content)
    return pd.DataFrame(parts["data"], columns=parts["columns"])


def encode_parquet(table: Any) -> bytes:
    """Return a DataFrame as Parquet."""
    buffer = io.BytesIO()
    with _parquet_library():
        table.to_parquet(buffer, index=False)
    return buffer.getvalue()


def decode_parquet(content: bytes) -> Any:
    """Return the DataFrame of a Parquet file."""
    with _parquet_library():
        return pd.read_parquet(io.BytesIO(content))


@contextmanager
def _parquet_library() -> Iterator[None]:
    try:
        yield
    except ImportError as missing:
        raise InvalidParameter(
            "Parquet tables need pyarrow. Install it with: pip install pyarrow; or name the file .json"
        ) from missing


def _format(artifact_file: str) -> tuple[Callable[[Any], bytes], Callable[[bytes], Any]]:
    extension = artifact_file.rpartition(".")[2].lower()
    if extension == "json":
        return encode_json, decode_json
    if extension == "parquet":
        return encode_parquet, decode_parquet
    raise InvalidParameter(f"A table's file ends with .json or .parquet, not {artifact_file!r}.")


def _as_frame(data: Any) -> Any:
    if isinstance(data, pd.DataFrame):
        return data.copy()
    if not isinstance(data, Mapping):
        raise InvalidParameter(
            f"A table is a dictionary of columns or a pandas DataFrame, not {type(data).__name__}."
        )
    if all(isinstance(value, str) or not hasattr(value, "__len__") for value in data.values()):
        return pd.DataFrame([dict(data)])
    return pd.DataFrame(dict(data))


def _find(
    connection: Connection, run_id: str, path: str, decode: Callable[[bytes], Any]
) -> Any | None:
    try:
        return decode(b"".join(run_files.read(connection, run_id, path)))
    except (ArtifactNotFound, RunNotFound):
        return None


def _with_images_stored(connection: Connection, run_id: str, table: Any, path: str) -> Any:
    for column in table.columns:
        if any(_is_image(cell) for cell in table[column]):
            table[column] = [
                _store_image(connection, run_id, cell, path) if _is_image(cell) else cell
                for cell in table[column]
            ]
    return table


def _is_image(cell: Any) -> bool:
    kinds = {(kind.__module__, kind.__name__) for kind in type(cell).__mro__}
    return not kinds.isdisjoint({("PIL.Image", "Image"), *_OUR_IMAGES})


def _store_image(connection: Connection, run_id: str, cell: Any, path: str) -> dict[str, str]:
    images: Any = pkgutil.resolve_name(_IMAGES)
    stem = f"table_images/{base_name(path).rpartition('.')[0]}/{uuid.uuid4()}"
    picture = images.as_pillow(cell)
    log_bytes(connection, run_id, images.encode_image(picture, "png"), f"{stem}.png")
    small = images.encode_image(images.thumbnail(picture), "webp")
    log_bytes(connection, run_id, small, f"{stem}.webp")
    return {"type": "image", "filepath": f"{stem}.png", "compressed_filepath": f"{stem}.webp"}


def _note_table(connection: Connection, run_id: str, path: str) -> None:
    known = run_files.tables_of(connection, run_id)
    listed = _listed_tables(connection, run_id)
    listed += [name for name in known if name not in listed]
    if path not in listed:
        listed.append(path)
        text = json.dumps([{"path": name, "type": "table"} for name in listed])
        runs.open_run(connection, run_id).set_tag(TABLES_TAG, text)
    known[:] = listed


def _listed_tables(connection: Connection, run_id: str) -> list[str]:
    """Return the tables that a run's tag lists; none when nobody can be asked."""
    if not run_files.may_reach(connection):
        return []
    try:
        text = runs.get_run(connection, run_id).data.tags.get(TABLES_TAG, "[]")
        entries = msgspec.json.decode(text, type=list[_Listed])
    except (Unavailable, NotFound, msgspec.DecodeError):
        return []
    return [entry.path for entry in entries if entry.type == "table"]


def _runs_with(
    connection: Connection, experiment_id: str, path: str, run_ids: Sequence[str] | None
) -> list[Run]:
    if run_ids:
        return [runs.get_run(connection, run_id) for run_id in run_ids]
    quoted = json.dumps(path)[1:-1].replace("'", "''")
    pattern = f'%"path"%:%"{quoted}",%"type"%:%"table"%'
    return search.all_runs(
        connection,
        [experiment_id],
        filter_string=f"tags.{TABLES_TAG} LIKE '{pattern}'",
        run_view_type=ViewType.ACTIVE_ONLY,
        max_results=MAX_RUNS,
        order_by=None,
    )


def _with_columns_of(table: Any, run: Run, names: Sequence[str]) -> Any:
    for name in names:
        if name in table.columns:
            raise InvalidParameter(f"The table has a column {name!r} already.")
        table[name] = _value_of(run, name)
    return table


def _value_of(run: Run, name: str) -> Any:
    group, _, key = name.partition(".")
    groups: dict[str, Mapping[str, Any]] = {
        "params": run.data.params,
        "metrics": run.data.metrics,
        "tags": run.data.tags,
    }
    return groups.get(group, {}).get(key) if key else getattr(run.info, name, None)
