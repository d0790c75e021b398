from pathlib import Path

import pytest

import assay
from assay.data import file_digests
from assay.errors import InvalidParameter


@pytest.fixture(autouse=True)
def own_root(tmp_path, monkeypatch):
    (tmp_path / ".assay").mkdir()
    monkeypatch.chdir(tmp_path)


def make_folder(folder: Path) -> Path:
    (folder / "inner").mkdir(parents=True)
    (folder / "a.csv").write_text("x\n1\n")
    (folder / "inner" / "b.csv").write_text("x\n2\n")
    return folder


def test_a_file_has_the_digest_of_its_content(tmp_path):
    file = tmp_path / "train.csv"
    file.write_bytes(b"abc")
    described = assay.data.from_files(file)
    assert described.content_sha256.startswith("ba7816bf8f01cfea")
    assert described.digest == "ba7816bf"
    assert described.name == "train.csv"
    assert described.source.to_dict() == {"uri": str(file)}
    assert described.profile == {"num_files": 1, "size_in_bytes": 3, "endings": {".csv": 1}}


def test_a_folder_has_the_same_digest_wherever_it_lies(tmp_path):
    one, other = make_folder(tmp_path / "one"), make_folder(tmp_path / "other")
    first, second = assay.data.from_files(one), assay.data.from_files(other)
    assert first.digest == second.digest
    assert first.profile["num_files"] == 2
    assert [entry[0] for entry in first.profile["files"]] == ["a.csv", "inner/b.csv"]


@pytest.mark.parametrize("change", ["content", "name", "more", "less"])
def test_any_change_in_a_folder_changes_its_digest(tmp_path, change):
    folder = make_folder(tmp_path / "one")
    before = assay.data.from_files(folder).digest
    match change:
        case "content":
            (folder / "inner" / "b.csv").write_text("x\n3\n")
        case "name":
            (folder / "a.csv").rename(folder / "c.csv")
        case "more":
            (folder / "d.csv").write_text("")
        case "less":
            (folder / "a.csv").unlink()
    assert assay.data.from_files(folder).digest != before


def test_an_unchanged_file_is_not_read_again(tmp_path, monkeypatch):
    monkeypatch.setattr(file_digests, "SETTLED_AFTER_S", -1.0)
    file = tmp_path / "data.bin"
    file.write_bytes(b"abc")
    state = file_digests.FileState.of(file)
    cache = file_digests.DigestCache.of_nearest_root()
    first = file_digests.digest_of(state, cache)
    cache.save()
    again = file_digests.DigestCache.of_nearest_root()
    assert again.find(state) == first
    file.write_bytes(b"abd")
    assert again.find(file_digests.FileState.of(file)) is None


def test_a_file_that_changed_just_now_is_not_remembered(tmp_path):
    file = tmp_path / "data.bin"
    file.write_bytes(b"abc")
    assay.data.from_files(file)
    cache = file_digests.DigestCache.of_nearest_root()
    assert cache.find(file_digests.FileState.of(file)) is None


def test_a_torn_line_of_the_cache_does_no_harm(tmp_path, monkeypatch):
    monkeypatch.setattr(file_digests, "SETTLED_AFTER_S", -1.0)
    file = tmp_path / "data.bin"
    file.write_bytes(b"abc")
    assay.data.from_files(file)
    cached = tmp_path / ".assay" / file_digests.FILE_NAME
    cached.write_bytes(b'["torn' + b"\n" + cached.read_bytes())
    cache = file_digests.DigestCache.of_nearest_root()
    assert cache.find(file_digests.FileState.of(file)) is not None


def test_what_is_not_there_cannot_be_described():
    with pytest.raises(InvalidParameter, match="no file or folder"):
        assay.data.from_files("missing.csv")


def test_data_of_another_place_is_only_named():
    described = assay.data.from_files("s3://bucket/train/part.parquet")
    assert described.name == "part.parquet"
    assert described.source.type == "s3"
    assert described.content_sha256 is None


def test_local_data_is_found_where_it_is(tmp_path):
    file = tmp_path / "train.csv"
    file.write_bytes(b"abc")
    assert assay.data.from_files(file).source.load() == str(file)
    copy = Path(assay.data.from_files(file).source.load(str(tmp_path / "copies")))
    assert copy.read_bytes() == b"abc"


def test_names_that_are_no_text_do_no_harm(tmp_path):
    folder = tmp_path / "odd\udcff"
    folder.mkdir()
    (folder / "a\udcff.bin").write_bytes(b"abc")
    described = assay.data.from_files(folder)
    assert described.profile["num_files"] == 1
    assert described.to_dict()["name"].startswith("odd")
