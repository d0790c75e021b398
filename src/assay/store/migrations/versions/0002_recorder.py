"""What the recorder keeps: types and amendments of params, media, attempts, ranks, changes, purges."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _number() -> sa.BigInteger:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("params", sa.Column("type", _words(), nullable=True))
    op.create_table(
        "param_amendments",
        sa.Column("amendment_id", _number(), nullable=False),
        sa.Column("run_number", _number(), nullable=False),
        sa.Column("key_id", _number(), nullable=False),
        sa.Column("amended_ms", sa.BigInteger(), nullable=False),
        sa.Column("old_value", _words(), nullable=False),
        sa.Column("old_type", _words(), nullable=True),
        sa.Column("new_value", _words(), nullable=False),
        sa.Column("new_type", _words(), nullable=True),
        sa.Column("reason", _words(), nullable=True),
        sa.ForeignKeyConstraint(["run_number"], ["runs.run_number"]),
        sa.ForeignKeyConstraint(["key_id"], ["keys.key_id"]),
        sa.PrimaryKeyConstraint("amendment_id"),
    )
    op.create_index("param_amendments_by_run", "param_amendments", ["run_number", "key_id"])
    op.create_table(
        "media",
        sa.Column("media_id", _number(), nullable=False),
        sa.Column("run_number", _number(), nullable=False),
        sa.Column("key_id", _number(), nullable=False),
        sa.Column("experiment_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("kind", _words(), nullable=False),
        sa.Column("path", _words(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("details", _words(), nullable=True),
        sa.ForeignKeyConstraint(["run_number"], ["runs.run_number"]),
        sa.ForeignKeyConstraint(["key_id"], ["keys.key_id"]),
        sa.PrimaryKeyConstraint("media_id"),
    )
    op.create_index("media_by_run", "media", ["run_number", "key_id", "step"])
    op.add_column(
        "runs",
        sa.Column("n_attempts", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
    )
    op.add_column(
        "writers",
        sa.Column("attempt", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
    )
    op.create_table(
        "attempts",
        sa.Column("run_number", _number(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("reason", _words(), nullable=True),
        sa.Column("host", _words(), nullable=True),
        sa.Column("process", sa.BigInteger(), nullable=True),
        sa.Column("launch", _words(), nullable=True),
        sa.ForeignKeyConstraint(["run_number"], ["runs.run_number"]),
        sa.PrimaryKeyConstraint("run_number", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "attempt_starts",
        sa.Column("run_number", _number(), nullable=False),
        sa.Column("key_id", _number(), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_number"], ["runs.run_number"]),
        sa.ForeignKeyConstraint(["key_id"], ["keys.key_id"]),
        sa.PrimaryKeyConstraint("run_number", "key_id", "attempt"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ranks",
        sa.Column("run_number", _number(), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("host", _words(), nullable=False),
        sa.Column("process", sa.BigInteger(), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("reason", _words(), nullable=True),
        sa.ForeignKeyConstraint(["run_number"], ["runs.run_number"]),
        sa.PrimaryKeyConstraint("run_number", "attempt", "rank"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "changes",
        sa.Column("change_id", _number(), nullable=False),
        sa.Column("xact", sa.BigInteger(), nullable=False),
        sa.Column("noted_ms", sa.BigInteger(), nullable=False),
        sa.Column("notes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("change_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("changes_in_order", "changes", ["xact", "change_id"])
    op.create_index(
        "runs_in_trash",
        "runs",
        ["lifecycle", "deleted_time"],
        sqlite_where=sa.text("lifecycle > 0"),
        postgresql_where=sa.text("lifecycle > 0"),
    )
    op.create_index(
        "runs_going_on",
        "runs",
        ["experiment_id", "start_time"],
        sqlite_where=sa.text("status = 1"),
        postgresql_where=sa.text("status = 1"),
    )
    op.create_index("logged_models_by_source", "logged_models", ["source_run_id"])
    op.create_table(
        "purged",
        sa.Column("id", _words(), nullable=False),
        sa.Column("purged_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "views",
        sa.Column("view_id", _words(), nullable=False),
        sa.Column("experiment_id", sa.BigInteger(), nullable=True),
        sa.Column("name", _words(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lifecycle", sa.SmallInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.experiment_id"]),
        sa.PrimaryKeyConstraint("view_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("views_by_experiment", "views", ["experiment_id", "lifecycle"])
    op.create_table(
        "view_versions",
        sa.Column("view_id", _words(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("experiment_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("saved_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["view_id"], ["views.view_id"]),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.experiment_id"]),
        sa.PrimaryKeyConstraint("view_id", "version"),
        sqlite_with_rowid=False,
    )
    op.create_index("view_versions_by_experiment", "view_versions", ["experiment_id"])
    op.create_index("datasets_by_digest", "datasets", ["digest"])
    op.create_index("model_inputs_by_model", "model_inputs", ["model_id"])
    op.create_index("model_outputs_by_model", "model_outputs", ["model_id"])
    op.create_table(
        "note_versions",
        sa.Column("experiment_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("began_ms", sa.BigInteger(), nullable=False),
        sa.Column("saved_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.experiment_id"]),
        sa.PrimaryKeyConstraint("experiment_id", "version"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "page_states",
        sa.Column("state_id", _words(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("kept_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("state_id"),
        sqlite_with_rowid=False,
    )
