"""Workbooks and texts from elsewhere, some of them hostile: a clear error, never a crash."""

import zipfile

import pytest
from openpyxl import Workbook

from assay.errors import InvalidParameter
from assay.transfer.tables import Reading, table_format


def read(path, kind, **options):
    names, rows = table_format(kind).open_rows(path, Reading(**options))
    return names, [list(row) for _, row in rows]


def workbook(path, *rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_formula_without_a_value_is_told_by_its_cell(tmp_path):
    path = workbook(tmp_path / "f.xlsx", ["a", "b"], [1, 2], [3, "=A2+B2"])
    with pytest.raises(InvalidParameter, match=r"Cell B3 .* formula"):
        read(path, "xlsx")


def test_a_formula_with_a_value_is_read_as_that(tmp_path):
    path = workbook(tmp_path / "f.xlsx", ["a"], ["=1+1"])
    with_value = tmp_path / "g.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(with_value, "w") as new:
        for name in old.namelist():
            content = old.read(name).replace(b"<v />", b"<v>2</v>").replace(b"<v></v>", b"<v>2</v>")
            new.writestr(name, content)
    assert read(with_value, "xlsx") == (["a"], [[2]])


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000_000)
    with pytest.raises(InvalidParameter, match="unpack"):
        read(path, "xlsx")


def test_a_file_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" * 100)
    with pytest.raises(InvalidParameter, match="no Excel workbook"):
        read(path, "xlsx")


def test_an_archive_of_other_things_is_refused(tmp_path):
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(InvalidParameter, match="no Excel workbook"):
        read(path, "xlsx")


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(tmp_path):
    path = workbook(tmp_path / "s.xlsx", ["a"], [1])
    with pytest.raises(InvalidParameter, match="'Sheet'"):
        read(path, "xlsx", sheet="other")


def test_a_million_columns_are_refused(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text(",".join(map(str, range(1_000_000))))
    with pytest.raises(InvalidParameter, match="1,000,000 columns"):
        read(path, "csv")


@pytest.mark.parametrize("content", [b"\x89PNG\x00\x00\r\n", b"a,b\n\xff\xfe\xfa,1\n"])
def test_what_is_no_text_is_refused(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidParameter, match=r"no text|not encoded"):
        read(path, "csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encoding_and_separator_are_found_out(tmp_path, encoding, separator):
    path = tmp_path / "x.csv"
    path.write_text(f"ä{separator}b\n1{separator}ü\n", encoding=encoding)
    assert read(path, "csv") == (["ä", "b"], [["1", "ü"]])


def test_an_empty_file_has_no_header(tmp_path):
    path = tmp_path / "x.csv"
    path.touch()
    with pytest.raises(InvalidParameter, match="no header"):
        read(path, "csv")
