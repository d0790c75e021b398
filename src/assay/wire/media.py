"""How the index of a run's media travels: which files lie at which key and step."""

from assay.entities.media import MediaFile
from assay.wire.endpoint import READ_RUN, Area, Effect, Endpoint, Message, Request


class ListMedia(Request, frozen=True, kw_only=True):
    """Which files of a run: all, or those of one key, one kind, or some steps, both ends included."""

    run_id: str
    key: str = ""
    kind: str = ""
    start_step: int | None = None
    end_step: int | None = None
    max_results: int = 1000
    page_token: str = ""


class MediaPage(Message, frozen=True, kw_only=True):
    """Files in the order of their arrival."""

    files: tuple[MediaFile, ...] = ()
    next_page_token: str | None = None


LIST = Endpoint(
    name="list_media",
    method="GET",
    area=Area.ASSAY,
    path="runs/media",
    request=ListMedia,
    response=MediaPage,
    permission=READ_RUN,
    effect=Effect.READ,
    summary="List images, audio, histograms and their like by key and step.",
)
ENDPOINTS = (LIST,)
