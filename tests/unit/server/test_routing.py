import pytest

from assay.errors import EndpointNotFound, InvalidPath, MethodNotAllowed
from assay.server.route_table import ROUTES
from assay.server.routing import Router, check_routes
from assay.wire.table import ENDPOINTS

ROUTER = Router(ROUTES, static_prefix="/team")


def find(method: str, address: str) -> tuple[str, dict[str, str] | None]:
    found = ROUTER.find(method, address, address.encode())
    return found.route.endpoint.name, found.path_values


@pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=lambda endpoint: endpoint.name)
def test_every_endpoint_is_found_at_its_address(endpoint) -> None:
    address = endpoint.address.replace("/ajax-api", "/team/ajax-api")
    for name in ("path", "directory", "model_id", "tag_key", "upload_id", "part_number"):
        address = address.replace(f"{{{name}:path}}", "a/b").replace(f"{{{name}}}", "x")
    assert find(endpoint.method, address)[0] == endpoint.name


def test_parameters_in_a_path_are_decoded_once() -> None:
    prefix = "/api/2.0/mlflow/logged-models"
    assert find("GET", f"{prefix}/m%2525") == ("get_logged_model", {"model_id": "m%25"})
    assert find("DELETE", f"{prefix}/m/tags/a%2Fb") == (
        "delete_logged_model_tag",
        {"model_id": "m", "tag_key": "a/b"},
    )


def test_the_rest_of_a_path_keeps_its_slashes() -> None:
    found = find("GET", "/api/2.0/mlflow-artifacts/artifacts/a//b/../c")
    assert found == ("download_artifact", {"path": "a//b/../c"})


def test_a_fixed_address_wins_over_a_parameter() -> None:
    assert find("POST", "/api/2.0/mlflow/logged-models/search")[0] == "search_logged_models"


def test_a_path_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(InvalidPath):
        find("GET", "/api/2.0/mlflow-artifacts/artifacts/%ff")


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "",
        "/api",
        "/api/2.0/mlflow/",
        "/api/2.0/mlflow/runs/get/",
        "/team/api/2.0/mlflow/runs/get",
    ],
)
def test_what_is_not_there_is_not_found(address: str) -> None:
    with pytest.raises(EndpointNotFound):
        find("GET", address)


def test_a_wrong_method_is_told_apart_from_a_wrong_address() -> None:
    with pytest.raises(MethodNotAllowed):
        find("PUT", "/api/2.0/mlflow/runs/get")
    with pytest.raises(MethodNotAllowed):
        find("PUT", "/api/2.0/mlflow/logged-models/m-1")


def test_a_server_without_a_route_for_an_endpoint_does_not_start() -> None:
    with pytest.raises(RuntimeError, match="get_run"):
        check_routes([route for route in ROUTES if route.endpoint.name != "get_run"], ENDPOINTS)


def test_a_server_with_two_routes_for_an_endpoint_does_not_start() -> None:
    with pytest.raises(RuntimeError, match="several"):
        check_routes([*ROUTES, ROUTES[0]], ENDPOINTS)


def test_every_endpoint_names_a_permission_on_a_field_it_has() -> None:
    for endpoint in ENDPOINTS.values():
        field = endpoint.permission.field
        assert field is None or field in endpoint.request.__struct_encode_fields__
