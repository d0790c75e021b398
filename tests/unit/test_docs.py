"""The documentation is complete: settings, endpoints, errors and commands are described, links lead on.

That its examples run is tested in `tests/documentation`.
"""

import importlib.util
import re
import shlex
from pathlib import Path

import click
import pytest

import assay as public
from assay import errors, settings
from assay.cli.main import assay as command_line
from assay.wire.table import ENDPOINTS

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def load_generator():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generate = load_generator()


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def blocks(path: Path, *languages: str) -> list[str]:
    return [code for language, code in FENCE.findall(path.read_text()) if language in languages]


def commands(path: Path) -> list[str]:
    """The lines of shell examples that call assay, continued lines joined."""
    lines = []
    for block in blocks(path, "console", "bash"):
        for line in block.replace("\\\n", " ").splitlines():
            _, found, rest = line.removeprefix("$ ").partition("assay ")
            if found and not line.startswith("#") and "pip install" not in line:
                lines.append(rest)
    return lines


def all_commands(group=command_line, parent=None, name="assay"):
    context = click.Context(group, info_name=name, parent=parent)
    yield group, context
    if isinstance(group, click.Group):
        for child in group.list_commands(context):
            yield from all_commands(group.get_command(context, child), context, child)


COMMANDS = [(path, line) for path in PAGES for line in commands(path)]


@pytest.mark.parametrize(("path", "line"), COMMANDS, ids=[line[:60] for _, line in COMMANDS])
def test_a_command_in_the_documentation_is_one_that_exists(path, line):
    # After a `--` come the words of another program.
    words = shlex.split(line.split(" | ")[0].split(" -- ")[0], comments=True)
    command, context = command_line, click.Context(command_line, info_name="assay")
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        name = words.pop(0)
        command = command.get_command(context, name)
        assert command is not None, f"{short(path)}: there is no command {name!r} in {line!r}"
        context = click.Context(command, info_name=name, parent=context)
    known = {option for parameter in command.get_params(context) for option in parameter.opts}
    unknown = [word for word in words if word.startswith("--") and word not in known]
    assert not unknown, f"{short(path)}: {line!r}"


@pytest.mark.parametrize("path", PAGES, ids=short)
def test_links_between_pages_lead_somewhere(path):
    generated = {ROOT / "docs" / "reference" / f"{name}.md" for name in generate.PAGES}
    targets = {(path.parent / link).resolve() for link in LINK.findall(path.read_text())}
    assert [str(target) for target in targets - generated if not target.exists()] == []


@pytest.mark.parametrize("setting", settings.ALL, ids=lambda setting: setting.name)
def test_each_setting_is_documented(setting):
    assert setting.help.endswith(".")
    assert all(f"`{variable}`" in generate.settings_page() for variable in setting.variables)


@pytest.mark.parametrize("name", ENDPOINTS)
def test_each_endpoint_is_documented(name):
    page = generate.rest_page()
    assert f"## {name}\n\n{ENDPOINTS[name].summary}" in page
    assert ENDPOINTS[name].summary.endswith(".")


def test_each_error_is_documented():
    page = generate.errors_page()
    for value in vars(errors).values():
        if isinstance(value, type) and issubclass(value, errors.AssayError):
            assert value.__doc__
            assert f"`{value.__name__}`" in page


def test_each_command_and_option_is_documented():
    page = generate.command_line_page()
    for command, context in all_commands():
        assert f" {context.command_path}\n" in page
        assert command.help, context.command_path
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{context.command_path} {parameter.opts}"


def test_the_list_of_commands_says_what_the_commands_say_of_themselves():
    context = click.Context(command_line)
    for name, row in command_line.lazy.items():
        assert command_line.get_command(context, name).short_help == row.summary


def test_each_public_name_is_documented():
    page = generate.python_page()
    for name in public.__all__:
        value = getattr(public, name)
        if hasattr(value, "__qualname__"):
            assert f"::: {value.__module__}.{value.__qualname__}\n" in page
            assert value.__doc__
