"""The tables, as SQLAlchemy Core sees them. Migrations create them; queries name them.

Conventions. Runs, keys, logged models and data sets are joined by small integers; the ids that users
see are looked up once. `keys` interns every metric, param and tag name and only ever grows. Tables
that grow carry the experiment or the run first, so that they partition or shard by it. Times are
integer milliseconds. `lifecycle` is 0 for active, 1 for deleted, 2 for what is being purged. Numbers
of runs, logged models and data sets are never given out twice, whatever is purged. Everything in
`series`, `inbox`, `packs` and `chunks` belongs to `histories.py`, which explains them.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)

metadata = MetaData()

ACTIVE = 0
DELETED = 1
PURGING = 2
NO_MODEL = 0
NO_DATASET = 0

# SQLite only numbers rows by itself when the column is spelt INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")

# Text is compared and sorted by code point, as SQLite does, whatever the server's locale is.
Words = Text().with_variant(Text(collation="C"), "postgresql")

VALUE_HEAD = 128
"""How many characters of a param or tag value the value indexes hold."""

schema_revision = Table(
    "schema_revision",
    metadata,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="schema_revision_pkc"),
)
"""Which migration the tables are at; the form is Alembic's."""

changes = Table(
    "changes",
    metadata,
    Column("change_id", Number, primary_key=True),
    Column("xact", BigInteger, nullable=False),
    Column("noted_ms", BigInteger, nullable=False),
    Column("notes", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
"""What each transaction changed lately (`change_log.py`)."""
Index("changes_in_order", changes.c.xact, changes.c.change_id)

counters = Table(
    "counters",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""Numbers that must be given out one by one, such as experiment ids."""

leases = Table(
    "leases",
    metadata,
    Column("name", Words, primary_key=True),
    Column("holder", Words, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
)
"""Who does the work that only one server may do at a time."""

keys = Table(
    "keys",
    metadata,
    Column("key_id", Number, primary_key=True),
    Column("name", Words, nullable=False, unique=True),
)

experiments = Table(
    "experiments",
    metadata,
    Column("experiment_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Words, nullable=False, unique=True),
    Column("artifact_location", Words, nullable=False),
    Column("lifecycle", SmallInteger, nullable=False),
    Column("creation_time", BigInteger, nullable=False),
    Column("last_update_time", BigInteger, nullable=False),
)

experiment_tags = Table(
    "experiment_tags",
    metadata,
    Column("experiment_id", ForeignKey("experiments.experiment_id"), primary_key=True),
    Column("key", Words, primary_key=True),
    Column("value", Words, nullable=False),
    sqlite_with_rowid=False,
)

runs = Table(
    "runs",
    metadata,
    Column("run_number", Number, primary_key=True),
    Column("run_id", Words, nullable=False, unique=True),
    Column("experiment_id", ForeignKey("experiments.experiment_id"), nullable=False),
    Column("name", Words, nullable=False),
    Column("user_id", Words, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("lifecycle", SmallInteger, nullable=False),
    Column("start_time", BigInteger, nullable=False),
    Column("end_time", BigInteger),
    Column("deleted_time", BigInteger),
    Column("heartbeat_time", BigInteger),
    Column("artifact_uri", Words, nullable=False),
    Column("end_reason", Words),
    Column("n_attempts", SmallInteger, nullable=False, server_default=text("1")),
    sqlite_autoincrement=True,
)
Index(
    "runs_by_start",
    runs.c.experiment_id,
    runs.c.lifecycle,
    runs.c.start_time.desc(),
    runs.c.run_id,
)
# Partial: few runs lie in the trash. A query must say `lifecycle > 0` to use it.
Index(
    "runs_in_trash",
    runs.c.lifecycle,
    runs.c.deleted_time,
    sqlite_where=runs.c.lifecycle > ACTIVE,
    postgresql_where=runs.c.lifecycle > ACTIVE,
)
# Partial: few runs are going on. A query must say `status = 1` to use it.
Index(
    "runs_going_on",
    runs.c.experiment_id,
    runs.c.start_time,
    sqlite_where=runs.c.status == 1,
    postgresql_where=runs.c.status == 1,
)

params = Table(
    "params",
    metadata,
    Column("run_number", ForeignKey("runs.run_number"), primary_key=True),
    Column("key_id", ForeignKey("keys.key_id"), primary_key=True),
    Column("experiment_id", BigInteger, nullable=False),
    Column("value", Words, nullable=False),
    Column("type", Words),
    sqlite_with_rowid=False,
)
"""`type` says what the value was before it became text (`entities/typed_values.py`); NULL for text."""
Index(
    "params_by_value",
    params.c.experiment_id,
    params.c.key_id,
    func.substr(params.c.value, 1, VALUE_HEAD),
)

param_amendments = Table(
    "param_amendments",
    metadata,
    Column("amendment_id", Number, primary_key=True),
    Column("run_number", ForeignKey("runs.run_number"), nullable=False),
    Column("key_id", ForeignKey("keys.key_id"), nullable=False),
    Column("amended_ms", BigInteger, nullable=False),
    Column("old_value", Words, nullable=False),
    Column("old_type", Words),
    Column("new_value", Words, nullable=False),
    Column("new_type", Words),
    Column("reason", Words),
)
"""What params were before they were corrected; nothing is ever taken away here but with the run."""
Index("param_amendments_by_run", param_amendments.c.run_number, param_amendments.c.key_id)

media = Table(
    "media",
    metadata,
    Column("media_id", Number, primary_key=True),
    Column("run_number", ForeignKey("runs.run_number"), nullable=False),
    Column("key_id", ForeignKey("keys.key_id"), nullable=False),
    Column("experiment_id", BigInteger, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("kind", Words, nullable=False),
    Column("path", Words, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("details", Words),
)
"""Which files lie at which key and step; the files are artifacts of the run. `details` is JSON."""
Index("media_by_run", media.c.run_number, media.c.key_id, media.c.step)

tags = Table(
    "tags",
    metadata,
    Column("run_number", ForeignKey("runs.run_number"), primary_key=True),
    Column("key_id", ForeignKey("keys.key_id"), primary_key=True),
    Column("experiment_id", BigInteger, nullable=False),
    Column("value", Words, nullable=False),
    sqlite_with_rowid=False,
)
Index(
    "tags_by_value", tags.c.experiment_id, tags.c.key_id, func.substr(tags.c.value, 1, VALUE_HEAD)
)

datasets = Table(
    "datasets",
    metadata,
    Column("dataset_id", Number, primary_key=True),
    Column("experiment_id", ForeignKey("experiments.experiment_id"), nullable=False),
    Column("name", Words, nullable=False),
    Column("digest", Words, nullable=False),
    Column("source_type", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("schema", Words),
    Column("profile", Words),
    UniqueConstraint("experiment_id", "name", "digest", name="datasets_by_identity"),
    sqlite_autoincrement=True,
)
Index("datasets_by_digest", datasets.c.digest)

dataset_inputs = Table(
    "dataset_inputs",
    metadata,
    Column("run_number", ForeignKey("runs.run_number"), primary_key=True),
    Column("dataset_id", ForeignKey("datasets.dataset_id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("context", Words),
    Column("tags", Words, nullable=False),
    sqlite_with_rowid=False,
)
"""`tags` is a JSON list of [key, value] in logged order; `context` repeats one of them for search."""
Index("dataset_inputs_by_dataset", dataset_inputs.c.dataset_id, dataset_inputs.c.run_number)

model_inputs = Table(
    "model_inputs",
    metadata,
    Column("run_number", ForeignKey("runs.run_number"), primary_key=True),
    Column("model_id", Words, primary_key=True),
    Column("position", Integer, nullable=False),
    sqlite_with_rowid=False,
)
Index("model_inputs_by_model", model_inputs.c.model_id)

model_outputs = Table(
    "model_outputs",
    metadata,
    Column("output_id", Number, primary_key=True),
    Column("run_number", ForeignKey("runs.run_number"), nullable=False),
    Column("model_id", Words, nullable=False),
    Column("step", BigInteger, nullable=False),
)
Index("model_outputs_by_run", model_outputs.c.run_number)
Index("model_outputs_by_model", model_outputs.c.model_id)

logged_models = Table(
    "logged_models",
    metadata,
    Column("model_number", Number, primary_key=True),
    Column("model_id", Words, nullable=False, unique=True),
    Column("experiment_id", ForeignKey("experiments.experiment_id"), nullable=False),
    Column("name", Words, nullable=False),
    Column("model_type", Words),
    Column("source_run_id", Words),
    Column("creator_id", Words),
    Column("status", Words, nullable=False),
    Column("status_message", Words),
    Column("artifact_uri", Words, nullable=False),
    Column("lifecycle", SmallInteger, nullable=False),
    Column("creation_time", BigInteger, nullable=False),
    Column("last_updated_time", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
Index(
    "logged_models_by_creation",
    logged_models.c.experiment_id,
    logged_models.c.lifecycle,
    logged_models.c.creation_time.desc(),
)

Index("logged_models_by_source", logged_models.c.source_run_id)

logged_model_params = Table(
    "logged_model_params",
    metadata,
    Column("model_number", ForeignKey("logged_models.model_number"), primary_key=True),
    Column("key", Words, primary_key=True),
    Column("value", Words, nullable=False),
    sqlite_with_rowid=False,
)

logged_model_tags = Table(
    "logged_model_tags",
    metadata,
    Column("model_number", ForeignKey("logged_models.model_number"), primary_key=True),
    Column("key", Words, primary_key=True),
    Column("value", Words, nullable=False),
    sqlite_with_rowid=False,
)

purged = Table(
    "purged",
    metadata,
    Column("id", Words, primary_key=True),
    Column("purged_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Ids of runs and logged models that were purged: what still arrives for them makes nothing anew."""

writers = Table(
    "writers",
    metadata,
    Column("run_number", ForeignKey("runs.run_number"), primary_key=True),
    Column("writer_id", Words, primary_key=True),
    Column("applied_seq", BigInteger, nullable=False),
    Column("attempt", SmallInteger, nullable=False, server_default=text("1")),
    sqlite_with_rowid=False,
)
"""How much of each journal the store has; written in the transaction of the records themselves."""

attempts = Table(
    "attempts",
    metadata,
    Column("run_number", ForeignKey("runs.run_number"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
    Column("status", SmallInteger),
    Column("reason", Words),
    Column("host", Words),
    Column("process", BigInteger),
    Column("launch", Words),
    sqlite_with_rowid=False,
)
"""The attempts of runs that have several; how the last one ended stands in `runs`."""

ranks = Table(
    "ranks",
    metadata,
    Column("run_number", ForeignKey("runs.run_number"), primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("rank", Integer, primary_key=True, autoincrement=False),
    Column("host", Words, nullable=False),
    Column("process", BigInteger, nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
    Column("status", SmallInteger, nullable=False),
    Column("reason", Words),
    sqlite_with_rowid=False,
)
"""The processes of runs that a launcher started several of together (`ranks.py`)."""

attempt_starts = Table(
    "attempt_starts",
    metadata,
    Column("run_number", ForeignKey("runs.run_number"), primary_key=True),
    Column("key_id", ForeignKey("keys.key_id"), primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("first_step", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""The lowest step that attempts from the second on logged of a metric (`superseding.py`)."""

series = Table(
    "series",
    metadata,
    Column("run_number", ForeignKey("runs.run_number"), primary_key=True),
    Column("key_id", ForeignKey("keys.key_id"), primary_key=True),
    Column("model_number", BigInteger, primary_key=True),
    Column("dataset_id", BigInteger, primary_key=True),
    Column("experiment_id", BigInteger, nullable=False),
    Column("n_logged", BigInteger, nullable=False),
    Column("n_points", BigInteger, nullable=False),
    Column("n_finite", BigInteger, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("last_timestamp", BigInteger, nullable=False),
    Column("last_value", Float(53)),
    Column("first_step", BigInteger, nullable=False),
    Column("first_value", Float(53)),
    Column("min_value", Float(53)),
    Column("min_step", BigInteger),
    Column("max_value", Float(53)),
    Column("max_step", BigInteger),
    Column("sum_value", Float(53), nullable=False),
    sqlite_with_rowid=False,
)
"""One row per series; a NULL `last_value` is NaN. Rows with a model repeat points of the run's row.
A negative `model_number` is a rank whose points these are (`ranks.py`), or an attempt whose points
these were until a later one superseded them.

`n_logged` counts what arrived and only grows, so it tells versions of a history apart; `n_points` is
without exact duplicates once they are folded. Extremes and the sum are over finite values.
"""
Index(
    "series_by_last",
    series.c.experiment_id,
    series.c.key_id,
    series.c.model_number,
    series.c.last_value,
    series.c.run_number,
)
# Partial: nearly all series belong to a run alone. A query must say `model_number > 0` to use it.
Index(
    "series_by_model",
    series.c.model_number,
    series.c.key_id,
    sqlite_where=series.c.model_number > NO_MODEL,
    postgresql_where=series.c.model_number > NO_MODEL,
)

inbox = Table(
    "inbox",
    metadata,
    Column("inbox_id", Number, primary_key=True),
    Column("run_number", ForeignKey("runs.run_number"), nullable=False),
    Column("n_points", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)
Index("inbox_by_run", inbox.c.run_number, inbox.c.n_points)

packs = Table(
    "packs",
    metadata,
    Column("run_number", ForeignKey("runs.run_number"), primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
    Column("n_points", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)
"""What is too short for chunks of its own, all series of a run in one row; each fold counts `version` up."""

chunks = Table(
    "chunks",
    metadata,
    Column("chunk_id", Number, primary_key=True),
    Column("run_number", ForeignKey("runs.run_number"), nullable=False),
    Column("key_id", ForeignKey("keys.key_id"), nullable=False),
    Column("model_number", BigInteger, nullable=False),
    Column("dataset_id", BigInteger, nullable=False),
    Column("first_step", BigInteger, nullable=False),
    Column("first_timestamp", BigInteger, nullable=False),
    Column("first_rank", BigInteger, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("last_timestamp", BigInteger, nullable=False),
    Column("last_rank", BigInteger, nullable=False),
    Column("n_points", Integer, nullable=False),
    Column("aggregate", LargeBinary, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)
"""Full stretches of one series. A rank is a value's place in the order of all doubles.

`aggregate` stands before `payload`, so that SQLite need not walk the payload's pages to read it.
"""
Index(
    "chunks_by_series",
    chunks.c.run_number,
    chunks.c.key_id,
    chunks.c.model_number,
    chunks.c.dataset_id,
    chunks.c.first_step,
    chunks.c.first_timestamp,
    chunks.c.first_rank,
)

views = Table(
    "views",
    metadata,
    Column("view_id", Words, primary_key=True),
    Column("experiment_id", ForeignKey("experiments.experiment_id")),
    Column("name", Words, nullable=False),
    Column("version", Integer, nullable=False),
    Column("lifecycle", SmallInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""What a page shows, under a name; of all experiments where it names none."""
Index("views_by_experiment", views.c.experiment_id, views.c.lifecycle)

view_versions = Table(
    "view_versions",
    metadata,
    Column("view_id", ForeignKey("views.view_id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("experiment_id", ForeignKey("experiments.experiment_id")),
    Column("state", Text, nullable=False),
    Column("saved_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
Index("view_versions_by_experiment", view_versions.c.experiment_id)

note_versions = Table(
    "note_versions",
    metadata,
    Column("experiment_id", ForeignKey("experiments.experiment_id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("began_ms", BigInteger, nullable=False),
    Column("saved_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""What the notes of experiments said."""

page_states = Table(
    "page_states",
    metadata,
    Column("state_id", Words, primary_key=True),
    Column("state", Text, nullable=False),
    Column("kept_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""What a page shows, under a digest of it: what long links stand for."""
