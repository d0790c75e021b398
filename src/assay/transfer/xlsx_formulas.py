"""Formulas without a value in a sheet of a workbook: they would be read as empty cells."""

import re
import zipfile
from pathlib import Path
from typing import Final

from assay.errors import InvalidParameter

_CHUNK_BYTES: Final = 1024 * 1024
_OVERLAP: Final = 64 * 1024
_NO_VALUE: Final = re.compile(
    rb'<c\b[^>]*\br="([A-Z]+\d+)"[^>]*>\s*(?:<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)\s*'
    rb"(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)


def check_formulas(path: Path, sheet_path: str) -> None:
    """Raise InvalidParameter when a cell holds a formula, and the file does not say what it gives.

    Args:
        path: The workbook.
        sheet_path: The sheet's place in it, such as `xl/worksheets/sheet1.xml`.
    """
    with zipfile.ZipFile(path) as archive, archive.open(sheet_path.lstrip("/")) as content:
        rest = b""
        while chunk := content.read(_CHUNK_BYTES):
            text = rest + chunk
            if b"<f" in text and (found := _NO_VALUE.search(text)) is not None:
                raise InvalidParameter(
                    f"Cell {found[1].decode()} of {str(path)!r} holds a formula, and the file does not have "
                    "its value. Open and save it with a spreadsheet program, or save it as CSV."
                )
            rest = text[-_OVERLAP:]
