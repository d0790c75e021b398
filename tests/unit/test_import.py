import ast
import inspect
import json
import subprocess
import sys

import pytest

import assay

# typing_extensions is msgspec's, which uses it where it is installed.
ALLOWED = {"assay", "msgspec", "typing_extensions"}
# What `import assay` must never cost, and what using it without a server or table must not.
HEAVY = {
    "numpy",
    "pandas",
    "sqlalchemy",
    "urllib3",
    "asyncio",
    "starlette",
    "uvicorn",
    "lark",
    "click",
    "rich",
    "obstore",
    "pcodec",
}


def modules_loaded_by(code: str) -> set[str]:
    script = (
        "import sys, json\n"
        "before = set(sys.modules)\n"
        f"{code}\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in set(sys.modules) - before})))"
    )
    answer = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{script}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(answer.stdout.splitlines()[-1]))


def third_party(modules: set[str]) -> set[str]:
    return {name for name in modules if name not in sys.stdlib_module_names}


def test_import_loads_the_standard_library_and_msgspec_only():
    assert third_party(modules_loaded_by("import assay")) <= ALLOWED


def test_every_public_name_can_be_loaded_without_heavy_libraries():
    code = "import assay\nfor name in assay.__all__: getattr(assay, name)"
    assert third_party(modules_loaded_by(code)) <= ALLOWED


def test_logging_offline_loads_no_heavy_library(tmp_path):
    code = (
        "import assay\n"
        f"assay.set_tracking_uri('offline:{tmp_path}')\n"
        "with assay.start_run():\n"
        "    assay.log_metric('m', 1.0)\n"
        "    assay.log_param('p', 1)\n"
    )
    loaded = modules_loaded_by(code)
    assert not loaded & HEAVY
    assert third_party(loaded) <= ALLOWED


def test_public_names_are_sorted_and_exist():
    assert assay.__all__ == sorted(assay.__all__)
    assert all(hasattr(assay, name) for name in assay.__all__)
    assert set(assay.__all__) <= set(dir(assay))


def test_the_table_and_the_imports_for_type_checkers_agree():
    tree = ast.parse(inspect.getsource(assay))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    declared = {
        alias.asname or alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert declared == assay._HOME_OF
    assert sorted(declared) == assay.__all__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = assay.nothing


def test_modules_that_compatible_code_uses_are_reachable():
    assert issubclass(assay.errors.RunNotFound, assay.exceptions.MlflowException)
    assert assay.entities.Metric
    assert assay.tracking.MlflowClient is assay.MlflowClient


def test_the_client_class_is_where_mlflow_has_it():
    from assay.client import MlflowClient

    assert MlflowClient is assay.MlflowClient is assay.tracking.MlflowClient


def test_the_client_package_has_no_other_names():
    with pytest.raises(ImportError, match="Nothing"):
        from assay.client import Nothing  # noqa: F401
