"""What a data scientist does in a browser, by what is seen and said."""

import json
import re
from urllib.parse import parse_qs, quote, urlsplit

from playwright.sync_api import Page, expect

from browser.study import N_SWEEP
from servers import RunningServer


def open_experiment(page: Page, experiment: str, **search: str) -> None:
    query = "&".join(f"{name}={quote(value)}" for name, value in search.items())
    page.goto(f"/e/{experiment}?{query}")
    expect(
        page.get_by_role("grid", name="Runs").or_(page.get_by_role("region", name="Importance"))
    ).to_be_visible()


def test_the_best_run_stands_first_and_its_page_tells_why(page: Page, study) -> None:
    page.goto("/experiments")
    page.get_by_role("link", name="sweep", exact=True).click()
    first = page.get_by_role("row").nth(1)
    expect(first).to_contain_text("★")
    first.get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"/r/{study.best}"))
    expect(page.get_by_role("region", name="Parameters")).to_contain_text("solver")
    expect(page.get_by_role("region", name="Parameters")).to_contain_text("adam")


def test_the_count_of_matching_runs_is_exact(page: Page, study) -> None:
    open_experiment(page, study.sweep, view="table")
    expect(page.get_by_text(re.compile(rf"^{N_SWEEP:,} runs"))).to_be_visible()
    page.get_by_role("combobox", name="Filter runs").fill(
        "params.solver = 'adam' and metrics.val_acc > 0.9"
    )
    expect(page.get_by_text(re.compile(rf"of {N_SWEEP:,} runs match"))).to_be_visible()
    assert parse_qs(urlsplit(page.url).query)["q"] == [
        "params.solver = 'adam' and metrics.val_acc > 0.9"
    ]


def test_a_filter_half_typed_keeps_the_rows_and_says_where_it_fails(page: Page, study) -> None:
    page.faults.allowed.append("400")
    open_experiment(page, study.sweep, view="table", q="params.solver = 'adam'")
    expect(page.get_by_text(re.compile("^750 of"))).to_be_visible()
    page.get_by_role("combobox", name="Filter runs").fill(
        "params.solver = 'adam' and metrics.val_acc >"
    )
    expect(page.get_by_role("alert")).to_contain_text("ends too early")
    expect(page.get_by_text(re.compile("^750 of"))).to_be_visible()
    assert page.get_by_role("row").count() > 10


def test_a_filter_that_finds_nothing_says_which_condition_it_was(page: Page, study) -> None:
    open_experiment(page, study.sweep, view="table")
    page.get_by_role("combobox", name="Filter runs").fill(
        "params.solver = 'adam' and metrics.val_acc > 2"
    )
    expect(page.get_by_role("heading", name="No run matches the filter")).to_be_visible()
    page.get_by_role("button", name=re.compile("Remove it: 750 runs")).click()
    expect(page.get_by_text(re.compile("^750 of"))).to_be_visible()


def test_a_key_is_completed_and_a_value_with_its_count(page: Page, study) -> None:
    page.faults.allowed.append("400")
    open_experiment(page, study.sweep, view="table")
    box = page.get_by_role("combobox", name="Filter runs")
    box.press_sequentially("sol")
    page.get_by_role("option", name=re.compile("params.solver")).click()
    box.press_sequentially(" = ")
    expect(page.get_by_role("option", name=re.compile("'sgd' *750"))).to_be_visible()


def test_what_matters_is_explained(page: Page, study) -> None:
    page.goto(f"/e/{study.sweep}?view=explore")
    importance = page.get_by_role("region", name="Importance")
    first = importance.get_by_role("button").first
    expect(first).to_contain_text("lr")
    first.click()
    expect(importance.get_by_role("figure")).to_be_visible()
    expect(page.get_by_role("region", name="Pareto front")).to_contain_text(
        re.compile(r"\d+ of 1,500 runs are not beaten")
    )


def test_a_diverged_run_is_named(page: Page, study) -> None:
    open_experiment(page, study.curves, view="split")
    expect(page.get_by_text(re.compile(r"NaN from 100 \(1 run\)"))).to_be_visible()
    expect(page.get_by_text(re.compile("above range · show all")).first).to_be_visible()
    page.get_by_role("button", name=re.compile("NaN from")).click()
    expect(page.get_by_role("toolbar", name="Selected runs")).to_contain_text("1 run selected")


