"""A process that opens an old database with a program one migration newer, for `spawn`."""

import shutil
from pathlib import Path
from typing import Any

from assay.store import migrate, upgrade
from assay.store.database import open_database

NEXT = "9999"
_REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("leases", sa.Column("note", sa.Text()))
    op.execute("INSERT INTO leases (name, holder, expires_ms, note) VALUES ('made', 'by', 1, 'it')")
"""


def write_newer_scripts(folder: Path) -> Path:
    """Copy the migrations to `folder` and add one that cannot run twice."""
    scripts = folder / "migrations"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(upgrade.SCRIPTS, scripts, ignore=ignored)
    text = _REVISION.format(head=migrate.HEAD)
    (scripts / "versions" / "9999_next.py").write_text(text)
    return scripts


def be_newer(scripts: Path) -> None:
    """Make this process the newer program."""
    migrate.HEAD = NEXT  # type: ignore[misc]
    upgrade.SCRIPTS = scripts  # type: ignore[misc]


def open_as_newer_program(uri: str, scripts: Path, start: Any, answers: Any) -> None:
    """Open `uri` when all processes are ready, and report how it went."""
    be_newer(scripts)
    try:
        start.wait(60)
        database = open_database(uri)
        with database.read() as conn:
            rows = conn.exec_driver_sql("SELECT note FROM leases").fetchall()
        database.close()
        answers.put([tuple(row) for row in rows])
    except Exception as error:  # noqa: BLE001 whatever it is, the parent must hear of it
        answers.put(repr(error))


def create_at_once(uri: str, start: Any, answers: Any) -> None:
    """Open the empty database `uri` when all processes are ready, and report its experiments."""
    try:
        start.wait(60)
        database = open_database(uri)
        with database.read() as conn:
            rows = conn.exec_driver_sql("SELECT name FROM experiments").fetchall()
        database.close()
        answers.put([tuple(row) for row in rows])
    except Exception as error:  # noqa: BLE001 whatever it is, the parent must hear of it
        answers.put(repr(error))
