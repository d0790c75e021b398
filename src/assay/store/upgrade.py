"""Running the migrations with Alembic; imported only when a database needs it."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from assay.errors import InvalidParameter

SCRIPTS: Final = Path(__file__).parent / "migrations"


def upgrade_schema(conn: Connection, target: str = "head") -> None:
    """Migrate the database of `conn` to `target`, within its transaction."""
    config = _config()
    config.attributes["connection"] = conn
    command.upgrade(config, target)


def check_known(revision: str) -> None:
    """Raise InvalidParameter when a database at `revision` was made by a newer assay."""
    try:
        ScriptDirectory.from_config(_config()).get_revision(revision)
    except CommandError as error:
        raise InvalidParameter(
            "The database was made by a newer version of assay. Upgrade assay to open it."
        ) from error


def newest_revision() -> str | None:
    """Return the revision that the last migration leads to."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
