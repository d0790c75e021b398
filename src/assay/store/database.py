"""Opening the database: the one way in for servers, commands and embedded clients."""

from assay.store.connections import Database, savepoint
from assay.store.engines import parse_uri
from assay.store.failures import is_full, is_transient
from assay.store.migrate import ARTIFACT_ROOT, bring_up_to_date

__all__ = ["Database", "is_full", "is_transient", "open_database", "parse_uri", "savepoint"]


def open_database(
    uri: str, *, synchronous: str = "FULL", artifact_root: str = ARTIFACT_ROOT
) -> Database:
    """Open the database at `uri`, creating or migrating it first where needed.

    Args:
        uri: `sqlite:///FILE`, a plain file path, or `postgresql://...`.
        synchronous: How SQLite writes: FULL survives a power cut, NORMAL the death of the process.
        artifact_root: Where the experiment that every new database has keeps its files.

    Raises:
        InvalidParameter: The URI is of no use, or the database belongs to another program.
        StoreFull: There is no room to create or migrate it.
    """
    database = Database(parse_uri(uri), synchronous=synchronous)
    try:
        bring_up_to_date(database, artifact_root)
    except BaseException:
        database.close()
        raise
    return database