def test_two_runs_are_compared_and_the_difference_is_said(page: Page, study) -> None:
    page.faults.allowed.append("404")
    open_experiment(page, study.seeds, view="table", sort="params.width")
    for row in (1, 10):
        page.get_by_role("row").nth(row).get_by_role("checkbox").check()
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_text(re.compile(r"differs in .*width"))).to_be_visible()
    expect(page.get_by_role("row", name="width 32 64")).to_be_visible()
    page.get_by_role("button", name="Code", exact=True).click()
    expect(page.get_by_text("No commit was recorded for these runs.")).to_be_visible()
    page.get_by_role("button", name="Env", exact=True).click()
    expect(page.get_by_text("The environments are the same")).to_be_visible()
    page.get_by_role("button", name="Charts", exact=True).click()
    expect(page.get_by_role("figure", name=re.compile("loss, 2 curves"))).to_be_visible()


def test_seeds_are_grouped_into_mean_and_deviation(page: Page, study) -> None:
    open_experiment(page, study.seeds, view="split")
    page.get_by_role("button", name="Group", exact=True).click()
    page.get_by_label("Group runs").select_option("except")
    page.get_by_role("dialog", name="Groups").get_by_role("checkbox", name="seed").check()
    page.keyboard.press("Escape")
    expect(page.get_by_role("figure", name=re.compile("2 groups of runs"))).to_be_visible()
    assert parse_qs(urlsplit(page.url).query)["except"] == ["seed"]


def test_a_spike_among_many_points_is_found_by_zooming(page: Page, study) -> None:
    open_experiment(
        page,
        study.curves,
        view="split",
        show=study.spiked,
        own=json.dumps({"loss": {"out": "all"}}),
    )
    figure = page.get_by_role("figure", name=re.compile("^loss"))
    expect(page.get_by_text(re.compile("1 px ≈"))).to_be_visible()
    box = figure.bounding_box()
    assert box is not None
    at = box["x"] + 40 + (box["width"] - 52) * 0.7777
    page.mouse.move(at - 6, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(at + 6, box["y"] + 60, steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile("xr="))
    first, last = json.loads(parse_qs(urlsplit(page.url).query)["xr"][0])
    assert first < 77_777 < last
    expect(figure).to_have_attribute("aria-label", re.compile("loss, 1 curve"))
    page.keyboard.press("r")
    expect(page).not_to_have_url(re.compile("xr="))


def test_a_view_is_shared_by_its_address_and_looks_the_same(
    page: Page, study, browser, server: RunningServer
) -> None:
    address = f"/e/{study.seeds}?view=split&sm=half_life%3A5&ys=log&cols=attributes.run_name,metrics.loss,params.seed&sort=params.seed&split=60"
    pictures = []
    for _ in range(2):
        context = browser.new_context(
            viewport={"width": 1200, "height": 800}, base_url=server.url, reduced_motion="reduce"
        )
        opened = context.new_page()
        opened.goto(address)
        expect(opened.get_by_role("row").nth(1)).to_be_visible()
        expect(opened.get_by_role("figure", name=re.compile("loss, 10 curves"))).to_be_visible()
        # How values are spread comes last.
        expect(opened.locator("[role=columnheader] svg rect").first).to_be_visible()
        opened.wait_for_timeout(600)
        opened.evaluate(
            "document.querySelectorAll('output').forEach((one) => { one.textContent = ''; })"
        )
        pictures.append(opened.screenshot())
        context.close()
    assert pictures[0] == pictures[1]


def test_the_whole_journey_works_by_keyboard(page: Page, study) -> None:
    open_experiment(page, study.sweep, view="table")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_role("toolbar", name="Selected runs")).to_contain_text("2 runs selected")
    page.keyboard.press("c")
    expect(page).to_have_url(re.compile("/compare"))
    expect(page.get_by_text(re.compile("differs in"))).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("e")
    expect(page).to_have_url(re.compile("/experiments"))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_the_palette_finds_a_run_by_its_name(page: Page, study) -> None:
    page.goto("/experiments")
    expect(page.get_by_role("link", name="sweep", exact=True)).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search and commands").or_(
        page.get_by_placeholder("Name or id")
    ).first.fill("spiked")
    page.get_by_role("option", name=re.compile("spiked")).click()
    expect(page).to_have_url(re.compile(f"/r/{study.spiked}"))


