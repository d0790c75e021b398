"""`assay db`: the schema of a database."""

import click
from sqlalchemy.engine import make_url

from assay.cli.output import json_option, say, show_record
from assay.store.migrate import check, upgrade


@click.group(short_help="Migrate and check a database.")
def db() -> None:
    """Migrate and check a database."""


@db.command("upgrade")
@click.argument("url")
@json_option
def upgrade_database(url: str, as_json: bool) -> None:
    """Bring the database at URL to the schema of this version of assay.

    URL is sqlite:///FILE or postgresql://... An empty database gets its tables; one that is up to
    date stays as it is. A SQLite file that holds data is copied first.
    """
    before = upgrade(url)
    record = {"url": _shown(url), "from": before.revision, "to": before.head}
    if before.is_current:
        message = f"The database is up to date (schema {before.head})."
    elif before.revision is None:
        message = f"The database was empty and now has schema {before.head}."
    else:
        message = f"The database went from schema {before.revision} to {before.head}."
    show_record(record, message=message, as_json=as_json)


@db.command("check")
@click.argument("url")
@json_option
@click.pass_context
def check_database(ctx: click.Context, url: str, as_json: bool) -> None:
    """Say which schema the database at URL has; exit with 1 unless it is the present one."""
    state = check(url)
    record = {
        "url": _shown(url),
        "revision": state.revision,
        "head": state.head,
        "is_current": state.is_current,
    }
    message = f"The database has schema {state.revision or '(none)'}; assay needs {state.head}."
    show_record(record, message=message, as_json=as_json)
    if not state.is_current:
        say("Bring it up to date with: assay db upgrade URL")
        ctx.exit(1)


def _shown(url: str) -> str:
    """Return `url` without its password."""
    return make_url(url).render_as_string(hide_password=True) if "://" in url else url
