from pathlib import Path

import pytest

from assay.client.location import Kind, find_target, nearest_root, prepare_root
from assay.errors import InvalidParameter


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASSAY_JOURNAL_DIR", raising=False)


def test_without_a_uri_a_new_root_is_here(tmp_path):
    target = find_target("")
    assert target.kind is Kind.EMBEDDED
    assert Path(target.address) == tmp_path / ".assay"
    assert target.journals == tmp_path / ".assay" / "journal"


def test_the_nearest_root_upwards_wins(tmp_path, monkeypatch):
    (tmp_path / ".assay").mkdir()
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert nearest_root() == tmp_path / ".assay"


@pytest.mark.parametrize("uri", ["http://host:5000/", "https://host/prefix/"])
def test_a_server_address_loses_its_last_slash(uri, tmp_path):
    target = find_target(uri)
    assert target.kind is Kind.SERVER
    assert target.address == uri.rstrip("/")
    assert target.journals == tmp_path / ".assay" / "journal"


def test_offline_names_a_folder(tmp_path):
    target = find_target("offline:runs/here")
    assert target.kind is Kind.OFFLINE
    assert target.address == str(tmp_path / "runs" / "here")
    assert target.journals == tmp_path / "runs" / "here" / "journal"


@pytest.mark.parametrize("uri", ["store", "./store", "file:{root}/store", "file://{root}/store"])
def test_paths_and_file_uris_are_embedded_roots(uri, tmp_path):
    target = find_target(uri.format(root=tmp_path))
    assert target.kind is Kind.EMBEDDED
    assert Path(target.address) == tmp_path / "store"


@pytest.mark.parametrize("uri", ["ftp://host/x", "databricks://x", "file://elsewhere/x"])
def test_what_nobody_serves_is_refused_by_name(uri):
    with pytest.raises(InvalidParameter, match=uri.partition(":")[0]):
        find_target(uri)


def test_the_journal_folder_can_be_chosen(tmp_path, monkeypatch):
    monkeypatch.setenv("ASSAY_JOURNAL_DIR", str(tmp_path / "fast-disk"))
    assert find_target("http://host").journals == tmp_path / "fast-disk"


def test_a_root_keeps_itself_out_of_version_control(tmp_path):
    prepare_root(tmp_path / ".assay")
    prepare_root(tmp_path / ".assay")
    assert (tmp_path / ".assay" / ".gitignore").read_text() == "*\n"


def test_a_database_has_its_files_beside_it(tmp_path):
    target = find_target("sqlite:///data/runs.db")
    assert target.kind is Kind.EMBEDDED
    assert target.database_uri == "sqlite:///data/runs.db"
    assert Path(target.address) == tmp_path / "data"
    assert target.journals == tmp_path / ".assay" / "journal"


def test_a_database_elsewhere_has_its_files_in_the_nearest_root(tmp_path):
    target = find_target("postgresql://host/runs")
    assert Path(target.address) == tmp_path / ".assay"


def test_a_folder_of_somebody_else_is_not_hidden_from_version_control(tmp_path):
    prepare_root(tmp_path)
    prepare_root(tmp_path / "new")
    assert not (tmp_path / ".gitignore").exists()
    assert (tmp_path / "new" / ".gitignore").exists()
