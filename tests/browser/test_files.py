"""Every kind of file is shown, and none of them does harm."""

import re

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("notes.md", "Some bold text."),
        ("table.csv", "with, comma"),
        ("params.json", '"c": "text"'),
        ("train.py", "def train"),
        ("weights.bin", "00000010  10 11 12"),
        ("array.npy", "(3, 4)"),
        ("arrays.npz", "0 … 5, mean 2.5 of the first 6"),
        ("tone.wav", "1 s · 8,000 Hz · mono"),
        ("model/MLmodel", "species"),
        ("model/MLmodel", "mlflow.pyfunc.load_model"),
        ("notebook.ipynb", "1 + 1"),
    ],
)
def test_a_file_shows_what_is_in_it(page: Page, study, path: str, seen: str) -> None:
    page.goto(f"/r/{study.with_files}/artifacts/{path}")
    expect(page.get_by_role("region", name=path)).to_contain_text(seen)


def test_a_parquet_file_shows_its_first_rows_and_says_how_many_there_are(page: Page, study) -> None:
    page.goto(f"/r/{study.with_files}/artifacts/table.parquet")
    expect(page.get_by_text("The first 500 of 2,000 rows, in 4 row groups")).to_be_visible()
    expect(page.get_by_role("row").nth(2)).to_contain_text("second")


def test_a_pdf_is_drawn_and_its_words_are_there_for_those_who_do_not_see_it(
    page: Page, study
) -> None:
    page.goto(f"/r/{study.with_files}/artifacts/paper.pdf")
    expect(page.get_by_text("Page 1 of 1")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("Words on a page"))).to_be_visible()


def test_a_picture_is_shown_from_its_folder(page: Page, study) -> None:
    page.goto(f"/r/{study.with_files}/artifacts")
    page.get_by_role("button", name="plots").click()
    page.get_by_role("button", name=re.compile("red.png")).click()
    expect(page.get_by_text("8 × 8 px")).to_be_visible()


def test_markdown_runs_nothing(page: Page, study) -> None:
    page.goto(f"/r/{study.with_files}/artifacts/notes.md")
    expect(page.get_by_role("heading", name="Title")).to_be_visible()
    assert page.evaluate("window.broken === undefined")


def test_a_table_is_sorted_by_size(page: Page, study) -> None:
    page.goto(f"/r/{study.with_files}/artifacts/table.csv")
    page.get_by_role("button", name="score").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("with, comma")
    expect(page.get_by_text("rows 1–3 of 3")).to_be_visible()


def test_a_figure_is_drawn_in_the_sandbox(page: Page, study) -> None:
    page.faults.allowed.append("Failed to load resource")
    page.goto(f"/r/{study.with_files}/artifacts/figure.plotly.json")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("Drawn")).to_be_visible()


def test_an_html_file_reaches_neither_storage_nor_cookies_nor_page_nor_api(
    page: Page, study
) -> None:
    page.faults.allowed += [
        "Content Security Policy",
        "connect-src",
        "Refused to connect",
        "Fetch API cannot load",
    ]
    page.goto(f"/r/{study.with_files}/artifacts/page.html")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Report")).to_be_visible()
    expect(frame.locator("#said")).to_have_text("no storage, no cookies, no parent, no api")


def test_a_file_that_is_not_there_is_named(page: Page, study) -> None:
    page.goto(f"/r/{study.with_files}/artifacts/gone.txt")
    expect(page.get_by_text("This run has no file gone.txt")).to_be_visible()


def test_formulas_are_drawn_and_money_stays_as_it_is(page: Page, study) -> None:
    page.goto(f"/r/{study.with_files}/artifacts/formula.md")
    expect(page.locator("math")).to_have_count(1)
    expect(page.get_by_text("and $5 for it")).to_be_visible()


def test_a_folder_shows_what_it_is_a_folder_of(page: Page, study) -> None:
    page.goto(f"/r/{study.with_files}/artifacts/model")
    expect(page.get_by_role("region", name="Signature")).to_contain_text("width")
    expect(page.get_by_role("region", name="Input example")).to_contain_text("1.5")
    page.goto(f"/r/{study.with_files}/artifacts/tables")
    expect(page.get_by_role("row", name=re.compile("b.csv"))).to_contain_text("2: id, label")
    page.goto(f"/r/{study.with_files}/artifacts/gallery")
    expect(page.get_by_role("img")).to_have_count(2)


def test_the_files_of_a_folder_are_walked_with_the_arrow_keys(page: Page, study) -> None:
    page.goto(f"/r/{study.with_files}/artifacts/gallery/one.png")
    expect(page.get_by_text("8 × 8 px")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("gallery/two.png"))
