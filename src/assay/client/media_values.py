"""What a value means, where its type alone does not say: `assay.Histogram(weights)` and the like.

They only hold what they are given; turning it into a file is in `media_encoding.py`, loaded when one
is logged.
"""

import pkgutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

_OPEN_IMAGE: Final = "assay.client.images:open_image"


class Audio:
    """Sound: samples, or a file.

    Args:
        samples: Numbers from -1 to 1 or 16-bit integers, one row a channel when there are several;
            or the path of a file; or the bytes of one.
        sample_rate: Samples a second; needed for samples.
        format: How bytes are encoded, such as "wav" or "mp3".
        caption: What to show beside it.
    """

    def __init__(
        self,
        samples: Any,
        sample_rate: int | None = None,
        *,
        format: str = "wav",  # noqa: A002 the field's own word
        caption: str | None = None,
    ) -> None:
        self.samples = samples
        self.sample_rate = sample_rate
        self.format = format
        self.caption = caption


class Video:
    """A film: frames, or a file.

    Args:
        frames: An array of shape (frames, height, width[, channels]), kept as an animated WebP; or
            the path of a file; or the bytes of one.
        fps: Frames a second.
        format: How bytes are encoded, such as "mp4".
        caption: What to show beside it.
    """

    def __init__(
        self,
        frames: Any,
        *,
        fps: float = 10.0,
        format: str = "mp4",  # noqa: A002 the field's own word
        caption: str | None = None,
    ) -> None:
        self.frames = frames
        self.fps = fps
        self.format = format
        self.caption = caption


class Image:
    """An image, alone or in the cell of a table.

    Args:
        image: A Pillow image, an array as `log_image` takes it, or a file's path.
        caption: What to show beside it.
    """

    def __init__(self, image: Any, *, caption: str | None = None) -> None:
        self.image = image
        self.caption = caption

    def to_pil(self) -> Any:
        """Return the image as Pillow's."""
        open_image: Any = pkgutil.resolve_name(_OPEN_IMAGE)
        return open_image(self.image)


class Histogram:
    """How values are distributed: of any number of values only the counts are kept.

    Args:
        values: Numbers of any shape; NaN and infinities are counted apart.
        bins: How many bins of equal width, or their edges.
        counts: Counts made before; `bins` are then the edges, and `values` is None.
    """

    def __init__(
        self,
        values: Any = None,
        *,
        bins: int | Sequence[float] = 64,
        counts: Sequence[float] | None = None,
    ) -> None:
        self.values = values
        self.bins = bins
        self.counts = counts


class Table:
    """Rows and columns.

    Args:
        data: Columns by name, a DataFrame, or rows when `columns` is given.
        columns: Names of the columns of rows.
    """

    def __init__(
        self, data: Mapping[str, Sequence[Any]] | Any, columns: Sequence[str] | None = None
    ) -> None:
        self.data = data
        self.columns = columns


class Text:
    """Text, of the kind that `format` names.

    Args:
        text: The text.
        format: "txt", "md", "html" or another extension.
    """

    def __init__(
        self,
        text: str,
        *,
        format: str = "txt",  # noqa: A002 the field's own word
    ) -> None:
        self.text = text
        self.format = format


def is_file(value: object) -> bool:
    """Return whether `value` names a file."""
    return isinstance(value, Path | str)
