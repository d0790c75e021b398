"""Files and folders that a run produced."""

from assay.entities.entity import Entity


class FileInfo(Entity, frozen=True):
    """One entry of a listing; `file_size` in bytes, None for folders."""

    path: str
    is_dir: bool
    file_size: int | None = None
