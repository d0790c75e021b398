import json
import zipfile

import pytest

import assay

SHEET = (
    "model,lr,acc,when\nnet,0.1,0.9,2024-05-31\nnet,0.2,bad,2024-06-01\nvit,0.1,0.8,31/05/2024\n"
)
SAID = ("--param", "model", "--param", "lr", "--metric", "acc", "--time", "when")


@pytest.fixture
def sheet(place):
    (place / "x.csv").write_text(SHEET)
    return "x.csv"


def spreadsheet(run, *words, **options):
    return run("import", "spreadsheet", *words, "-e", "old", **options)


def test_bad_cells_are_listed_and_nothing_is_written(run, sheet):
    result = spreadsheet(run, sheet, *SAID, ok=False)
    lines = result.stderr.splitlines()
    assert lines[0].startswith("C3 (acc): 'bad' is no number")
    assert lines[1].startswith("D4 (when): '31/05/2024' is no time")
    assert "--skip-errors" in lines[2]
    assert assay.get_experiment_by_name("old") is None


def test_rows_with_bad_cells_are_left_out(run, sheet):
    result = spreadsheet(run, sheet, *SAID, "--skip-errors")
    assert "1 runs created in 'old', 0 there already, 2 of 3 rows left out" in result.stdout


def test_a_dry_run_shows_the_plan_and_fails_on_bad_cells(run, sheet):
    result = spreadsheet(run, sheet, "--dry-run", ok=False)
    assert "param lr ?" in result.stdout
    assert "its header sounds like a setting" in result.stdout
    assert "1 runs would be created" in result.stdout


def test_a_guess_needs_a_yes(run, place):
    (place / "x.csv").write_text("lr,acc\n0.1,0.9\n")
    assert "not certain" in spreadsheet(run, "x.csv", ok=False).stderr
    report = json.loads(spreadsheet(run, "x.csv", "--yes", "--json").stdout)
    assert (report["n_created"], report["columns"][0]["key"]) == (1, "lr")


def test_equals_signs_in_headers_are_no_keys(run, place):
    (place / "x.csv").write_text("a=b,c\n1,2\n")
    spreadsheet(run, "x.csv", "--tag", "a=b=d", "--param", "c=e")
    found = assay.search_runs(experiment_names=["old"], output_format="list")[0].data
    assert (found.params, found.tags["d"]) == ({"e": "2"}, "1")


@pytest.mark.parametrize(
    "text", ["columns: [", "[1, 2]", "rest: perhaps", "colums: {}", "columns: {lr: 3}", "\t"]
)
def test_a_mapping_file_that_makes_no_sense_is_told(run, sheet, place, text):
    (place / "map.yaml").write_text(text)
    result = spreadsheet(run, sheet, "--map", "map.yaml", ok=False)
    assert "map.yaml" in result.stderr
    assert "This is unexpected" not in result.stderr


def bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 100_000_000)


HOSTILE = {
    "bomb.xlsx": bomb,
    "picture.xlsx": lambda path: path.write_bytes(b"\x89PNG" * 99),
    "picture.csv": lambda path: path.write_bytes(b"\x89PNG\x00" * 99),
    "wide.csv": lambda path: path.write_text("," * 1_000_000 + "a\n1\n"),
    "broken.csv": lambda path: path.write_text('params.a\n"never closed\n'),
    "empty.csv": lambda path: path.touch(),
    "what.doc": lambda path: path.write_text("hello"),
    "broken.parquet": lambda path: path.write_text("hello"),
    "broken.jsonl": lambda path: path.write_text("[" * 100_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_a_reason(run, place, name):
    HOSTILE[name](place / name)
    result = spreadsheet(run, name, "--yes", ok=False)
    assert result.stderr.startswith("Error: ")
    assert "This is unexpected" not in result.stderr


def test_nothing_can_be_imported_offline(run, sheet, monkeypatch):
    monkeypatch.setenv("ASSAY_TRACKING_URI", "offline:there")
    assert "offline" in spreadsheet(run, sheet, *SAID, ok=False).stderr
