"""Writes the reference pages from the code, when MkDocs builds the site.

Nothing here is kept in a file that could fall behind: settings, errors, endpoints and commands are
described where they are defined, and a test checks that each has its description.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import click
import msgspec
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

import assay
from assay import errors, settings
from assay.cli.main import assay as command_line
from assay.wire.endpoint import Endpoint
from assay.wire.table import ENDPOINTS

_SETTINGS = """# Settings

Every setting can be given by an environment variable. Where MLflow has a variable of the same
meaning, that one counts too, after ours. A value is read when it is needed, so that a notebook may
change it on the way.

| Variable | Also read from | Default | What it means |
|---|---|---|---|
"""
_ERRORS = """# Errors

Every exception of assay is an `AssayError`. Its message says what happened and what to do; over REST
it travels as `{"error_code": ..., "message": ...}` with the status below, so that clients of both
kinds understand it. Catch the class that you can do something about.

| Exception | Code | Status | When |
|---|---|---|---|
"""
_REST = """# REST API

Every address that a server answers. The tracking part is MLflow's REST API, letter for letter; what
stands under `/api/assay/` is ours. A running server describes itself at `/openapi.json`, and shows
that on a page at `/docs`.

Bodies are JSON objects in UTF-8. Fields marked * are required. Answers leave out what is unset.

"""
_COMMANDS = """# Command line

`assay NOUN VERB`, or `python -m assay` where the script is not on the path. Data goes to stdout,
messages go to stderr; the exit code is 0 for success, 1 for failure, 2 for a wrong call. Commands
that print data take `--json`. `assay --help` and `assay NOUN --help` say the same as this page.

"""
_PYTHON = """# Python

`import assay` gives everything below. It loads in a few hundredths of a second, because what is heavy
is imported when it is used.

"""


_SUBJECTS = {
    "Where runs go": ("assay.client.tracking_uri",),
    "Runs": ("assay.client.fluent", "assay.client.active"),
    "Params, metrics, tags, inputs": ("assay.client.fluent_log", "assay.client.operations"),
    "Values of any kind": ("assay.client.rich_log", "assay.client.media_values"),
    "System metrics": ("assay.client.system_metrics",),
    "Files": ("assay.client.fluent_artifacts",),
    "Data": (
        "assay.data.uses",
        "assay.data.arrays",
        "assay.data.described",
        "assay.data.files",
        "assay.data.huggingface",
        "assay.data.pandas_frames",
        "assay.data.polars_frames",
        "assay.data.sources",
    ),
    "Finding, comparing, deleting, restoring": (
        "assay.client.fluent_search",
        "assay.client.run_comparison",
    ),
    "Logged models": ("assay.client.fluent_models",),
    "Journals": ("assay.client.sync", "assay.client.verify"),
    "Everything by id": ("assay.client.tracking_client",),
}
_REST_OF_IT = "Results and errors"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages to the site."""
    for name, page in PAGES.items():
        files.append(File.generated(config, f"reference/{name}.md", content=page()))
    return files


def settings_page() -> str:
    """Return the page of all settings."""
    rows = []
    for setting in settings.ALL:
        ours, *compatible = (f"`{variable}`" for variable in setting.variables)
        default = "" if setting.default == "" else f"`{setting.default}`"
        rows.append(f"| {ours} | {' '.join(compatible)} | {default} | {_cell(setting.help)} |")
    return _SETTINGS + "\n".join(rows) + "\n"


def errors_page() -> str:
    """Return the page of all exceptions, as a tree."""
    rows = [
        f"| {'&emsp;' * depth}`{kind.__name__}` | `{kind.code}` | {kind.status} | {_cell(kind.__doc__ or '')} |"
        for depth, kind in _tree(errors.AssayError)
    ]
    return _ERRORS + "\n".join(rows) + "\n"


def rest_page() -> str:
    """Return the page of all endpoints, in the order of their table."""
    return _REST + "\n".join(_endpoint(endpoint) for endpoint in ENDPOINTS.values())


def command_line_page() -> str:
    """Return the page of all commands."""
    context = click.Context(command_line, info_name="assay")
    return _COMMANDS + "\n".join(_command(command_line, context, level=2))


