"""Logging files: the same from the user's side embedded, through a server and offline."""

import io
import json
import re
from pathlib import Path

import matplotlib.figure
import numpy as np
import pandas as pd
import PIL.Image
import plotly.graph_objects
import pytest

import assay
from assay.client import fluent_artifacts, spool
from assay.client.connection import close_all
from assay.client.fluent_artifacts import (
    download_artifacts,
    list_artifacts,
    load_dict,
    load_image,
    load_table,
    load_text,
    log_artifact,
    log_artifacts,
    log_dict,
    log_figure,
    log_image,
    log_stream,
    log_table,
    log_text,
)
from assay.errors import ArtifactNotFound, InvalidParameter, InvalidPath, NotFound
from servers import server_on_thread


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("ASSAY_SUPPRESS_PRINTING_URL", "true")
    return folder


@pytest.fixture(params=["embedded", "server"])
def run(request, home, tmp_path):
    if request.param == "server":
        with server_on_thread(tmp_path / "served") as server:
            yield from active_run(server.url)
    else:
        yield from active_run("")


def active_run(uri):
    assay.set_tracking_uri(uri)
    with assay.start_run() as run:
        yield run
    close_all()
    assay.set_tracking_uri("")


def names(run, path=None):
    return [info.path for info in list_artifacts(run_id=run.info.run_id, artifact_path=path)]


def text_of(run, path):
    return load_text(f"runs:/{run.info.run_id}/{path}")


def test_text_is_stored_and_read_back(run):
    log_text("žluťoučký\n", "notes/a.txt")
    assert text_of(run, "notes/a.txt") == "žluťoučký\n"
    assert names(run) == ["notes"]


def test_dictionary_is_stored_as_json_or_yaml_by_its_name(run):
    log_dict({"rate": 0.1, "odd": {1, 2}.__class__}, "a.json")
    log_dict({"rate": 0.1, "layers": [1, 2], "odd": Path("x")}, "b.yaml")
    assert text_of(run, "a.json").startswith('{\n  "rate": 0.1')
    assert text_of(run, "b.yaml") == "rate: 0.1\nlayers:\n- 1\n- 2\nodd: x\n"
    assert load_dict(f"runs:/{run.info.run_id}/b.yaml")["layers"] == [1, 2]


def test_file_goes_to_the_named_folder(run, home):
    (home / "model.bin").write_bytes(b"\0" * 10)
    log_artifact(home / "model.bin", "deep/er")
    assert names(run, "deep/er") == ["deep/er/model.bin"]


def test_folder_is_logged_under_its_own_name_and_its_content_without(run, home):
    (home / "tree" / "sub").mkdir(parents=True)
    (home / "tree" / "a").write_text("a")
    (home / "tree" / "sub" / "b").write_text("b")
    log_artifact("tree", "x")
    log_artifacts("tree", "y")
    assert names(run, "x/tree") == ["x/tree/a", "x/tree/sub"]
    assert names(run, "y") == ["y/a", "y/sub"]
    assert text_of(run, "y/sub/b") == "b"


def test_stream_is_stored_to_its_end(run):
    log_stream(io.BytesIO(b"bytes" * 1000), "a.bin")
    log_stream(io.StringIO("text"), "b.txt")
    assert text_of(run, "a.bin") == "bytes" * 1000
    assert text_of(run, "b.txt") == "text"


