import pytest

from assay.server.browser_rules import BrowserRules, ForeignHost, ForeignOrigin, split_names

RULES = BrowserRules(
    allowed_hosts=["assay.example.com", "10.0.0.5:5000"], allowed_origins=["https://ui.example.com"]
)
HERE = "127.0.0.1"


def headers(**fields: str) -> dict[bytes, bytes]:
    given = {"host": "localhost:5000", **fields}
    return {name.replace("_", "-").encode(): value.encode() for name, value in given.items()}


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:5000",
        "127.0.0.1:80",
        "[::1]:5000",
        "0.0.0.0:5000",
        "assay.example.com",
        "Assay.Example.com:8443",
        "10.0.0.5:5000",
    ],
)
def test_our_own_hosts_are_answered(host: str) -> None:
    RULES.check("GET", headers(host=host), HERE)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.com",
        "localhost.evil.com",
        "evil.com:5000",
        "127.0.0.1.evil.com",
        "127.0.0.1@evil.com",
        "10.0.0.5",
        "10.0.0.5:5001",
        "10.0.0.6:5000",
        "192.168.0.1",
        "localhost:99999",
        "localhost:5000:5000",
        "localhost, evil.com",
        "localhost\x00",
        "[::1",
        "xassay.example.com",
        "assay.example.com.",
    ],
)
def test_any_other_host_is_refused_also_for_reading(host: str) -> None:
    with pytest.raises(ForeignHost):
        RULES.check("GET", headers(host=host), HERE)


def test_a_request_without_host_is_refused() -> None:
    with pytest.raises(ForeignHost):
        RULES.check("GET", {}, HERE)


def test_the_address_that_a_connection_came_in_on_is_ours() -> None:
    RULES.check("GET", headers(host="192.168.7.7:5000"), "192.168.7.7")
    RULES.check("GET", headers(host="[fd00::7]:5000"), "fd00::7")


def test_a_star_allows_every_host() -> None:
    BrowserRules(allowed_hosts=["*"]).check("GET", headers(host="anything"), HERE)


@pytest.mark.parametrize(
    "origin",
    ["http://localhost:3000", "http://127.0.0.1", "https://[::1]:1", "https://ui.example.com"],
)
def test_pages_of_this_machine_and_of_allowed_origins_may_write(origin: str) -> None:
    RULES.check("POST", headers(origin=origin), HERE)


def test_a_page_of_this_very_server_may_write() -> None:
    same = headers(host="assay.example.com", origin="https://assay.example.com")
    RULES.check("POST", same, HERE)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.com",
        "null",
        "",
        "http://localhost.evil.com",
        "http://localhost@evil.com",
        "file://",
        "http://[::1",
        "https://ui.example.com.evil.com",
        "http://localhost:5000/path",
        "http://evil.com@localhost:5000",
        "http://local\thost",
        "http://localhost:99999",
        "http://localhost?",
        "ftp://localhost",
        "http://localhost http://evil.com",
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_pages_of_other_sites_may_not_write(method: str, origin: str) -> None:
    with pytest.raises(ForeignOrigin):
        RULES.check(method, headers(origin=origin), HERE)


@pytest.mark.parametrize(
    "site", ["cross-site", "same-site", "Cross-Site", "cross-site ", "", "same-origin, cross-site"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_a_browser_calls_foreign_is_refused(method: str, site: str) -> None:
    with pytest.raises(ForeignOrigin):
        RULES.check(method, headers(sec_fetch_site=site), HERE)


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_what_a_browser_calls_our_own_is_answered(site: str) -> None:
    RULES.check("GET", headers(sec_fetch_site=site), HERE)


def test_a_link_on_another_site_may_be_followed_but_not_embedded() -> None:
    link = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}
    RULES.check("GET", headers(**link, sec_fetch_dest="document"), HERE)
    with pytest.raises(ForeignOrigin):
        RULES.check("GET", headers(**link, sec_fetch_dest="iframe"), HERE)
    with pytest.raises(ForeignOrigin):
        RULES.check("POST", headers(**link, sec_fetch_dest="document"), HERE)


def test_an_allowed_origin_may_call_from_its_other_site() -> None:
    call = headers(origin="https://ui.example.com", sec_fetch_site="cross-site")
    RULES.check("POST", call, HERE)


def test_names_are_split_at_commas() -> None:
    assert split_names(" a, b,,c ") == ("a", "b", "c")


def test_public_files_may_be_loaded_by_frames_without_an_origin_and_nothing_else_may() -> None:
    foreign = headers(sec_fetch_site="cross-site", sec_fetch_mode="no-cors")
    RULES.check("GET", foreign, HERE, is_public=True)
    with pytest.raises(ForeignOrigin):
        RULES.check("GET", foreign, HERE)
    with pytest.raises(ForeignOrigin):
        RULES.check("POST", foreign, HERE, is_public=True)
    with pytest.raises(ForeignHost):
        RULES.check("GET", {**foreign, b"host": b"evil.com"}, HERE, is_public=True)
