"""`assay ui`: look at runs in a browser."""

import webbrowser
from typing import Any

import click

from assay.cli.output import say
from assay.cli.serving import ServerOptions, serve_anywhere, server_options
from assay.client.location import Kind, find_target
from assay.settings import TRACKING_URI


@click.command(short_help="Open the runs of this folder in a browser.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@server_options
def ui(no_browser: bool, **options: Any) -> None:
    """Serve the nearest .assay folder, or what the options name, and open it in a browser.

    Where ASSAY_TRACKING_URI names a server, that one is opened. If the port is taken, a free one is.
    """
    chosen = ServerOptions(**options)
    target = find_target(TRACKING_URI.get())
    if target.kind is Kind.SERVER and not chosen.backend_store_uri:
        _show(target.address, no_browser=no_browser)
        return
    serve_anywhere(chosen, on_ready=lambda address: _show(address, no_browser=no_browser))


def _show(address: str, *, no_browser: bool) -> None:
    if no_browser or not webbrowser.open(address):
        say(f"Open {address}")