def test_downloaded_tree_equals_what_was_logged(run, home):
    content = {"a": b"1", "sub/b": b"22", "sub/deep/c": b"", "with space/ü.txt": b"333"}
    for name, data in content.items():
        (home / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        (home / "tree" / name).write_bytes(data)
    log_artifacts("tree", "top")
    local = Path(
        download_artifacts(run_id=run.info.run_id, artifact_path="top", dst_path="out/here")
    )
    assert local == home / "out" / "here" / "top"
    found = {
        str(path.relative_to(local)): path.read_bytes()
        for path in local.rglob("*")
        if path.is_file()
    }
    assert found == content
    assert sorted(path.name for path in (home / "out" / "here").iterdir()) == ["top"]


def test_single_file_and_whole_run_can_be_downloaded(run):
    log_text("1", "d/a.txt")
    log_text("2", "b.txt")
    one = download_artifacts(artifact_uri=f"runs:/{run.info.run_id}/d/a.txt")
    everything = Path(download_artifacts(run_id=run.info.run_id))
    by_location = download_artifacts(artifact_uri=f"{run.info.artifact_uri}/b.txt")
    assert Path(one).read_text() == "1"
    assert sorted(path.name for path in everything.iterdir()) == ["b.txt", "d"]
    assert Path(by_location).read_text() == "2"


def test_what_is_not_there_is_not_found(run):
    with pytest.raises(ArtifactNotFound):
        download_artifacts(run_id=run.info.run_id, artifact_path="missing")
    with pytest.raises(ArtifactNotFound):
        text_of(run, "missing")
    assert names(run, "missing") == []


def test_mistakes_of_the_caller_raise_at_once(run):
    with pytest.raises(FileNotFoundError):
        log_artifact("missing.txt")
    with pytest.raises(NotADirectoryError):
        log_artifacts("missing")
    for path in ("../x", "/x", "a//b", ""):
        with pytest.raises(InvalidPath):
            log_text("x", path)
    with pytest.raises(InvalidParameter, match="Exactly one"):
        download_artifacts()


def test_matplotlib_figure_is_stored_in_the_form_of_its_name(run):
    figure = matplotlib.figure.Figure()
    log_figure(figure, "plots/a.png")
    log_figure(figure, "plots/a.svg", save_kwargs={"dpi": 30})
    assert load_image(f"runs:/{run.info.run_id}/plots/a.png").size[0] > 0
    assert "<svg" in text_of(run, "plots/a.svg")
    with pytest.raises(InvalidParameter, match="nope"):
        log_figure(figure, "a.nope")


def test_plotly_figure_is_stored_as_a_page(run):
    log_figure(plotly.graph_objects.Figure(), "a.html")
    assert "<html>" in text_of(run, "a.html")
    with pytest.raises(TypeError, match="file extension"):
        log_figure(plotly.graph_objects.Figure(), "a.txt")


def test_other_object_is_no_figure(run):
    with pytest.raises(TypeError, match="Unsupported figure"):
        log_figure(object(), "a.png")


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 6), dtype=np.uint8),
        np.ones((4, 6, 1), dtype=bool),
        np.full((4, 6, 3), 0.5),
        np.full((4, 6, 4), 200, dtype=np.int64),
        PIL.Image.new("RGB", (6, 4)),
        [[0, 255, 0, 255, 0, 255]] * 4,
    ],
    ids=["gray", "bool", "float", "int-alpha", "pillow", "list"],
)
def test_image_of_any_kind_is_stored(run, image):
    log_image(image, "i.png")
    assert load_image(f"runs:/{run.info.run_id}/i.png").size == (6, 4)


def test_image_under_a_key_makes_two_files_and_a_tag(run):
    log_image(np.zeros((10, 20, 3), dtype=np.uint8), key="train/x", step=3, timestamp=17)
    found = names(run, "images")
    stem = r"images/train~x\+step\+3\+timestamp\+17\+[0-9a-f-]{36}"
    assert re.fullmatch(stem + r"\+compressed\.webp", found[0])
    assert re.fullmatch(stem + r"\.png", found[1])
    small = load_image(f"{run.info.artifact_uri}/{found[0]}")
    assert small.size == (256, 128)
    assert assay.get_run(run.info.run_id).data.tags["mlflow.loggedImages"] == "True"


def test_image_values_outside_are_clipped_with_a_warning(run):
    with pytest.warns(UserWarning, match="clipped"):
        log_image(np.array([[-1.0, 2.0]]), "i.png")
    assert np.array(load_image(f"runs:/{run.info.run_id}/i.png")).tolist() == [[0, 255]]


def test_what_is_no_image_is_refused(run):
    for image in (np.zeros(3), np.zeros((2, 2, 2)), np.array([["a"]]), object()):
        with pytest.raises(InvalidParameter):
            log_image(image, "i.png")
    with pytest.raises(InvalidParameter, match="exactly one"):
        log_image(np.zeros((2, 2)))
    with pytest.raises(InvalidParameter, match="key"):
        log_image(np.zeros((2, 2)), key="a+b")


def test_table_grows_with_each_call(run):
    name = "dir/t.json"
    log_table({"a": [1, 2], "b": ["x", "y"]}, name)
    log_table(pd.DataFrame({"a": [3], "b": ["z"]}), name)
    table = load_table(name, run_ids=[run.info.run_id])
    assert table.to_dict("list") == {"a": [1, 2, 3], "b": ["x", "y", "z"]}


def test_table_file_has_the_split_form_and_the_run_a_tag(run):
    log_table({"a": 1, "b": "x"}, "t.json")
    log_table({"a": 2, "b": "y"}, "t.json")
    log_table({"a": 2}, "other.json")
    assert json.loads(text_of(run, "t.json")) == {
        "columns": ["a", "b"],
        "data": [[1, "x"], [2, "y"]],
    }
    tag = assay.get_run(run.info.run_id).data.tags["mlflow.loggedArtifacts"]
    assert json.loads(tag) == [
        {"path": "t.json", "type": "table"},
        {"path": "other.json", "type": "table"},
    ]


def test_table_is_loaded_from_every_run_that_has_it(run):
    log_table({"a": [1]}, "t.json")
    with assay.start_run(nested=True):
        log_table({"a": [2]}, "t.json")
    table = load_table("t.json", extra_columns=["run_id", "tags.mlflow.user"])
    assert sorted(table["a"]) == [1, 2]
    assert table["run_id"].nunique() == 2
    with pytest.raises(NotFound):
        load_table("missing.json")


