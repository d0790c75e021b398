"""How it is asked which data sets there are, and which runs used one."""

from assay.wire.endpoint import READ_SERVER, Area, Effect, Endpoint, Message, Request


class ListDatasets(Request, frozen=True, kw_only=True):
    """A part of a name or digest, upper and lower case the same; all data sets without."""

    text: str = ""
    offset: int = 0
    limit: int = 100


class ListedDataset(Message, frozen=True, kw_only=True, omit_defaults=False):
    """A data set over all active experiments; `last_used_ms` is the start of the newest run."""

    name: str
    digest: str
    source_type: str
    n_runs: int
    last_used_ms: int | None


class ListedDatasets(Message, frozen=True, kw_only=True, omit_defaults=False):
    """A window of data sets by name and digest; `total` counts all that match."""

    total: int
    datasets: tuple[ListedDataset, ...]


class DescribeDataset(Request, frozen=True, kw_only=True):
    """The data set with this name and digest, and a window of the runs that used it."""

    name: str
    digest: str
    offset: int = 0
    limit: int = 100


class DatasetUse(Message, frozen=True, kw_only=True, omit_defaults=False):
    """A run that used the data set, and for what."""

    run_id: str
    run_name: str
    experiment_id: str
    start_time_ms: int
    context: str | None


class DatasetDescribed(Message, frozen=True, kw_only=True, omit_defaults=False):
    """What was said of a data set, and the active runs that used it, the newest first."""

    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None
    profile: str | None
    n_runs: int
    runs: tuple[DatasetUse, ...]


LIST = Endpoint(
    name="list_datasets",
    method="POST",
    area=Area.ASSAY,
    path="datasets/list",
    request=ListDatasets,
    response=ListedDatasets,
    permission=READ_SERVER,
    effect=Effect.READ,
    summary="List data sets by name and digest, with how often they were used.",
)
DESCRIBE = Endpoint(
    name="describe_dataset",
    method="POST",
    area=Area.ASSAY,
    path="datasets/describe",
    request=DescribeDataset,
    response=DatasetDescribed,
    permission=READ_SERVER,
    effect=Effect.READ,
    summary="Describe a data set and list the runs that used it.",
)
ENDPOINTS = (LIST, DESCRIBE)
