"""What holds for every page: it loads under any prefix, is accessible, and weighs little."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.conftest import accessibility_problems
from browser.study import ODD_NAMES
from servers import server_process

KB = 1000


def addresses(study) -> dict[str, str]:
    pair = f"{study.calm},{study.broken}"
    return {
        "home": "/",
        "experiments": "/experiments",
        "split": f"/e/{study.curves}",
        "table": f"/e/{study.sweep}?view=table",
        "charts": f"/e/{study.curves}?view=charts",
        "explore": f"/e/{study.sweep}?view=explore",
        "empty": f"/e/{study.empty}",
        "run": f"/r/{study.best}",
        "metrics": f"/r/{study.spiked}/metrics",
        "files": f"/r/{study.with_files}/artifacts/table.csv",
        "data": f"/r/{study.best}/data",
        "code": f"/r/{study.best}/code",
        "env": f"/r/{study.best}/env",
        "logs": f"/r/{study.best}/logs",
        "compare": f"/compare?runs={pair}",
        "datasets": "/datasets",
        "dataset": "/datasets/d1?name=digits",
        "tree": f"/e/{study.nested}?view=table&tree=1",
        "inspector": f"/e/{study.nested}?view=split&insp=1&looks=metrics.val_acc%7Cheat",
        "media": f"/e/{study.nested}?view=media",
        "notes": f"/e/{study.nested}?view=notes",
        "formula": f"/e/{study.curves}?view=charts&made=%3D%201%20-%20loss",
        "many": f"/compare?runs={','.join(study.many)}",
        "model": f"/m/{study.model}",
        "lineage": f"/r/{study.trained}/data",
        "folder": f"/r/{study.with_files}/artifacts/model",
        "nowhere": "/settings/nowhere",
    }


PAGES = [
    "home",
    "experiments",
    "split",
    "table",
    "charts",
    "explore",
    "empty",
    "run",
    "metrics",
    "files",
    "data",
    "code",
    "env",
    "logs",
    "compare",
    "datasets",
    "dataset",
    "tree",
    "inspector",
    "media",
    "notes",
    "formula",
    "many",
    "model",
    "lineage",
    "folder",
    "nowhere",
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(page: Page, study, name: str, theme: str) -> None:
    page.faults.allowed.append("404")
    address = addresses(study)[name]
    page.goto(f"{address}{'&' if '?' in address else '?'}theme={theme}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_timeout(1200)
    assert accessibility_problems(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_goes_sideways_on_a_phone(phone: Page, study, name: str) -> None:
    phone.goto(addresses(study)[name])
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    phone.wait_for_timeout(500)
    widths = phone.evaluate(
        "[document.documentElement.scrollWidth, document.getElementById('main').scrollWidth]"
    )
    assert max(widths) <= 390


def test_runs_are_cards_on_a_phone(phone: Page, study) -> None:
    phone.goto(f"/e/{study.sweep}?view=table")
    first = phone.get_by_role("list", name="Runs").get_by_role("listitem").first
    expect(first).to_contain_text("val_acc")
    first.get_by_role("link").click()
    expect(phone).to_have_url(re.compile("/r/"))


def test_old_links_lead_to_the_pages_of_today(page: Page, study) -> None:
    page.goto(f"/#/experiments/{study.curves}/runs/{study.calm}")
    expect(page).to_have_url(re.compile(f"/r/{study.calm}$"))
    expect(page.get_by_role("heading", name="calm-0")).to_be_visible()


def test_an_unknown_run_is_named(page: Page) -> None:
    page.faults.allowed.append("404")
    page.goto("/r/ffff")
    expect(page.get_by_text("There is no run ffff")).to_be_visible()


def test_nonsense_in_the_address_is_told_and_the_rest_holds(page: Page, study) -> None:
    page.goto(f"/e/{study.curves}?view=upside-down&xr=[&top=many&q=calm")
    expect(
        page.get_by_text(
            re.compile("Not understood in the address.*xr.*view.*top|Not understood in the address")
        )
    ).to_be_visible()
    expect(page.get_by_text(re.compile("^4 of 7 runs match"))).to_be_visible()


def test_names_in_every_script_are_texts_and_nothing_else(page: Page, study) -> None:
    page.goto(f"/e/{study.odd}?view=table")
    for name in ODD_NAMES[:3]:
        expect(page.get_by_role("link", name=name)).to_be_visible()
    assert page.locator("img[src=x]").count() == 0


def test_a_lost_server_is_told_and_what_was_there_stays(page: Page, study, context) -> None:
    page.faults.allowed.append("ERR_INTERNET_DISCONNECTED")
    page.goto(f"/e/{study.sweep}?view=table")
    expect(page.get_by_role("row").nth(1)).to_contain_text("trial")
    context.set_offline(True)
    page.get_by_role("button", name=re.compile("^lr")).first.click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("trial")
    context.set_offline(False)


def test_the_theme_is_there_before_anything_is_painted(page: Page, study) -> None:
    page.goto("/experiments?theme=dark", wait_until="commit")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_it_works_under_a_prefix(tmp_path_factory, browser: Browser, built_ui) -> None:
    root = tmp_path_factory.mktemp("prefixed")
    with server_process(root, static_prefix="/team/assay") as server:
        experiment = server.new_experiment("prefixed")
        server.new_run(experiment, run_name="inside")
        page = browser.new_page(base_url=server.url)
        failures: list[str] = []
        page.on(
            "response", lambda answer: failures.append(answer.url) if answer.status >= 400 else None
        )
        page.goto("/team/assay/experiments")
        page.get_by_role("link", name="prefixed").click()
        expect(page.get_by_role("link", name="inside")).to_be_visible()
        page.reload()
        expect(page.get_by_role("link", name="inside")).to_be_visible()
        assert "/team/assay/e/" in page.url
        assert failures == []
        page.close()


@pytest.mark.parametrize(
    ("name", "most_js"),
    [("table", 230), ("split", 265), ("experiments", 200), ("run", 230), ("compare", 230)],
)
def test_the_first_visit_weighs_little(
    browser: Browser, server, study, name: str, most_js: int
) -> None:
    context = browser.new_context(base_url=server.url)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: dict[str, int] = {}
    kinds: dict[str, str] = {}
    session.on(
        "Network.responseReceived",
        lambda event: kinds.update({event["requestId"]: event["response"]["mimeType"]}),
    )
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )
    page.goto(addresses(study)[name])
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_timeout(1500)
    javascript = sum(
        size for request, size in sizes.items() if "javascript" in kinds.get(request, "")
    )
    assert javascript <= most_js * KB
    assert sum(sizes.values()) <= 400 * KB
    assert name != "table" or len(sizes) <= 12
    context.close()
