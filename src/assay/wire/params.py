"""How typed params and their amendments travel."""

from assay.entities.typed_values import ParamAmendment, TypedParam
from assay.wire.endpoint import READ_RUN, Area, Effect, Endpoint, Message, Request


class GetParams(Request, frozen=True, kw_only=True):
    """Which run."""

    run_id: str


class Params(Message, frozen=True, kw_only=True, omit_defaults=False):
    """The params of a run by key, and what they were before they were corrected, oldest first."""

    params: tuple[TypedParam, ...] = ()
    amendments: tuple[ParamAmendment, ...] = ()


GET = Endpoint(
    name="get_params",
    method="GET",
    area=Area.ASSAY,
    path="runs/params",
    request=GetParams,
    response=Params,
    permission=READ_RUN,
    effect=Effect.READ,
    summary="Get the params of a run with their types and amendments.",
)
ENDPOINTS = (GET,)
