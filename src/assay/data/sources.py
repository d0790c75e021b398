"""Where data is from: a file or folder, an address, a bucket, a data set hub, or this program."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from assay.artifacts import transfer
from assay.artifacts.schemes import open_artifact_store
from assay.client.artifacts import destination_folder
from assay.client.context_tags import context_tags
from assay.errors import NotSupported

_HTTP: Final = frozenset({"http", "https"})
_REMOTE: Final = frozenset({"s3", "gs", "wasbs", "abfss", "r2", "ftp", "sftp", "hdfs", "viewfs"})


class DatasetSource(msgspec.Struct, frozen=True):
    """Where data is from: a type and its fields, as they are stored with a run."""

    type: str
    fields: Mapping[str, Any]

    @property
    def uri(self) -> str | None:
        """The path or address, where there is one."""
        found = self.fields.get("uri") or self.fields.get("url") or self.fields.get("path")
        return None if found is None else str(found)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields."""
        return dict(self.fields)

    def to_json(self) -> str:
        """Return the fields as JSON text."""
        return msgspec.json.encode(self.fields).decode()

    def load(self, dst_path: str | None = None) -> str:
        """Copy the data to this machine, unless it is here, and return where it is.

        Raises:
            NotSupported: Data of this type cannot be fetched from here.
        """
        uri = self.uri
        if self.type == "local" and uri is not None and dst_path is None:
            return uri.removeprefix("file://")
        if uri is None or self.type not in {"local", "s3", "gs", "wasbs", "abfss", "r2"}:
            raise NotSupported(
                f"Data with a source of type {self.type!r} is not fetched by assay. "
                f"Its source is {self.to_json()}."
            )
        parent, _, name = uri.rstrip("/").rpartition("/")
        store = open_artifact_store(f"{parent}/")
        return str(transfer.download(store, name, destination_folder(dst_path)))


def source_of(given: Any) -> DatasetSource:
    """Return where data is from, for a path, an address, or a source; this program for None."""
    if isinstance(given, DatasetSource):
        return given
    if given is None:
        return DatasetSource("code", {"tags": context_tags()})
    foreign = getattr(given, "_get_source_type", None)
    if callable(foreign):
        return DatasetSource(str(foreign()), dict(given.to_dict()))
    text = str(given)
    scheme = urlsplit(text).scheme
    if scheme in _HTTP:
        return DatasetSource("http", {"url": text})
    kind = scheme if scheme in _REMOTE else "local"
    return DatasetSource(kind, {"uri": str(given) if isinstance(given, Path) else text})
