"""Figures of matplotlib and plotly as files; neither is imported here, its object is just asked."""

import io
from typing import Any, Final

from assay.artifacts.paths import base_name
from assay.client.artifacts import log_bytes
from assay.client.connection import Connection
from assay.errors import InvalidParameter

_PLOTLY_IMAGES: Final = frozenset({"png", "jpeg", "jpg", "webp", "svg", "pdf"})


def log_figure(
    connection: Connection,
    run_id: str,
    figure: Any,
    artifact_file: str,
    *,
    save_kwargs: dict[str, Any] | None = None,
) -> None:
    """Store a figure of matplotlib or plotly, in the form that the file's extension names.

    Raises:
        TypeError: It is neither, or plotly cannot write that form.
    """
    extension = base_name(artifact_file).rpartition(".")[2].lower()
    content = encode_figure(figure, extension, save_kwargs or {})
    log_bytes(connection, run_id, content, artifact_file)


def encode_figure(figure: Any, extension: str, options: dict[str, Any]) -> bytes:
    """Return a figure of matplotlib or plotly in the form that `extension` names."""
    libraries = {kind.__module__.partition(".")[0] for kind in type(figure).__mro__}
    if "matplotlib" in libraries:
        return _encode_matplotlib(figure, extension, options)
    if "plotly" in libraries:
        return _encode_plotly(figure, extension, options)
    raise TypeError(f"Unsupported figure object type: {type(figure)!r}.")


def _encode_matplotlib(figure: Any, extension: str, options: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    try:
        figure.savefig(buffer, **{"format": extension, **options})
    except ValueError as error:
        raise InvalidParameter(f"matplotlib cannot write {extension!r} files: {error}.") from error
    return buffer.getvalue()


def _encode_plotly(figure: Any, extension: str, options: dict[str, Any]) -> bytes:
    if extension == "html":
        text = figure.to_html(**{"include_plotlyjs": "cdn", **options})
        return str(text).encode()
    if extension in _PLOTLY_IMAGES:
        return bytes(figure.to_image(**{"format": extension, **options}))
    raise TypeError(
        f"Unsupported file extension for plotly figure: '.{extension}'. Use .html, "
        f"{', '.join(f'.{each}' for each in sorted(_PLOTLY_IMAGES))}."
    )
