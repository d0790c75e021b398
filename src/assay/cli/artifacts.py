"""`assay artifacts`: upload, list and download the files of runs."""

from pathlib import Path

import click

import assay
from assay.cli.connection import open_client
from assay.cli.options import run_id_option
from assay.cli.output import json_option, print_json, say, show_record, show_rows
from assay.client.named_runs import run_id_of

_COLUMNS = {"path": "Path", "file_size": "Bytes"}
_TARGET = click.option(
    "--artifact-path", "-a", help="Folder of the run's artifacts; else their top."
)


@click.group(short_help="Upload, list and download files of runs.")
def artifacts() -> None:
    """Upload, list and download files of runs."""


@artifacts.command("log-artifact")
@click.option(
    "--local-file",
    "-l",
    required=True,
    type=click.Path(exists=True, path_type=Path),
    help="File or folder to upload.",
)
@run_id_option
@_TARGET
@json_option
def log_artifact(local_file: Path, run_id: str, artifact_path: str | None, as_json: bool) -> None:
    """Upload a file, or a folder under its own name."""
    client = open_client()
    run_id = run_id_of(client.connection, run_id)
    client.log_artifact(run_id, str(local_file), artifact_path)
    _logged(str(local_file), run_id, artifact_path, as_json=as_json)


@artifacts.command("log-artifacts")
@click.option(
    "--local-dir",
    "-l",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder whose content to upload.",
)
@run_id_option
@_TARGET
@json_option
def log_artifacts(local_dir: Path, run_id: str, artifact_path: str | None, as_json: bool) -> None:
    """Upload everything in a folder."""
    client = open_client()
    run_id = run_id_of(client.connection, run_id)
    client.log_artifacts(run_id, str(local_dir), artifact_path)
    _logged(f"{local_dir}/*", run_id, artifact_path, as_json=as_json)


@artifacts.command("list")
@run_id_option
@_TARGET
@click.option("--table", "as_table", is_flag=True, help="Print a table instead of JSON.")
@click.option("--json", "_as_json", is_flag=True, help="Print JSON, as always here.")
def list_artifacts(run_id: str, artifact_path: str | None, as_table: bool, _as_json: bool) -> None:
    """List one folder of a run's artifacts as JSON."""
    client = open_client()
    run_id = run_id_of(client.connection, run_id)
    found = [item.to_dictionary() for item in client.list_artifacts(run_id, artifact_path)]
    if as_table:
        show_rows(found, columns=_COLUMNS, as_json=False)
    else:
        print_json(found)


@artifacts.command()
@click.option("--run-id", "-r", help="Id of the run, or its beginning, or its name.")
@click.option("--artifact-path", "-a", default="", help="File or folder of the run; else all.")
@click.option("--artifact-uri", "-u", help="Where it lies, instead of a run and a path.")
@click.option("--dst-path", "-d", type=click.Path(path_type=Path), help="Folder to download into.")
@json_option
def download(
    run_id: str | None,
    artifact_path: str,
    artifact_uri: str | None,
    dst_path: Path | None,
    as_json: bool,
) -> None:
    """Download a file or a folder, and print where it is now."""
    if (run_id is None) == (artifact_uri is None):
        raise click.ClickException("Give either --run-id (and --artifact-path) or --artifact-uri.")
    if run_id is not None:
        run_id = run_id_of(open_client().connection, run_id)
    local = assay.artifacts.download_artifacts(
        artifact_uri=artifact_uri,
        run_id=run_id,
        artifact_path=None if run_id is None else artifact_path,
        dst_path=None if dst_path is None else str(dst_path),
    )
    show_record({"local_path": local}, message=f"\n{local}", as_json=as_json)


def _logged(local: str, run_id: str, artifact_path: str | None, *, as_json: bool) -> None:
    if as_json:
        print_json({"run_id": run_id, "local_path": local, "artifact_path": artifact_path})
    else:
        say(f"Logged {local} to run {run_id}, folder {artifact_path or '.'}.")