def test_a_new_run_and_its_points_show_by_themselves(
    page: Page, study, server: RunningServer
) -> None:
    page.goto(f"/e/{study.empty}")
    expect(page.get_by_text("Listening for the first run")).to_be_visible()
    run_id = server.new_run(study.empty, run_name="first of all", start_time=1_700_000_000_000)
    expect(page.get_by_role("link", name="first of all")).to_be_visible()
    for step in range(3):
        server.post(
            "runs/log-metric",
            {"run_id": run_id, "key": "loss", "value": 5 - step, "timestamp": 1, "step": step},
        )
    expect(page.get_by_role("row").nth(1)).to_contain_text("3")
    server.post("runs/delete", {"run_id": run_id})
    expect(page.get_by_text("Listening for the first run")).to_be_visible()


def test_deleting_can_be_undone(page: Page, study) -> None:
    open_experiment(page, study.seeds, view="table")
    page.get_by_role("row").nth(1).get_by_role("checkbox").check()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text(re.compile("^9 runs"))).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text(re.compile("^10 runs"))).to_be_visible()


def test_a_view_is_saved_under_a_name_and_opened_again(page: Page, study) -> None:
    open_experiment(page, study.seeds, view="table", q="params.width = '64'")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("menuitem", name="Save as a new view").click()
    page.get_by_label("Name of the view").fill("wide ones")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="wide ones", exact=True)).to_be_visible()
    page.goto(f"/e/{study.seeds}?view=table")
    expect(page.get_by_text(re.compile("^10 runs"))).to_be_visible()
    page.get_by_role("button", name="Views").click()
    page.get_by_role("menuitem", name="wide ones").click()
    expect(page.get_by_text(re.compile("^5 of 10 runs match"))).to_be_visible()
    page.get_by_role("combobox", name="Filter runs").fill("params.width = '32'")
    expect(page.get_by_role("button", name="wide ones •")).to_be_visible()


def test_a_long_link_is_copied_as_a_short_one_that_leads_to_the_same(page: Page, study) -> None:
    condition = " or ".join(f"params.seed = '{number}'" for number in range(80))
    open_experiment(page, study.seeds, view="table", q=condition)
    expect(page.get_by_text(re.compile("^10 runs"))).to_be_visible()
    page.keyboard.press("y")
    expect(page.get_by_text("Link copied.")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"/v/[0-9a-f]{16}$", link)
    page.goto(link)
    expect(page).to_have_url(re.compile(f"/e/{study.seeds}"))
    expect(page.get_by_role("combobox", name="Filter runs")).to_have_value(condition)


def test_the_runs_of_the_table_are_walked_from_page_to_page(page: Page, study) -> None:
    open_experiment(page, study.sweep, view="table")
    page.get_by_role("row").nth(1).get_by_role("link").click()
    expect(page.get_by_text(f"1 of {N_SWEEP:,}")).to_be_visible()
    first = page.url
    page.keyboard.press("]")
    expect(page.get_by_text(f"2 of {N_SWEEP:,}")).to_be_visible()
    assert page.url != first
    page.keyboard.press("[")
    expect(page).to_have_url(first)


def test_an_experiment_says_which_way_a_metric_is_better(page: Page, study) -> None:
    open_experiment(page, study.nested, view="table")
    expect(page.get_by_role("row").nth(1)).to_contain_text("fold-2-3")
    page.get_by_role("button", name="About the column val_acc").click()
    page.get_by_role("group", name=re.compile("Which way val_acc")).get_by_text("Lower").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("fold-0-0")
    expect(page.get_by_role("row").nth(1)).to_contain_text("★")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("fold-2-3")


