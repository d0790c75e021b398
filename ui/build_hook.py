"""Builds the web UI when a wheel is built; an editable install builds it later, by `make ui`."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebUiHook(BuildHookInterface[Any]):
    """Runs `ui/build.py`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the UI into the package before its files are collected."""
        if version == "editable":
            return
        script = runpy.run_path(str(Path(self.root) / "ui" / "build.py"))
        try:
            script["build"]()
        except script["CannotBuild"] as error:
            self.app.display_warning(f"{error} The package is built without the web UI.")
