"""What `assay.log` takes, and where it is found again, wherever runs are logged."""

import io
import json
import math
import wave
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import PIL.Image
import plotly.graph_objects
import polars as pl
import pytest

import assay
from assay.client.media_files import load_media
from assay.errors import InvalidParameter
from fluent_places import Place, places

mpl.use("Agg")
import matplotlib.pyplot as plt


@pytest.fixture(params=["embedded", "server", "plain server", "offline"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    with places(request.param, tmp_path) as made:
        yield made


def logged(place, values, **options):
    """Log values to a run of their own and return it."""
    with assay.start_run() as run:
        assay.log(values, **options)
    return place.get_run(run.info.run_id)


def only_media(place, run):
    """Return the one media file of a run and its content."""
    client = place.client()
    (file,) = client.list_media(run.info.run_id)
    return file, load_media(client.connection, run.info.run_id, file)


class Scalar:
    """A tensor of one element, as far as it is asked for."""

    shape = (1,)

    def item(self):
        return 0.75


def test_numbers_of_any_kind_are_metrics_by_nested_keys(place):
    values = {"loss": 1, "train": {"acc": np.float32(0.5), "deep": {"x": Scalar()}}, "ok": True}
    run = logged(place, values, step=3)
    expected = {"loss": 1.0, "train/acc": 0.5, "train/deep/x": 0.75, "ok": 1.0}
    assert run.data.metrics == expected
    assert {metric.step for metric in run.data.metric_list} == {3}


def test_one_call_logs_a_whole_curve(place):
    values = [0.5, math.inf, 0.25]
    run = logged(place, {"loss": np.array(values), "list": values})
    for key in ("loss", "list"):
        history = place.client().get_metric_history(run.info.run_id, key)
        assert [(point.step, point.value) for point in history] == list(enumerate(values))


def test_a_curve_may_have_steps_of_its_own(place):
    run = logged(place, {"loss": [3.0, 2.0]}, step=[10, 20])
    history = place.client().get_metric_history(run.info.run_id, "loss")
    assert [(point.step, point.value) for point in history] == [(10, 3.0), (20, 2.0)]


def test_an_array_at_one_step_is_kept_whole(place):
    file, content = only_media(place, logged(place, {"roc": np.arange(3.0)}, step=4))
    assert (file.key, file.step, file.kind) == ("roc", 4, "array")
    assert np.array_equal(np.load(io.BytesIO(content)), np.arange(3.0))


def test_images_are_found_by_key_and_step_and_as_mlflow_keeps_them(place):
    pixels = np.zeros((4, 5, 3), dtype=np.uint8)
    with assay.start_run() as run:
        for step in range(3):
            assay.log({"samples/one": pixels}, step=step)
        assay.log({"samples/two": assay.Image(PIL.Image.new("L", (2, 2)), caption="two")}, step=1)
    client = place.client()
    run_id = run.info.run_id
    found = client.list_media(run_id, key="samples/one")
    assert [(file.key, file.step, file.kind) for file in found] == [
        ("samples/one", step, "image") for step in range(3)
    ]
    assert [file.step for file in client.list_media(run_id, start_step=1, end_step=1)] == [1, 1]
    stored = [info.path for info in client.list_artifacts(run_id, "images")]
    assert sum(path.endswith("+compressed.webp") for path in stored) == 4
    assert client.get_run(run_id).data.tags["mlflow.loggedImages"] == "True"
    image = PIL.Image.open(io.BytesIO(load_media(client.connection, run_id, found[0])))
    assert image.size == (5, 4)


def matplotlib_figure():
    figure, axes = plt.subplots()
    axes.plot([1, 2])
    plt.close(figure)
    return figure


class Chart:
    """A figure of altair, as far as it is asked for."""

    def to_json(self):
        return '{"mark":"bar"}'


Chart.__module__ = "altair.vegalite.v5.api"


@pytest.mark.parametrize(
    ("make", "ending", "start"),
    [
        (matplotlib_figure, ".png", b"\x89PNG"),
        (lambda: matplotlib_figure().axes[0], ".png", b"\x89PNG"),
        (plotly.graph_objects.Figure, ".html", b"<!doctype html>"),
        (Chart, ".json", b'{"mark":"bar"}'),
    ],
    ids=["matplotlib", "axes", "plotly", "altair"],
)
def test_figures_are_kept_in_a_form_that_can_be_shown(place, make, ending, start):
    file, content = only_media(place, logged(place, {"plot": make()}, step=2))
    assert (file.key, file.step, file.kind) == ("plot", 2, "figure")
    assert file.path.endswith(ending)
    assert content.startswith(start)


def test_sound_is_kept_as_wav(place):
    sound = assay.Audio(np.sin(np.arange(800)), sample_rate=8000)
    file, content = only_media(place, logged(place, {"voice": sound}))
    assert file.kind == "audio"
    with wave.open(io.BytesIO(content)) as wav:
        assert (wav.getframerate(), wav.getnframes(), wav.getnchannels()) == (8000, 800, 1)


def test_frames_become_a_film(place):
    frames = np.random.default_rng(0).integers(0, 255, (3, 8, 8, 3), dtype=np.uint8)
    file, content = only_media(place, logged(place, {"film": assay.Video(frames)}))
    assert file.kind == "video"
    assert PIL.Image.open(io.BytesIO(content)).n_frames == 3


def test_a_histogram_counts_every_value_once(place):
    values = np.array([0.0, 1.0, 1.0, np.nan, np.inf, -np.inf])
    run = logged(place, {"weights": assay.Histogram(values, bins=2)}, step=7)
    file, content = only_media(place, run)
    found = json.loads(content)
    assert (file.kind, file.step) == ("histogram", 7)
    assert found["counts"] == [1, 2]
    assert found["edges"] == [0.0, 0.5, 1.0]
    counted = ("n", "nan", "positive_infinity", "negative_infinity")
    assert [found[name] for name in counted] == [6, 1, 1, 1]


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}),
        pl.DataFrame({"a": [1, 2], "b": ["x", "y"]}),
        assay.Table({"a": [1, 2], "b": ["x", "y"]}),
        assay.Table([[1, "x"], [2, "y"]], columns=["a", "b"]),
    ],
    ids=["pandas", "polars", "columns", "rows"],
)
def test_tables_have_the_form_that_tables_of_runs_have(place, table):
    file, content = only_media(place, logged(place, {"t": table}, step=1))
    assert file.kind == "table"
    assert json.loads(content) == {"columns": ["a", "b"], "data": [[1, "x"], [2, "y"]]}


