"""`assay.log`: values of any kind in one call, sorted out by what they are.

| value                                                          | becomes                         |
|----------------------------------------------------------------|---------------------------------|
| number, boolean, array or tensor of one element                | a value of the metric           |
| one-dimensional numbers, without a step or with a step each    | a whole curve of the metric     |
| other arrays, and one-dimensional ones at one step             | an array at the step            |
| array of 8-bit height x width x 3 or 4; Pillow image; `Image`  | an image at the step            |
| figure of matplotlib, plotly, altair, bokeh                    | a figure at the step            |
| DataFrame, `Table`                                             | a table at the step             |
| text, `Text`                                                   | a text at the step              |
| `Audio`, `Video`, `Histogram`                                  | that, at the step               |
| `pathlib.Path`                                                 | the file at the step            |
| mapping; list of anything but numbers                          | its items, by `key/name`, `key/0` |
"""

import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from assay.client import active, media_files
from assay.client.checks import check_metric_key, metric_step, metric_timestamp, metric_value
from assay.client.connection import Connection
from assay.client.fluent_log import log_metrics_to, place_of
from assay.client.media_values import Audio, Histogram, Image, Table, Text, Video
from assay.client.open_run import OpenRun
from assay.entities.metrics import Metric
from assay.entities.typed_values import MAX_DEPTH
from assay.errors import InvalidParameter

SEPARATOR: Final = "/"
_ENCODING: Final = "assay.client.media_encoding"
_LOG_IMAGE: Final = "assay.client.images:log_image"
_FIGURES: Final = frozenset({"matplotlib", "plotly", "altair", "bokeh"})
_FRAMES: Final = frozenset({"pandas", "polars"})
_OURS: Final = (Audio, Histogram, Table, Text, Video)

Write = Callable[[Connection, OpenRun], None]


class _At:
    """The step, or the steps, and the time that values belong to."""

    def __init__(self, step: Any, timestamp: int | None) -> None:
        self.steps: Sequence[int] | None = None
        if step is not None and not isinstance(step, int) and getattr(step, "ndim", 1) > 0:
            self.steps = [metric_step(each) for each in step]
        self.is_given = step is not None
        self.step = metric_step(None if self.steps is not None else step)
        self.timestamp_ms = metric_timestamp(timestamp)


def log(
    values: Mapping[str, Any],
    step: int | Sequence[int] | None = None,
    timestamp: int | None = None,
    run_id: str | None = None,
) -> None:
    """Log values of any kind at a step: numbers, curves, images, figures, sound, tables, histograms.

    Args:
        values: What to log by key; mappings in it become keys joined by `/`.
        step: Where they belong, 0 when None. For whole curves, a step for each of their values.
        timestamp: When they were, in milliseconds since the epoch; now when None.
        run_id: The run; the active one when None.

    Raises:
        InvalidParameter: A key or a value cannot be logged; then nothing is.
    """
    at = _At(step, timestamp)
    numbers: dict[str, float] = {}
    writes: list[Write] = []
    for key, value in _leaves(values):
        if _is_number(value):
            numbers[check_metric_key(key)] = metric_value(_scalar(value), key)
        else:
            writes.append(_prepared(check_metric_key(key), value, at))
    if numbers and at.steps is not None:
        raise InvalidParameter(f"{next(iter(numbers))!r} is one value, but there are many steps.")
    connection, run = place_of(run_id)
    if numbers:
        log_metrics_to(
            run, numbers, step=at.step, timestamp=at.timestamp_ms, model_id=None, dataset=None
        )
    for write in writes:
        write(connection, run)


def _leaves(
    values: Mapping[str, Any], prefix: str = "", depth: int = 0
) -> Iterator[tuple[str, Any]]:
    if depth > MAX_DEPTH:
        raise InvalidParameter(f"{prefix!r} is nested too deeply to be logged.")
    for name, value in values.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{key}{SEPARATOR}", depth + 1)
        elif isinstance(value, list | tuple) and not all(map(_is_number, value)):
            items = {str(place): item for place, item in enumerate(value)}
            yield from _leaves(items, f"{key}{SEPARATOR}", depth + 1)
        else:
            yield key, value


