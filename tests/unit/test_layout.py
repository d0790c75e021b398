"""The tree keeps its shape: sizes, names, docstrings, folders, and no address of a registry."""

import ast
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "assay"
MODULES = sorted(SOURCE.rglob("*.py"))
CODE = sorted(
    path
    for folder in ("src", "tests", "benchmarks", "examples", "docs")
    for path in (ROOT / folder).rglob("*.py")
)
NOT_OURS = {".git", "node_modules", "__pycache__", "site", "dist", "build", "results"}
TEXT_ENDINGS = {
    ".py",
    ".md",
    ".toml",
    ".yml",
    ".yaml",
    ".cfg",
    ".txt",
    ".lark",
    ".mako",
    ".css",
    "",
}
FORBIDDEN_NAMES = {
    "utils",
    "util",
    "helpers",
    "common",
    "misc",
    "base",
    "core",
    "manager",
    "handlers",
}
# Kept in pieces, so that this file does not hold what it forbids.
REGISTRIES = (".".join(("pypi", "org")), "python" + "hosted", ".".join(("registry", "npmjs")))
MAX_LINES = 600
ABOUT_THE_WHOLE = {"docs", "import", "layout", "layers", "settings", "errors", "version", "exports"}


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def is_migration(path: Path) -> bool:
    return "migrations" in path.parts


def own_files() -> list[Path]:
    found = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [
            name
            for name in folders
            if name not in NOT_OURS and not name.startswith((".", "_cache"))
        ]
        found += [Path(folder) / name for name in files]
    return [
        path for path in found if path.suffix in TEXT_ENDINGS and path.stat().st_size < 1_000_000
    ]


@pytest.mark.parametrize("path", CODE, ids=short)
def test_no_file_is_too_long(path):
    n_lines = len(path.read_text().splitlines())
    assert n_lines <= MAX_LINES or is_migration(path), f"{n_lines} lines: split it by concept"


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_each_module_says_what_it_is_for(path):
    docstring = ast.get_docstring(ast.parse(path.read_text()))
    assert docstring, "a module starts with a docstring"


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_no_module_has_a_name_that_says_nothing(path):
    names = {path.stem, *path.relative_to(SOURCE).parts[:-1]}
    assert not names & FORBIDDEN_NAMES


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_each_folder_of_modules_is_a_package(path):
    if is_migration(path):
        pytest.skip("Alembic loads migrations by path")
    assert (path.parent / "__init__.py").exists()


def test_unit_tests_lie_in_the_same_folders_as_what_they_test():
    for path in (ROOT / "tests" / "unit").rglob("test_*.py"):
        folder = path.parent.relative_to(ROOT / "tests" / "unit")
        assert (SOURCE / folder).is_dir(), f"src/assay has no folder {folder} for {short(path)}"


def test_unit_tests_are_named_after_what_they_test():
    strays = []
    for path in (ROOT / "tests" / "unit").rglob("test_*.py"):
        folder = SOURCE / path.parent.relative_to(ROOT / "tests" / "unit")
        names = {module.stem for module in folder.iterdir() if not module.stem.startswith("__")}
        topic = path.stem.removeprefix("test_")
        if folder == SOURCE:
            names |= ABOUT_THE_WHOLE
        if not any(f"_{name}_" in f"_{topic}_" for name in names):
            strays.append(short(path))
    assert not strays


def test_no_file_names_a_package_registry():
    naming = [
        f"{short(path)}: {address}"
        for path in own_files()
        for address in REGISTRIES
        if address in path.read_text(errors="replace")
    ]
    assert not naming, "leave the registry to whoever installs: pip and uv know it"


def test_the_ci_script_can_be_run():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
