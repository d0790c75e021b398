"""Turning rich values into files: figures, sounds, films, histograms, tables, arrays, texts.

Foreign objects are known by the library that their class comes from, which is never imported here.
Images are in `images.py`.
"""

import importlib
import io
import json
import math
import wave
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from assay.client.figures import encode_figure
from assay.client.media_values import Audio, Histogram, Table, Text, Video, is_file
from assay.errors import InvalidParameter

_KIND_OF_ENDING: Final = {
    **dict.fromkeys(("wav", "mp3", "ogg", "flac", "m4a"), "audio"),
    **dict.fromkeys(("mp4", "webm", "mov", "avi", "mkv"), "video"),
    **dict.fromkeys(("png", "jpg", "jpeg", "webp", "gif", "bmp"), "image"),
    **dict.fromkeys(("txt", "md", "html", "json", "log"), "text"),
}
_SPECS: Final = {"altair": "vega-lite", "bokeh": "bokeh"}


class Encoded(msgspec.Struct, frozen=True):
    """The file that a value becomes."""

    kind: str
    ending: str
    content: bytes
    details: Mapping[str, Any] = {}


def encode_audio(audio: Audio) -> Encoded:
    """Return sound as it is in its file, or samples as 16-bit WAV."""
    noted: dict[str, Any] = {"caption": audio.caption} if audio.caption else {}
    given = _file_or_bytes(audio.samples, audio.format)
    if given is not None:
        return Encoded("audio", *given, noted)
    if not audio.sample_rate:
        raise InvalidParameter("Samples of sound need a sample_rate.")
    samples = np.asarray(audio.samples)
    channels = samples.reshape(1, -1) if samples.ndim == 1 else samples
    if channels.ndim != 2 or len(channels) > 64:
        raise InvalidParameter(f"Sound has one row a channel. Got shape {samples.shape}.")
    if channels.dtype.kind == "f":
        channels = (np.nan_to_num(channels).clip(-1, 1) * 32767).round()
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(int(audio.sample_rate))
        file.writeframes(channels.T.astype("<i2").tobytes())
    seconds = channels.shape[1] / audio.sample_rate
    noted |= {"sample_rate": audio.sample_rate, "seconds": round(seconds, 6)}
    return Encoded("audio", "wav", buffer.getvalue(), noted)


def encode_video(video: Video) -> Encoded:
    """Return a film as it is in its file, or frames as an animated WebP."""
    noted: dict[str, Any] = {"caption": video.caption} if video.caption else {}
    given = _file_or_bytes(video.frames, video.format)
    if given is not None:
        return Encoded("video", *given, noted)
    images = importlib.import_module("assay.client.images")
    frames = [images.as_pillow(frame) for frame in _numbers(video.frames)]
    if not frames:
        raise InvalidParameter("A video needs at least one frame.")
    buffer = io.BytesIO()
    duration_ms = round(1000 / video.fps)
    first, rest = frames[0], frames[1:]
    first.save(buffer, "WEBP", save_all=True, append_images=rest, duration=duration_ms, loop=0)
    noted |= {"fps": video.fps, "frames": len(frames)}
    return Encoded("video", "webp", buffer.getvalue(), noted)


def encode_histogram(histogram: Histogram) -> Encoded:
    """Return counts between edges, with what is said of the values as a whole."""
    if histogram.counts is not None:
        edges, counts = np.asarray(histogram.bins, float), np.asarray(histogram.counts, float)
        if edges.shape != (len(counts) + 1,):
            raise InvalidParameter("A histogram has one edge more than it has counts.")
        body: dict[str, Any] = {"edges": edges.tolist(), "counts": counts.tolist()}
    else:
        body = _distribution(_numbers(histogram.values).reshape(-1), histogram.bins)
    return Encoded("histogram", "json", msgspec.json.encode(body))


def encode_table(table: Table) -> Encoded:
    """Return a table as `{"columns": [...], "data": [[...], ...]}`, as tables of runs are."""
    data = table.data
    if hasattr(data, "to_dict") and hasattr(data, "columns"):
        names = [str(name) for name in data.columns]
        columns = [list(data[name]) for name in data.columns]
    elif isinstance(data, Mapping):
        names, columns = [str(name) for name in data], [list(column) for column in data.values()]
    elif table.columns is not None:
        rows = [list(row) for row in data]
        names = list(table.columns)
        columns = [[row[place] for row in rows] for place in range(len(names))]
    else:
        raise InvalidParameter("A table is columns by name, a DataFrame, or rows with `columns`.")
    if len({len(column) for column in columns}) > 1:
        raise InvalidParameter("The columns of a table differ in length.")
    rows = [list(row) for row in zip(*columns, strict=True)]
    content = msgspec.json.encode({"columns": names, "data": rows}, enc_hook=_json_value)
    return Encoded("table", "json", content, {"rows": len(rows), "columns": len(names)})


