"""Which data sets there are, and which runs used one."""

from assay.client.connection import Connection
from assay.wire import dataset_uses as wire


def list_datasets(
    connection: Connection, text: str = "", offset: int = 0, limit: int = 100
) -> wire.ListedDatasets:
    """Return data sets whose name or digest has `text` in it, by name and digest."""
    return connection.call(wire.LIST, wire.ListDatasets(text=text, offset=offset, limit=limit))


def describe_dataset(
    connection: Connection, name: str, digest: str, offset: int = 0, limit: int = 100
) -> wire.DatasetDescribed:
    """Return what was said of a data set, and a window of the runs that used it, newest first."""
    request = wire.DescribeDataset(name=name, digest=digest, offset=offset, limit=limit)
    return connection.call(wire.DESCRIBE, request)