def test_texts_and_files_are_kept_as_they_are(place, tmp_path):
    (tmp_path / "song.mp3").write_bytes(b"ID3")
    values = {"answer": "yes", "page": assay.Text("# yes", format="md"), "s": tmp_path / "song.mp3"}
    run = logged(place, values, step=1)
    client = place.client()
    files = {file.key: file for file in client.list_media(run.info.run_id)}
    contents = {
        key: load_media(client.connection, run.info.run_id, file) for key, file in files.items()
    }
    assert contents == {"answer": b"yes", "page": b"# yes", "s": b"ID3"}
    assert [files[key].kind for key in contents] == ["text", "text", "audio"]


def test_a_list_of_texts_is_logged_item_by_item(place):
    run = logged(place, {"answers": ["yes", "no"]}, step=1)
    keys = [file.key for file in place.client().list_media(run.info.run_id)]
    assert keys == ["answers/0", "answers/1"]


def test_nothing_is_logged_when_one_value_is_wrong(place):
    with assay.start_run() as run, pytest.raises(InvalidParameter, match="'bad' cannot be logged"):
        assay.log({"loss": 1.0, "bad": object()})
    assert place.get_run(run.info.run_id).data.metrics == {}


def test_one_value_at_many_steps_is_refused(place):
    with assay.start_run():
        with pytest.raises(InvalidParameter, match="many steps"):
            assay.log({"loss": 1.0}, step=[1, 2])
        with pytest.raises(InvalidParameter, match="3 values, but there are 2 steps"):
            assay.log({"loss": [1.0, 2.0, 3.0]}, step=[1, 2])
