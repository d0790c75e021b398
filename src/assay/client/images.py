"""Images as files: Pillow's, and NumPy arrays. Loaded only when somebody logs or loads one.

An image that is logged under a key becomes two files, the image itself and a small version for
overviews: `images/<key>+step+<step>+timestamp+<ms>+<uuid>.png` and `...+compressed.webp`. A `/` in
the key is written `~`, as newer clients do: servers refuse `#`.
"""

import io
import json
import re
import time
import uuid
import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np

from assay.artifacts.paths import base_name
from assay.client.artifacts import log_bytes
from assay.client.connection import Connection
from assay.client.media_values import Image as HeldImage
from assay.client.run_files import put_later
from assay.client.runs import open_run
from assay.entities.media import MediaFile, media_stem
from assay.errors import InvalidParameter

try:
    import PIL.Image
    from PIL.Image import Image as PillowImage
except ImportError as missing:
    raise InvalidParameter("Images need Pillow. Install it with: pip install pillow") from missing

IMAGES_TAG: Final = "mlflow.loggedImages"
THUMBNAIL_PIXELS: Final = 256

_KEY = re.compile(r"[a-zA-Z0-9_\-./ ]+")
_CHANNELS: Final = {1: "L", 3: "RGB", 4: "RGBA"}


class Image:
    """An image to be logged, alone or in the cell of a table.

    Args:
        image: A Pillow image, an array as `log_image` takes it, nested lists, or a file's path.
    """

    def __init__(self, image: Any) -> None:
        self.image = PIL.Image.open(image) if isinstance(image, str) else as_pillow(image)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.image.size

    def to_pil(self) -> PillowImage:
        """Return the image as Pillow's."""
        return self.image

    def to_array(self) -> Any:
        """Return the image as a NumPy array."""
        return np.array(self.image)

    def to_list(self) -> Any:
        """Return the pixels as nested lists."""
        return self.to_array().tolist()

    def save(self, path: str) -> None:
        """Write the image to a file, in the form that its extension names."""
        self.image.save(path)


def log_image(  # noqa: PLR0913 the compatible signature and a caption
    connection: Connection,
    run_id: str,
    image: Any,
    artifact_file: str | None = None,
    key: str | None = None,
    step: int | None = None,
    timestamp: int | None = None,
    synchronous: bool | None = None,
    *,
    caption: str | None = None,
) -> None:
    """Store an image as a file, or under a key that may have one image for each step.

    An image under a key is on its way when this returns; with `synchronous` it has arrived.

    Raises:
        InvalidParameter: It is no image, or not exactly one of `artifact_file` and `key` is given.
    """
    if (artifact_file is None) == (key is None):
        raise InvalidParameter("Give log_image exactly one of `artifact_file` and `key`.")
    picture = as_pillow(image)
    if artifact_file is not None:
        extension = base_name(artifact_file).rpartition(".")[2]
        log_bytes(connection, run_id, encode_image(picture, extension), artifact_file)
        return
    at_ms = time.time_ns() // 1_000_000 if timestamp is None else int(timestamp)
    stem = image_stem(str(key), step=int(step or 0), timestamp_ms=at_ms)
    content = encode_image(picture, "png")
    small = encode_image(thumbnail(picture), "webp")
    # A training loop logs these at its steps, so it must not wait for a server.
    if not put_later(connection, run_id, f"{stem}.png", [content]):
        return
    put_later(connection, run_id, f"{stem}+compressed.webp", [small])
    run = open_run(connection, run_id)
    run.set_tag(IMAGES_TAG, "True")
    run.log_media(
        MediaFile(
            key=str(key),
            step=int(step or 0),
            timestamp=at_ms,
            kind="image",
            path=f"{stem}.png",
            size_bytes=len(content),
            details=json.dumps(_details(picture, caption)),
        )
    )
    if synchronous:
        connection.flush()


def _details(picture: PillowImage, caption: str | None) -> dict[str, Any]:
    size = {"width": picture.width, "height": picture.height}
    return {**size, "caption": caption} if caption else size


def image_stem(key: str, *, step: int, timestamp_ms: int) -> str:
    """Return the path, without extension, of an image that is logged under `key`."""
    if not _KEY.fullmatch(key):
        raise InvalidParameter(
            f"Invalid image key {key!r}: it may have letters, digits, _ - . / and spaces."
        )
    name = media_stem(key, step=step, timestamp_ms=timestamp_ms, identity=str(uuid.uuid4()))
    return f"images/{name}"


def as_pillow(image: Any) -> PillowImage:
    """Return an image of any kind that we know as Pillow's.

    Arrays are height x width, or height x width x 1, 3 or 4 channels; integers from 0 to 255,
    booleans, or floats from 0 to 1. Values outside are clipped, with a warning.
    """
    if isinstance(image, Image):
        return image.image
    if isinstance(image, PillowImage):
        return image
    if isinstance(image, HeldImage):
        return open_image(image.image)
    array = np.asarray(image)
    if array.dtype.kind not in "buif" or array.ndim not in {2, 3}:
        raise InvalidParameter(
            f"{type(image).__name__} is no image: give a Pillow image, or an array of shape "
            f"(height, width[, channels]). Got shape {array.shape}, type {array.dtype}."
        )
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    mode = _CHANNELS.get(array.shape[2] if array.ndim == 3 else 1)
    if mode is None:
        raise InvalidParameter(f"Images have 1, 3 or 4 channels, not {array.shape[2]}.")
    return PIL.Image.fromarray(_as_bytes(array)).convert(mode)


def open_image(image: Any) -> PillowImage:
    """Return the image of a file's path, or of anything that `as_pillow` takes."""
    if isinstance(image, str | Path):
        return PIL.Image.open(image)
    return as_pillow(image)


def encode_image(image: PillowImage, extension: str) -> bytes:
    """Return an image in the form that a file extension names."""
    form = PIL.Image.registered_extensions().get(f".{extension.lower()}")
    if form is None:
        raise InvalidParameter(f"Images cannot be written as {extension!r} files.")
    if form == "JPEG" and image.mode not in {"L", "RGB"}:
        image = image.convert("RGB")
    buffer = io.BytesIO()
    image.save(buffer, format=form)
    return buffer.getvalue()


def decode_image(content: bytes) -> PillowImage:
    """Return the image of a file's content."""
    image = PIL.Image.open(io.BytesIO(content))
    image.load()
    return image


def thumbnail(image: PillowImage) -> PillowImage:
    """Return the image scaled so that its longer side has 256 pixels."""
    scale = THUMBNAIL_PIXELS / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    if image.mode not in {"L", "RGB", "RGBA"}:
        image = image.convert("RGB")
    return image.resize((width, height))


def _as_bytes(array: Any) -> Any:
    if array.dtype.kind == "b":
        return array.astype(np.uint8) * 255
    top = 1.0 if array.dtype.kind == "f" else 255
    if array.size and (array.min() < 0 or array.max() > top or np.isnan(array).any()):
        warnings.warn(f"Image values outside 0 to {top:g} are clipped.", UserWarning, stacklevel=4)
        array = np.nan_to_num(array).clip(0, top)
    return (array * 255).round().astype(np.uint8) if top == 1.0 else array.astype(np.uint8)