def encode_text(text: Text) -> Encoded:
    """Return text in UTF-8."""
    return Encoded("text", text.format.lstrip(".").lower(), text.text.encode())


def encode_array(array: Any) -> Encoded:
    """Return numbers in NumPy's format, which nothing needs pickle to read."""
    numbers = _numbers(array)
    buffer = io.BytesIO()
    np.save(buffer, numbers, allow_pickle=False)
    noted = {"shape": list(numbers.shape), "dtype": str(numbers.dtype)}
    return Encoded("array", "npy", buffer.getvalue(), noted)


def encode_path(path: Path) -> Encoded:
    """Return a file as it is."""
    ending = path.suffix.lstrip(".").lower() or "bin"
    return Encoded(_KIND_OF_ENDING.get(ending, "file"), ending, path.read_bytes())


def encode_foreign_figure(figure: Any, library: str) -> Encoded:
    """Return a figure of matplotlib (PNG), plotly (HTML), altair or bokeh (their JSON)."""
    if library == "matplotlib":
        drawn = figure if hasattr(figure, "savefig") else figure.figure
        return Encoded("figure", "png", encode_figure(drawn, "png", {}))
    if library == "plotly":
        return Encoded("figure", "html", encode_figure(figure, "html", {}))
    if library == "altair":
        text = figure.to_json()
    else:
        embed: Any = importlib.import_module("bokeh.embed")
        text = json.dumps(embed.json_item(figure))
    return Encoded("figure", "json", text.encode(), {"format": _SPECS[library]})


ENCODERS: Final[dict[type, Callable[[Any], Encoded]]] = {
    Audio: encode_audio,
    Video: encode_video,
    Histogram: encode_histogram,
    Table: encode_table,
    Text: encode_text,
}


def encode(value: Any) -> Encoded:
    """Return the file that a value becomes, by what it is.

    Raises:
        InvalidParameter: It cannot be one.
    """
    encoder = ENCODERS.get(type(value))
    if encoder is not None:
        return encoder(value)
    if isinstance(value, Path):
        return encode_path(value)
    libraries = {kind.__module__.partition(".")[0] for kind in type(value).__mro__}
    for library in ("matplotlib", "plotly", "altair", "bokeh"):
        if library in libraries:
            return encode_foreign_figure(value, library)
    return encode_array(value)


def _numbers(values: Any) -> NDArray[Any]:
    """Return values of any library as an array of numbers."""
    detached = values.detach().cpu() if hasattr(values, "detach") else values
    array = np.asarray(detached)
    if array.dtype.kind not in "buifc":
        raise InvalidParameter(f"Numbers are needed, not {type(values).__name__} of {array.dtype}.")
    return array


def _distribution(values: NDArray[Any], bins: Any) -> dict[str, Any]:
    if values.dtype.kind == "c":
        raise InvalidParameter("Complex numbers have no histogram.")
    numbers = values.astype(np.float64)
    finite = numbers[np.isfinite(numbers)]
    body: dict[str, Any] = {
        "n": int(numbers.size),
        "nan": int(np.isnan(numbers).sum()),
        "positive_infinity": int(np.isposinf(numbers).sum()),
        "negative_infinity": int(np.isneginf(numbers).sum()),
    }
    if finite.size == 0 or not math.isfinite(float(finite.max()) - float(finite.min())):
        return {**body, "edges": [], "counts": []}
    counts, edges = np.histogram(finite, bins=bins)
    facts = {"min": finite.min(), "max": finite.max(), "mean": finite.mean(), "std": finite.std()}
    body |= {name: float(value) for name, value in facts.items()}
    return {**body, "edges": edges.tolist(), "counts": counts.tolist()}


def _file_or_bytes(given: Any, form: str) -> tuple[str, bytes] | None:
    """Return the ending and content of what is a file or bytes already."""
    if isinstance(given, bytes | bytearray):
        return form.lstrip(".").lower(), bytes(given)
    if is_file(given):
        path = Path(given)
        return path.suffix.lstrip(".").lower() or form, path.read_bytes()
    return None


def _json_value(value: Any) -> Any:
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "shape", None) == ():
        return item()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