def _is_number(value: Any) -> bool:
    if isinstance(value, bool | int | float):
        return True
    shape = _shape(value)
    if shape is None:
        return hasattr(value, "__float__") and not isinstance(value, str)
    return all(length == 1 for length in shape) and _library(value) not in _FRAMES


def _scalar(value: Any) -> Any:
    item = getattr(value, "item", None)
    return item() if callable(item) else value


def _shape(value: Any) -> tuple[int, ...] | None:
    shape = getattr(value, "shape", None)
    return tuple(shape) if isinstance(shape, Sequence) else None


def _library(value: Any) -> str:
    """Return the first library that a value's classes come from and that we know."""
    for kind in type(value).__mro__:
        name = kind.__module__.partition(".")[0]
        if name not in {"builtins", "assay"}:
            return name
    return ""


def _prepared(key: str, value: Any, at: _At) -> Write:
    """Return what writes `value`; whatever is wrong with it shows now."""
    library = _library(value)
    if isinstance(value, Image) or library == "PIL" or _looks_like_an_image(value):
        return _image(key, value, at)
    if isinstance(value, str):
        return _media(key, Text(value), at)
    if isinstance(value, (Path, *_OURS)) or library in _FIGURES:
        return _media(key, value, at)
    if library in _FRAMES and hasattr(value, "columns"):
        return _media(key, Table(value), at)
    shape = _shape(value)
    is_flat = isinstance(value, list | tuple) or (shape is not None and len(shape) == 1)
    if is_flat and (at.steps is not None or not at.is_given):
        return _curve(key, value, at)
    if is_flat or shape is not None:
        return _media(key, value, at)
    raise InvalidParameter(f"{key!r} cannot be logged: it is a {type(value).__name__}.")


def _looks_like_an_image(value: Any) -> bool:
    shape = _shape(value)
    is_coloured = shape is not None and len(shape) == 3 and shape[2] in {3, 4}
    return is_coloured and str(getattr(value, "dtype", "")).endswith("uint8")


def _curve(key: str, value: Any, at: _At) -> Write:
    plain = value.tolist() if hasattr(value, "tolist") else list(value)
    values = [metric_value(each, key) for each in plain]
    steps = range(len(values)) if at.steps is None else at.steps
    if len(steps) != len(values):
        raise InvalidParameter(
            f"{key!r} has {len(values)} values, but there are {len(steps)} steps."
        )

    def write(_connection: Connection, run: OpenRun) -> None:
        model_id = active.thread.model_id
        for number, step in zip(values, steps, strict=True):
            if model_id is None:
                run.journal.append_metric(key, number, step, at.timestamp_ms)
            else:
                run.log_metric(Metric(key, number, at.timestamp_ms, step, model_id))

    return write


def _image(key: str, value: Any, at: _At) -> Write:
    log_image: Any = pkgutil.resolve_name(_LOG_IMAGE)
    pillow: Any = pkgutil.resolve_name("assay.client.images:as_pillow")
    caption = getattr(value, "caption", None)
    picture = pillow(value)

    def write(connection: Connection, run: OpenRun) -> None:
        place = {"key": key, "step": at.step, "timestamp": at.timestamp_ms}
        log_image(connection, run.run_id, picture, **place, caption=caption)

    return write


def _media(key: str, value: Any, at: _At) -> Write:
    if at.steps is not None:
        raise InvalidParameter(f"{key!r} is one value, but there are many steps.")
    encode: Any = pkgutil.resolve_name(f"{_ENCODING}:encode")
    encoded = encode(value)

    def write(connection: Connection, run: OpenRun) -> None:
        media_files.store(
            connection,
            run.run_id,
            key,
            encoded.content,
            kind=encoded.kind,
            ending=encoded.ending,
            step=at.step,
            timestamp_ms=at.timestamp_ms,
            details=encoded.details,
        )

    return write