def python_page() -> str:
    """Return the page of the public API, by subject; each name at the place it comes from."""
    homes: dict[str, dict[str, list[str]]] = {title: {} for title in (*_SUBJECTS, _REST_OF_IT)}
    for name, value in _public_names():
        home = f"{value.__module__}.{value.__qualname__}"
        homes[_subject(value.__module__)].setdefault(home, []).append(name)
    parts = [_PYTHON]
    for title, names_of in homes.items():
        parts.append(f"## {title}\n")
        for home, names in names_of.items():
            parts.append(f"::: {home}\n    options:\n      inherited_members: true\n")
            others = [f"`{name}`" for name in names if name != home.rpartition(".")[2]]
            if others:
                parts.append(f"Also called {' and '.join(others)}.\n")
    return "\n".join(parts)


def _public_names() -> Iterator[tuple[str, Any]]:
    for name in assay.__all__:
        value = getattr(assay, name)
        if hasattr(value, "__qualname__"):
            yield name, value
    for module in (assay.artifacts, assay.data):
        for name in sorted(getattr(module, "__all__", None) or dir(module)):
            value = getattr(module, name)
            if str(getattr(value, "__module__", "")).startswith(("assay.client.", "assay.data.")):
                yield f"{module.__name__}.{name}", value


def _subject(module: str) -> str:
    return next((title for title, homes in _SUBJECTS.items() if module in homes), _REST_OF_IT)


PAGES: dict[str, Callable[[], str]] = {
    "python": python_page,
    "command-line": command_line_page,
    "rest": rest_page,
    "settings": settings_page,
    "errors": errors_page,
}


def _tree(kind: type[errors.AssayError], depth: int = 0) -> Iterator[tuple[int, Any]]:
    yield depth, kind
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from _tree(child, depth + 1)


def _endpoint(endpoint: Endpoint[Any, Any]) -> str:
    lines = [f"## {endpoint.name}", "", endpoint.summary, ""]
    lines += [f"    {method} {endpoint.address}" for method in (endpoint.method, *endpoint.also)]
    fields = msgspec.structs.fields(endpoint.request)
    if fields:
        lines += ["", "| Field | Type |", "|---|---|"]
    for field in fields:
        star = "*" if field.required else ""
        lines.append(f"| `{field.encode_name}`{star} | {_cell(_type(field.type))} |")
    lines += ["", f"Answers `{_type(endpoint.response)}`. {_permission(endpoint)}", ""]
    return "\n".join(lines)


def _permission(endpoint: Endpoint[Any, Any]) -> str:
    level = endpoint.permission.level.name.lower()
    if level == "public":
        return "Open to everyone."
    return f"Needs the permission to {level} the {endpoint.permission.resource.replace('_', ' ')}."


def _type(kind: Any) -> str:
    """Return a type as a reader wants it: no module names."""
    if isinstance(kind, type) and not hasattr(kind, "__args__"):
        return kind.__name__
    return re.sub(r"(?:[A-Za-z_]\w*\.)+(?=[A-Za-z_])", "", str(kind))


def _command(command: click.Command, context: click.Context, *, level: int) -> Iterator[str]:
    yield f"{'#' * level} {context.command_path}\n"
    yield _help(command.help or "") + "\n"
    if not isinstance(command, click.Group):
        yield f"    {' '.join([context.command_path, *command.collect_usage_pieces(context)])}\n"
    yield from _options(command, context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
                inner = click.Context(child, info_name=name, parent=context)
                yield from _command(child, inner, level=min(level + 1, 4))


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    records = [
        record
        for parameter in command.get_params(context)
        if (record := parameter.get_help_record(context)) is not None
    ]
    if records:
        yield "| Option | |\n|---|---|"
        yield from (f"| `{_cell(name)}` | {_cell(text)} |" for name, text in records)
        yield ""


def _help(text: str) -> str:
    """Return a command's help; what it keeps as it is (after a backspace) becomes code."""
    paragraphs = text.split("\n\n")
    return "\n\n".join(
        "```\n" + paragraph.removeprefix("\b\n") + "\n```"
        if paragraph.startswith("\b")
        else paragraph
        for paragraph in paragraphs
    )


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
