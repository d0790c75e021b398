"""How saved views travel, and states that long links stand for."""

from assay.entities.views import View, ViewVersion
from assay.wire.endpoint import (
    EDIT_SERVER,
    READ_SERVER,
    Area,
    Effect,
    Empty,
    Endpoint,
    Message,
    Request,
)


class CreateView(Request, frozen=True, kw_only=True):
    """A state of a page, a JSON object as text, under a name; of all experiments without `experiment_id`."""

    name: str
    state: str
    experiment_id: str | None = None


class UpdateView(Request, frozen=True, kw_only=True):
    """A state that follows version `based_on`; an empty `name` leaves the name."""

    view_id: str
    based_on: int
    state: str
    name: str = ""


class NameView(Request, frozen=True, kw_only=True):
    """A view by its id."""

    view_id: str


class ListViews(Request, frozen=True, kw_only=True):
    """The views of an experiment, or those of all experiments."""

    experiment_id: str | None = None


class ViewAnswer(Message, frozen=True, kw_only=True, omit_defaults=False):
    """One view as it was last saved."""

    view: View


class ViewList(Message, frozen=True, kw_only=True, omit_defaults=False):
    """The last saved first, at most 1,000."""

    views: tuple[View, ...]


class ViewVersions(Message, frozen=True, kw_only=True, omit_defaults=False):
    """The newest first, at most 1,000."""

    versions: tuple[ViewVersion, ...]


class KeepState(Request, frozen=True, kw_only=True):
    """A state of a page: a JSON object as text, of at most 64 KiB."""

    state: str


class StateKept(Message, frozen=True, kw_only=True, omit_defaults=False):
    """The digest under which a state is kept, for ever the same for the same state."""

    state_id: str


class GetState(Request, frozen=True, kw_only=True):
    """A digest."""

    state_id: str


class KeptState(Message, frozen=True, kw_only=True, omit_defaults=False):
    """A kept state."""

    state: str


CREATE = Endpoint(
    name="create_view",
    method="POST",
    area=Area.ASSAY,
    path="views/create",
    request=CreateView,
    response=ViewAnswer,
    permission=EDIT_SERVER,
    effect=Effect.WRITE,
    summary="Save what a page shows under a name.",
)
UPDATE = Endpoint(
    name="update_view",
    method="POST",
    area=Area.ASSAY,
    path="views/update",
    request=UpdateView,
    response=ViewAnswer,
    permission=EDIT_SERVER,
    effect=Effect.WRITE,
    summary="Save a view anew; its older versions stay.",
)
GET = Endpoint(
    name="get_view",
    method="GET",
    area=Area.ASSAY,
    path="views/get",
    request=NameView,
    response=ViewAnswer,
    permission=READ_SERVER,
    effect=Effect.READ,
    summary="Get a saved view.",
)
LIST = Endpoint(
    name="list_views",
    method="GET",
    area=Area.ASSAY,
    path="views/list",
    request=ListViews,
    response=ViewList,
    permission=READ_SERVER,
    effect=Effect.READ,
    summary="List saved views.",
)
VERSIONS = Endpoint(
    name="list_view_versions",
    method="GET",
    area=Area.ASSAY,
    path="views/versions",
    request=NameView,
    response=ViewVersions,
    permission=READ_SERVER,
    effect=Effect.READ,
    summary="List all versions of a saved view.",
)
DELETE = Endpoint(
    name="delete_view",
    method="POST",
    area=Area.ASSAY,
    path="views/delete",
    request=NameView,
    response=Empty,
    permission=EDIT_SERVER,
    effect=Effect.WRITE,
    summary="Delete a saved view; it can be restored.",
)
RESTORE = Endpoint(
    name="restore_view",
    method="POST",
    area=Area.ASSAY,
    path="views/restore",
    request=NameView,
    response=Empty,
    permission=EDIT_SERVER,
    effect=Effect.WRITE,
    summary="Restore a deleted view.",
)
KEEP = Endpoint(
    name="keep_state",
    method="POST",
    area=Area.ASSAY,
    path="states/keep",
    request=KeepState,
    response=StateKept,
    permission=EDIT_SERVER,
    effect=Effect.WRITE,
    summary="Keep what a page shows under a digest of it, for a short link.",
)
GET_STATE = Endpoint(
    name="get_state",
    method="GET",
    area=Area.ASSAY,
    path="states/get",
    request=GetState,
    response=KeptState,
    permission=READ_SERVER,
    effect=Effect.READ,
    summary="Get what was kept under a digest.",
)
ENDPOINTS = (CREATE, UPDATE, GET, LIST, VERSIONS, DELETE, RESTORE, KEEP, GET_STATE)
