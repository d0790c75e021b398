"""`assay server`: serve a database and its artifacts."""

from typing import Any

import click

from assay.cli.output import json_option
from assay.cli.serving import ServerOptions, serve, server_options


@click.command(short_help="Serve a database and its artifacts.")
@server_options
@json_option
def server(as_json: bool, **options: Any) -> None:
    """Serve a database and its artifacts to assay's and MLflow's clients, until a signal stops it.

    Without options: the nearest .assay folder, to this machine only. With --json the address is
    printed as soon as requests are answered.
    """
    serve(ServerOptions(**options), as_json=as_json)