def test_a_starred_experiment_stands_in_the_rail(page: Page, study) -> None:
    open_experiment(page, study.nested, view="table")
    page.get_by_role("button", name="Star nested").click()
    rail = page.get_by_role("navigation", name="Main")
    expect(rail.get_by_role("link", name="nested")).to_be_visible()
    page.get_by_role("button", name="Take the star from nested").click()
    expect(rail.get_by_role("link", name="nested")).to_have_count(0)


def test_child_runs_stand_under_their_parents(page: Page, study) -> None:
    open_experiment_tree = f"/e/{study.nested}?view=table"
    page.goto(open_experiment_tree)
    page.get_by_role("button", name="Nest", exact=True).click()
    expect(page.get_by_text("3 runs without a parent")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("search-2"))).to_contain_text("⌀ 0.805 ±")
    page.get_by_role("button", name="Show the 4 child runs of search-2").click()
    expect(page.get_by_role("link", name="fold-2-3")).to_be_visible()


def test_the_inspector_shows_the_run_at_which_the_keyboard_is(page: Page, study) -> None:
    open_experiment(page, study.nested, view="table")
    page.keyboard.press("i")
    inspector = page.get_by_role("complementary", name="Inspector")
    expect(inspector).to_contain_text("fold-2-3")
    page.keyboard.press("j")
    expect(inspector).to_contain_text("fold-2-2")


def test_a_formula_is_drawn_in_a_panel_of_its_own(page: Page, study) -> None:
    page.goto(f"/e/{study.curves}?view=charts")
    page.get_by_role("button", name="Panel", exact=True).click()
    page.get_by_label("or a formula").fill("1 - loss")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("figure", name=re.compile("^1 - loss, 7 curves"))).to_be_visible()
    assert parse_qs(urlsplit(page.url).query)["made"] == ["= 1 - loss"]


def test_notes_are_saved_by_themselves_and_what_they_said_comes_back(page: Page, study) -> None:
    page.goto(f"/e/{study.nested}?view=notes")
    expect(page.get_by_role("link", name="fold-2-3 · val_acc 0.82")).to_be_visible()
    expect(page.get_by_role("figure", name=re.compile("val_acc"))).to_be_visible()
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_role("textbox", name="Notes, in Markdown").fill("# Something else")
    expect(page.get_by_text("saved", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Something else")).to_be_visible()


def test_pictures_of_two_runs_are_compared(page: Page, study) -> None:
    page.goto(f"/e/{study.nested}?view=media")
    table = page.get_by_role("group", name="Media by run and key")
    expect(table.get_by_role("img")).to_have_count(2)
    page.get_by_label("Beside it").select_option("fold-2-3")
    page.get_by_text("Difference").click()
    expect(page.get_by_text("12.5 % of the pixels differ.")).to_be_visible()


def test_what_a_model_came_from_is_drawn(page: Page, study) -> None:
    page.goto(f"/m/{study.model}")
    graph = page.get_by_role("figure", name=re.compile("Lineage of net: 2 things before"))
    expect(graph.get_by_role("link", name="digits")).to_be_visible()
    graph.get_by_role("link", name="fold-0-0").click()
    expect(page).to_have_url(re.compile(f"/r/{study.trained}"))


def test_a_column_is_moved_widened_and_filled(page: Page, study) -> None:
    open_experiment(page, study.sweep, view="table")
    page.get_by_role("button", name="About the column lr", exact=True).click()
    page.get_by_role("button", name="Bars").click()
    expect(page).to_have_url(re.compile("looks=params.lr"))
    page.get_by_role("button", name="Move left").click()
    page.keyboard.press("Escape")
    heads = page.get_by_role("columnheader").all_inner_texts()
    assert [head.split(maxsplit=1)[0] for head in heads if head.strip()].index("lr") == 5
    page.get_by_role("separator", name="Width of lr").focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("widths=params.lr"))


def test_many_runs_are_rows_of_the_comparison(page: Page, study) -> None:
    page.goto(f"/compare?runs={','.join(study.many)}")
    expect(page.get_by_role("checkbox", name="Runs as rows")).to_be_checked()
    expect(page.get_by_role("rowheader", name="fold-2-3")).to_be_visible()
    page.goto(f"/compare?runs={','.join(study.many[:3])}&tab=charts&diff=1")
    expect(page.get_by_text("minus fold-0-0")).to_be_visible()