def test_image_in_a_table_becomes_a_file(run):
    log_table({"i": [PIL.Image.new("L", (4, 4))], "n": [1]}, "t.json")
    cell = load_table("t.json", run_ids=[run.info.run_id])["i"][0]
    assert cell["type"] == "image"
    assert re.fullmatch(r"table_images/t/[0-9a-f-]{36}\.png", cell["filepath"])
    assert load_image(f"{run.info.artifact_uri}/{cell['filepath']}").size == (4, 4)
    assert cell["compressed_filepath"] in names(run, "table_images/t")


def test_parquet_without_its_library_says_what_to_install(run, monkeypatch):
    def missing(*_args, **_options):
        raise ImportError

    monkeypatch.setattr(pd.DataFrame, "to_parquet", missing)
    with pytest.raises(InvalidParameter, match="pip install pyarrow"):
        log_table({"a": 1}, "t.parquet")


def test_table_of_another_kind_is_refused(run):
    with pytest.raises(InvalidParameter, match="dictionary"):
        log_table([1, 2], "t.json")
    with pytest.raises(InvalidParameter, match=r"\.json or \.parquet"):
        log_table({"a": 1}, "t.csv")


def test_location_of_a_file_follows_the_run(run):
    assert fluent_artifacts.get_artifact_uri() == run.info.artifact_uri
    assert fluent_artifacts.get_artifact_uri("a/b") == f"{run.info.artifact_uri}/a/b"
    with pytest.raises(InvalidPath):
        fluent_artifacts.get_artifact_uri("../b")


def test_place_on_another_server_is_refused(run):
    with pytest.raises(InvalidParameter, match="another server"):
        load_text("mlflow-artifacts://elsewhere:80/0/a")


def test_package_offers_the_functions_that_users_know(run):
    log_text("1", "a")
    assert assay.artifacts.load_text(f"runs:/{run.info.run_id}/a") == "1"
    assert assay.artifacts.list_artifacts(run_id=run.info.run_id)[0].path == "a"
    assert "download_artifacts" in dir(assay.artifacts)


def test_offline_files_wait_in_the_spool_and_sync_delivers_them(home, tmp_path):
    assay.set_tracking_uri(f"offline:{home}/trip")
    with assay.start_run() as run:
        log_text("first", "a.txt")
        log_text("second", "a.txt")
        log_image(np.zeros((4, 4)), key="k")
        log_table({"a": [1]}, "t.json")
        log_table({"a": [2]}, "t.json")
    assert {file.path for file in spool.spooled_files(home / "trip", run.info.run_id)} > {
        "a.txt",
        "t.json",
    }
    with server_on_thread(tmp_path / "served") as server:
        assay.set_tracking_uri(server.url)
        for _ in range(2):
            receipt = assay.sync(f"{home}/trip", server.url)
            assert receipt.is_complete
        assert text_of(run, "a.txt") == "second"
        assert load_table("t.json", run_ids=[run.info.run_id])["a"].tolist() == [1, 2]
        assert len(names(run, "images")) == 2
        assert spool.spooled_files(home / "trip", run.info.run_id) == []
        close_all()
    assay.set_tracking_uri("")


def test_server_that_is_away_costs_one_warning_and_no_exception(home, caplog, monkeypatch):
    monkeypatch.setenv("ASSAY_FLUSH_TIMEOUT", "0.1")
    assay.set_tracking_uri("http://127.0.0.1:9")
    with assay.start_run() as run:
        for number in range(5):
            log_text(str(number), f"{number}.txt")
        with pytest.raises(FileNotFoundError):
            log_artifact("missing")
    waiting = spool.spooled_files(home / ".assay", run.info.run_id)
    assert [file.path for file in waiting] == [f"{number}.txt" for number in range(5)]
    close_all()
    assay.set_tracking_uri("")


def test_files_of_a_logged_model_are_uploaded_and_listed(run, tmp_path):
    client = assay.MlflowClient()
    model_id = assay.initialize_logged_model(name="forest").model_id
    tree = tmp_path / "tree"
    (tree / "inner").mkdir(parents=True)
    (tree / "a.txt").write_text("a")
    (tree / "inner" / "b.txt").write_text("bb")
    client.log_model_artifacts(model_id, str(tree))
    client.log_model_artifact(model_id, str(tree / "a.txt"), "copies")
    top = client.list_logged_model_artifacts(model_id)
    assert [(file.path, file.is_dir) for file in top] == [
        ("a.txt", False),
        ("copies", True),
        ("inner", True),
    ]
    assert client.list_logged_model_artifacts(model_id, "inner")[0].file_size == 2
