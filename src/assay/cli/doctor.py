"""`assay doctor`: what is installed, where runs go, and whether they arrive."""

import os
import platform
import re
import shutil
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import click
import msgspec

from assay.cli.output import json_option, print_json, say
from assay.client.location import Kind, Target, find_target
from assay.client.transport import open_transport
from assay.errors import AssayError
from assay.settings import TRACKING_URI
from assay.version import __version__
from assay.wire.endpoint import NoInput
from assay.wire.system import SUMMARY

_OURS = ("ASSAY_", "MLFLOW_")
_SECRET = re.compile(r"PASSWORD|TOKEN|SECRET|KEY")
_USERINFO = re.compile(r"(?<=://)[^/@\s]+@")
_LOW_BYTES = 1_000_000_000


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at; `advice` is empty when it is well."""

    subject: str
    found: str
    advice: str = ""


@click.command(short_help="Say what is installed and where runs go.")
@click.option("--mask-envs", is_flag=True, help="Hide the values of all environment variables.")
@json_option
@click.pass_context
def doctor(ctx: click.Context, mask_envs: bool, as_json: bool) -> None:
    """Say what is installed, where runs go and whether they arrive; exit with 1 if something is wrong.

    Paste the output into a report of a problem: passwords and tokens are never in it.
    """
    findings = [*_installation(), *_tracking(), *_environment(mask_all=mask_envs)]
    if as_json:
        print_json([msgspec.to_builtins(finding) for finding in findings])
    else:
        width = max(len(finding.subject) for finding in findings)
        for finding in findings:
            click.echo(f"{finding.subject:<{width}}  {finding.found}")
    wrong = [finding for finding in findings if finding.advice]
    for finding in wrong:
        say(f"! {finding.subject}: {finding.advice}")
    ctx.exit(1 if wrong else 0)


def _installation() -> Iterator[Finding]:
    yield Finding("assay", __version__)
    yield Finding("Python", f"{platform.python_version()} ({platform.python_implementation()})")
    yield Finding("system", platform.platform())
    for requirement in metadata.requires("assay") or ():
        if "extra ==" in requirement:
            continue
        name = re.split(r"[^A-Za-z0-9_.-]", requirement, maxsplit=1)[0]
        yield _package(name)


def _package(name: str) -> Finding:
    try:
        return Finding(name, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Finding(name, "not installed", f"install it with: pip install {name}")


def _tracking() -> Iterator[Finding]:
    try:
        target = find_target(TRACKING_URI.get())
    except AssayError as error:
        yield Finding("tracking", TRACKING_URI.get(), error.message)
        return
    yield Finding("tracking", f"{_USERINFO.sub('***@', target.uri)} ({target.kind.value})")
    yield _store(target)
    yield _journals(target)
    yield _room(target)


def _store(target: Target) -> Finding:
    if target.kind is Kind.OFFLINE:
        return Finding("store", "none: runs are kept in the journal until `assay sync`")
    if (
        target.kind is Kind.EMBEDDED
        and "://" not in target.address
        and not Path(target.address).exists()
    ):
        return Finding("store", "none yet: the first run makes it")
    try:
        transport = open_transport(target)
        summary = transport.call(SUMMARY, NoInput())
        transport.close()
    except AssayError as error:
        return Finding("store", "out of reach", error.message)
    return Finding(
        "store",
        f"{summary.runs} runs in {summary.experiments} experiments "
        f"({summary.dialect}, schema {summary.schema_revision})",
    )


def _journals(target: Target) -> Finding:
    waiting = sorted(target.journals.glob("*/*.jsonl")) if target.journals.is_dir() else []
    if not waiting:
        return Finding("journals", f"{target.journals}: nothing waits for delivery")
    n_bytes = sum(path.stat().st_size for path in waiting)
    return Finding("journals", f"{target.journals}: {len(waiting)} files, {n_bytes} bytes")


def _room(target: Target) -> Finding:
    folder = next(
        folder for folder in (target.journals, *target.journals.parents) if folder.exists()
    )
    free = shutil.disk_usage(folder).free
    advice = "the disk is almost full; journals need room" if free < _LOW_BYTES else ""
    if not os.access(folder, os.W_OK):
        advice = f"{folder} cannot be written; set ASSAY_JOURNAL_DIR to a folder that can"
    return Finding("disk", f"{free / 1e9:.1f} GB free at {folder}", advice)


def _environment(*, mask_all: bool) -> Iterator[Finding]:
    for name, value in sorted(os.environ.items()):
        if name.startswith(_OURS):
            hidden = mask_all or _SECRET.search(name)
            yield Finding(name, "***" if hidden else _USERINFO.sub("***@", value))
