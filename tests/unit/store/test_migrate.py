"""Creating and migrating databases."""

import multiprocessing
import re
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from assay.errors import InvalidParameter
from assay.store import migrate
from assay.store import upgrade as upgrade_module
from assay.store.connections import Database
from assay.store.database import open_database
from assay.store.engines import parse_uri
from assay.store.migrate import HEAD, SchemaState, check, upgrade
from assay.store.upgrade import newest_revision, upgrade_schema
from migrations import (
    NEXT,
    create_at_once,
    open_as_newer_program,
    write_newer_scripts,
)

SPAWN = multiprocessing.get_context("spawn")
N_PROCESSES = 2


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_uri(request, tmp_path):
    """The address of a database without any tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new/assay.db"
        return
    server = request.getfixturevalue("postgresql_server")
    uri = server.fresh_uri(is_empty=True)
    yield uri
    server.drop(uri)


@pytest.fixture
def newer_scripts(tmp_path):
    """Migrations one revision ahead of this program's."""
    return write_newer_scripts(tmp_path)


@pytest.fixture
def open_as_newer(newer_scripts, monkeypatch):
    """Open a database as the newer program would."""

    def open_it(uri):
        with monkeypatch.context() as patch:
            patch.setattr(migrate, "HEAD", NEXT)
            patch.setattr(upgrade_module, "SCRIPTS", newer_scripts)
            open_database(uri).close()

    return open_it


def migrated(uri):
    database = Database(parse_uri(uri))
    if database.path is not None:
        database.path.parent.mkdir(parents=True)
    with database.write() as conn:
        upgrade_schema(conn)
    return database


def described(database):
    """Return the schema as text lines that do not depend on the order of constraints."""
    with database.inspect() as conn:
        if database.dialect == "sqlite":
            rows = conn.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
        else:
            rows = conn.exec_driver_sql(_POSTGRESQL_SCHEMA)
        return sorted(parts_of(row[0]) for row in rows.fetchall())


def parts_of(statement):
    """Return the parts of a CREATE statement in one order: a column added later comes last."""
    head, _, rest = " ".join(statement.split()).partition("(")
    body, _, tail = rest.rpartition(")")
    parts = re.split(r",(?![^(]*\))", body)
    return [head.strip(), tail.strip(), *sorted(part.strip() for part in parts)]


_POSTGRESQL_SCHEMA = """
SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
    || coalesce(column_default, '') || ' ' || coalesce(collation_name, '')
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""


def run_at_once(target, *arguments):
    """Run `target` in processes that start at the same instant; return their answers."""
    start, answers = SPAWN.Barrier(N_PROCESSES), SPAWN.Queue()
    processes = [
        SPAWN.Process(target=target, args=(*arguments, start, answers)) for _ in range(N_PROCESSES)
    ]
    for process in processes:
        process.start()
    found = [answers.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(60)
    return found


def test_head_is_the_newest_migration():
    assert newest_revision() == HEAD


def test_fresh_database_has_the_schema_that_migrations_make(empty_uri, tmp_path, request):
    old = migrated(empty_uri)
    dialect = old.dialect
    fresh = request.getfixturevalue(f"{dialect}_database")
    assert described(fresh) == described(old)
    with fresh.read() as new, old.read() as conn:
        question = "SELECT experiment_id, name, artifact_location, lifecycle FROM experiments"
        assert new.exec_driver_sql(question).all() == conn.exec_driver_sql(question).all()
    old.close()


def test_check_tells_what_is_there_and_changes_nothing(empty_uri):
    assert check(empty_uri) == SchemaState(None, HEAD)
    assert upgrade(empty_uri) == SchemaState(None, HEAD)
    assert check(empty_uri).is_current
    assert upgrade(empty_uri).is_current


def test_processes_that_create_one_database_at_once_agree(empty_uri):
    assert run_at_once(create_at_once, empty_uri) == [[("Default",)]] * N_PROCESSES


def test_processes_that_migrate_one_database_at_once_agree(empty_uri, newer_scripts):
    open_database(empty_uri).close()
    answers = run_at_once(open_as_newer_program, empty_uri, newer_scripts)
    assert answers == [[("it",)]] * N_PROCESSES


def test_sqlite_file_is_copied_before_it_is_migrated(tmp_path, open_as_newer):
    file = tmp_path / "assay.db"
    database = open_database(str(file))
    with database.write() as conn:
        conn.exec_driver_sql("INSERT INTO keys (name) VALUES ('kept')")
    database.close()
    open_as_newer(str(file))
    with closing(sqlite3.connect(f"{file}.backup-{HEAD}")) as backup:
        assert backup.execute("SELECT name FROM keys").fetchall() == [("kept",)]
        assert backup.execute("SELECT version_num FROM schema_revision").fetchall() == [(HEAD,)]
    assert not list(tmp_path.glob("*.partial"))


def test_database_of_a_newer_program_is_refused(empty_uri, open_as_newer):
    open_database(empty_uri).close()
    open_as_newer(empty_uri)
    with pytest.raises(InvalidParameter, match="newer version of assay"):
        open_database(empty_uri)


def test_database_of_another_program_is_refused_and_left_alone(tmp_path):
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE experiments (experiment_id INTEGER)")
        other.commit()
    before = file.read_bytes()
    with pytest.raises(InvalidParameter, match="another program"):
        open_database(str(file))
    assert file.read_bytes() == before


def test_opening_a_current_database_does_not_import_alembic(tmp_path):
    code = (
        "import sys; from assay.store.database import open_database; "
        f"open_database({str(tmp_path / 'a.db')!r}).close(); "
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "uri", ["mysql://host/db", "sqlite://", "sqlite:///:memory:", "postgresql://h:port/x", "x://"]
)
def test_address_of_no_use_is_refused(uri):
    with pytest.raises(InvalidParameter):
        parse_uri(uri)
