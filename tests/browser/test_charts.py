"""What a chart must never hide, looked for in its pixels."""

import json
import re

from playwright.sync_api import Page, expect

from browser.study import N_LONG, SPIKE_AT

# The colours that are not the ground, the grid or the words, in one column of a chart's picture.
COLUMN = """
([x, from, to]) => {
  const canvas = document.querySelector("[role=figure] canvas");
  const ratio = canvas.width / canvas.clientWidth;
  const pen = canvas.getContext("2d");
  const left = Math.round((x - 2) * ratio);
  const { data } = pen.getImageData(left, Math.round(from * ratio), Math.round(4 * ratio), Math.round((to - from) * ratio));
  let coloured = 0;
  for (let place = 0; place < data.length; place += 4) {
    const [red, green, blue] = [data[place], data[place + 1], data[place + 2]];
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > 60) coloured += 1;
  }
  return coloured;
}
"""
RIGHT = 12


def open_chart(page: Page, experiment: str, runs: list[str], **own: str) -> dict[str, float]:
    shown = ",".join(runs)
    page.goto(
        f"/e/{experiment}?view=charts&tall=high&grid=1&show={shown}&own={json.dumps({'loss': own})}"
    )
    figure = page.get_by_role("figure", name=re.compile("^loss"))
    expect(figure).to_be_visible()
    page.wait_for_timeout(500)
    size = figure.bounding_box()
    assert size is not None
    return dict(size)


def place_of(size: dict[str, float], share: float, *, labels: int = 0) -> float:
    left = 60
    return left + (size["width"] - left - RIGHT - labels) * share


def columns_with_colour(page: Page, size: dict[str, float], share: float, depth: float) -> int:
    """Return how much colour there is near a place on x, from the top down to a share of the height."""
    middle = place_of(size, share)
    found = [
        page.evaluate(COLUMN, [middle + shift, 4, size["height"] * depth])
        for shift in range(-24, 25, 3)
    ]
    return max(found)


def test_one_spike_among_100000_points_is_seen_at_full_zoom_out(page: Page, study) -> None:
    size = open_chart(page, study.curves, [study.spiked], out="all")
    assert columns_with_colour(page, size, SPIKE_AT / N_LONG, 0.5) > 20
    assert columns_with_colour(page, size, 0.3, 0.5) == 0


def test_a_clipped_spike_ends_in_a_triangle_at_the_edge_and_a_remark(page: Page, study) -> None:
    size = open_chart(page, study.curves, [study.spiked], out="percentile")
    expect(page.get_by_text("1 run above range · show all")).to_be_visible()
    assert columns_with_colour(page, size, SPIKE_AT / N_LONG, 0.1) > 5


def test_a_run_that_reaches_1e60_neither_flattens_the_others_nor_disappears(
    page: Page, study
) -> None:
    size = open_chart(page, study.curves, [study.calm, study.wild])
    expect(page.get_by_text("1 run above range · show all")).to_be_visible()
    # The calm curve falls from 1.1: it takes most of the height at its beginning.
    assert columns_with_colour(page, size, 0.02, 0.5) > 3
    page.get_by_text("1 run above range · show all").click()
    expect(page.get_by_text("1 run above range · show all")).to_be_hidden()


def test_the_values_at_the_cursor_are_read_out(page: Page, study) -> None:
    open_chart(page, study.curves, [study.calm])
    figure = page.get_by_role("figure", name=re.compile("^loss"))
    figure.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(figure.get_by_role("status")).to_contain_text("calm-0")
    expect(figure.get_by_role("status")).to_contain_text(re.compile(r"step \d+"))


def test_a_chart_is_saved_as_svg_with_the_same_marks(page: Page, study) -> None:
    open_chart(page, study.curves, [study.calm, study.broken])
    page.get_by_role("button", name="More: loss").click()
    with page.expect_download() as saving:
        page.get_by_role("menuitem", name="Save as SVG").click()
    svg = saving.value.path().read_text()
    assert svg.startswith("<svg")
    assert svg.count("<path") > 3
    assert "NaN" not in svg


def test_a_chart_is_read_as_a_table(page: Page, study) -> None:
    open_chart(page, study.curves, [study.calm])
    page.get_by_role("button", name="More: loss").click()
    page.get_by_role("menuitem", name="View as table").click()
    dialog = page.get_by_role("dialog", name="loss")
    expect(dialog.get_by_role("row").nth(1)).to_contain_text("1.1")


def test_rows_are_grouped_with_mean_and_deviation(page: Page, study) -> None:
    page.goto(f"/e/{study.seeds}?view=table&by=params.width")
    groups = page.get_by_role("group", name="Groups of runs")
    expect(groups).to_contain_text("2 groups")
    expect(groups.get_by_role("row").nth(1)).to_contain_text("±")
    groups.get_by_role("button", name="Show runs").first.click()
    expect(page.get_by_text(re.compile("^5 of 10 runs match"))).to_be_visible()


def test_a_value_of_a_cell_becomes_a_filter(page: Page, study) -> None:
    page.goto(f"/e/{study.seeds}?view=table")
    page.get_by_role("gridcell", name="64", exact=True).first.click(button="right")
    page.get_by_role("menuitem", name="Only runs with this value").click()
    expect(page.get_by_text(re.compile("^5 of 10 runs match"))).to_be_visible()


def test_all_matching_runs_are_saved_as_csv(page: Page, study) -> None:
    page.goto(f"/e/{study.sweep}?view=table")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as saving:
        page.get_by_role("menuitem", name="All matching runs as CSV").click()
    lines = saving.value.path().read_text().splitlines()
    assert len(lines) == 1501
    assert lines[0].startswith("run_id,attributes.run_name")


def test_a_note_is_written_and_taken_back(page: Page, study) -> None:
    page.goto(f"/r/{study.calm}")
    note = page.get_by_role("region", name="Note")
    note.get_by_role("button", name="Add a note").click()
    note.get_by_role("textbox").fill("**Calm** all along")
    note.get_by_role("button", name="Save").click()
    expect(note.get_by_text("Calm all along")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(note.get_by_role("button", name="Add a note")).to_be_visible()


def test_a_metric_over_two_params_and_by_category_is_drawn_and_said(page: Page, study) -> None:
    page.goto(f"/e/{study.sweep}?view=explore")
    contour = page.get_by_role("region", name="Contour")
    expect(
        contour.get_by_role("figure", name="val_acc over lr and seed, 1,500 runs")
    ).to_be_visible()
    expect(contour.get_by_text("blank where there are none")).to_be_visible()
    boxes = page.get_by_role("region", name="Box plot")
    boxes.get_by_label("by", exact=True).select_option("params.solver")
    figure = boxes.get_by_role("figure", name=re.compile("by solver, 2 categories, best median"))
    expect(figure).to_contain_text("dots of the first 400 runs of each")
    expect(page).to_have_url(re.compile("by2=params.solver"))


def test_a_difference_names_its_baseline_and_keeps_the_spike(page: Page, study) -> None:
    page.goto(f"/compare?runs={study.calm},{study.spiked}&base={study.calm}&tab=charts")
    page.get_by_role("checkbox", name="minus baseline").check()
    expect(page.get_by_role("figure", name="loss minus calm-0, 1 curve")).to_be_visible()
    expect(page.get_by_text("minus calm-0", exact=True)).to_be_visible()
