"""A study with everything that a page must cope with, recorded through the API."""

import io
import json
import math
import os
import struct
import subprocess
import sys
import wave
import zlib
from typing import Any, NamedTuple
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from servers import RunningServer

N_SWEEP = 1500
N_LONG = 100_000
SPIKE_AT = 77_777
FILES = "/api/2.0/mlflow-artifacts/artifacts/"
ODD_NAMES = ("größe / 学習 率", "تجربة ١", "<img src=x onerror=alert(1)>", "a" * 180)


class Study(NamedTuple):
    """Ids of what was recorded."""

    sweep: str
    best: str
    curves: str
    calm: str
    spiked: str
    wild: str
    broken: str
    seeds: str
    empty: str
    odd: str
    with_files: str
    nested: str
    many: tuple[str, ...]
    model: str
    trained: str


def record_study(server: RunningServer) -> Study:
    """Record all of it; it takes some seconds."""
    sweep, best = _record_sweep(server)
    curves = server.new_experiment("curves")
    calm = [_record_curve(server, curves, f"calm-{number}", _falling(200)) for number in range(4)]
    spiked = _record_curve(server, curves, "spiked", _with_spike())
    wild = _record_curve(server, curves, "wild", [*_falling(199), 1e60])
    broken = _record_curve(server, curves, "broken", [*_falling(100), *[math.nan] * 100])
    nested, many, trained, model = _record_nested(server)
    odd = server.new_experiment("odd names " + ODD_NAMES[0])
    for number, name in enumerate(ODD_NAMES):
        run_id = _new_run(server, odd, name)
        params = {"text": f"prefix_shared_by_all_{name[:40]}", "n": str(number)}
        _log(server, run_id, params, [("loss", float(number), 0)])
        _end(server, run_id)
    return Study(
        sweep=sweep,
        best=best,
        curves=curves,
        calm=calm[0],
        spiked=spiked,
        wild=wild,
        broken=broken,
        seeds=_record_seeds(server),
        empty=server.new_experiment("nothing yet"),
        odd=odd,
        with_files=_record_files(server),
        nested=nested,
        many=many,
        model=model,
        trained=trained,
    )


def _record_sweep(server: RunningServer) -> tuple[str, str]:
    experiment = server.new_experiment("sweep")
    draw = np.random.default_rng(5)
    best, found = "", -1.0
    for number in range(N_SWEEP):
        rate, solver = 10 ** draw.uniform(-4, -0.5), ("adam", "sgd")[number % 2]
        accuracy = 0.98 - 0.05 * abs(math.log10(rate) + 2.5) - 0.03 * (solver == "sgd")
        accuracy += float(draw.normal()) * 0.002
        params = {
            "lr": repr(float(rate)),
            "solver": solver,
            "batch_size": "32",
            "seed": str(number % 5),
        }
        run_id = _new_run(
            server, experiment, f"trial-{number:04d}", start_time=1_700_000_000_000 + number
        )
        metrics = [
            ("val_acc", accuracy, 0),
            ("size", 1000.0 + number, 0),
            ("latency_ms", 1 + number % 7 / 3, 0),
        ]
        _log(server, run_id, params, metrics)
        _end(server, run_id)
        if accuracy > found:
            best, found = run_id, accuracy
    return experiment, best


_PICTURES = """
import sys
import numpy as np
import assay

for number, run_id in enumerate(sys.argv[1:]):
    with assay.start_run(run_id=run_id):
        for step in (0, 5):
            picture = np.zeros((8, 8, 3), np.uint8)
            picture[:, : 2 + number] = 255
            assay.log_image(picture, key="samples", step=step)
"""


def _record_nested(server: RunningServer) -> tuple[str, tuple[str, ...], str, str]:
    """Three searches with four folds each, pictures, a note, and a model that was trained on data."""
    experiment = server.new_experiment("nested")
    folds: list[str] = []
    for search in range(3):
        parent = _new_run(server, experiment, f"search-{search}")
        _log(server, parent, {"solver": ("adam", "sgd")[search % 2]}, [])
        for fold in range(4):
            tags = [{"key": "mlflow.parentRunId", "value": parent}]
            run_id = _new_run(server, experiment, f"fold-{search}-{fold}", tags=tags)
            values = [("val_acc", 0.5 + search / 10 + fold / 100 + s / 100, s) for s in range(10)]
            _log(server, run_id, {"fold": str(fold), "lr": str(10.0 ** -(fold + 1))}, values)
            _end(server, run_id)
            folds.append(run_id)
        _end(server, parent)
    environment = {**os.environ, "ASSAY_TRACKING_URI": server.url}
    subprocess.run(
        [sys.executable, "-c", _PICTURES, *folds[-2:]], check=True, env=environment, timeout=120
    )
    data = {"name": "digits", "digest": "d1", "source_type": "code", "source": "{}"}
    server.post("runs/log-inputs", {"run_id": folds[0], "datasets": [{"dataset": data}]})
    made = server.post(
        "logged-models", {"experiment_id": experiment, "name": "net", "source_run_id": folds[0]}
    )
    note = f'# Found\n\nBest: [[run:{folds[-1]}]]\n\n```panel\n{{"panel": "val_acc"}}\n```\n'
    tag = {"experiment_id": experiment, "key": "mlflow.note.content", "value": note}
    server.post("experiments/set-experiment-tag", tag)
    return experiment, tuple(folds), folds[0], str(made.json["model"]["info"]["model_id"])


def _record_curve(server: RunningServer, experiment: str, name: str, values: list[float]) -> str:
    run_id = _new_run(server, experiment, name)
    _log(server, run_id, {"kind": name.split("-", maxsplit=1)[0]}, [])
    for start in range(0, len(values), 1000):
        part = enumerate(values[start : start + 1000], start)
        _log(server, run_id, {}, [("loss", value, step) for step, value in part])
    _end(server, run_id)
    return run_id


def _falling(n: int) -> list[float]:
    return [math.exp(-step / 40) + 0.1 for step in range(n)]


def _with_spike() -> list[float]:
    noise = np.random.default_rng(1).normal(0.1, 0.005, N_LONG)
    noise[SPIKE_AT] = 25.0
    values: list[float] = noise.tolist()
    return values


def _record_seeds(server: RunningServer) -> str:
    experiment = server.new_experiment("seeds")
    for width in ("32", "64"):
        for seed in range(5):
            run_id = _new_run(server, experiment, f"width {width} seed {seed}")
            values = [(int(width) / 64) * math.exp(-step / 10) + seed / 100 for step in range(50)]
            _log(
                server,
                run_id,
                {"width": width, "seed": str(seed)},
                [("loss", value, step) for step, value in enumerate(values)],
            )
            _end(server, run_id)
    return experiment


def _record_files(server: RunningServer) -> str:
    experiment = server.new_experiment("files")
    run_id = _new_run(server, experiment, "with files")
    contents: dict[str, bytes] = {
        "notes.md": b"# Title\n\nSome **bold** text.\n\n<script>window.broken = true</script>\n\n![picture](plots/red.png)",
        "plots/red.png": png(),
        "table.csv": b'name,score\nfirst,10\nsecond,9\n"with, comma",-1\n',
        "params.json": json.dumps({"a": [1, 2], "b": {"c": "text"}}).encode(),
        "figure.plotly.json": json.dumps(
            {"data": [{"y": [1, 3, 2]}], "layout": {"title": {"text": "Drawn"}}}
        ).encode(),
        "page.html": _HOSTILE.encode(),
        "table.parquet": _parquet(),
        "paper.pdf": _PDF,
        "train.py": b"def train(rate: float) -> None:\n    print(rate)\n",
        "weights.bin": bytes(range(256)),
        "array.npy": _npy(),
        "arrays.npz": _npz(),
        "tone.wav": _wav(),
        "formula.md": b"An area of $x^2$, and $5 for it.\n",
        "gallery/one.png": png(),
        "gallery/two.png": png(),
        "tables/a.csv": b"id,score\n1,2\n",
        "tables/b.csv": b"id,label\n1,x\n",
        "model/MLmodel": _MLMODEL,
        "model/input_example.json": b'{"columns": ["width"], "data": [[1.5]]}',
        "model/requirements.txt": b"scikit-learn==1.7.0\n",
        "notebook.ipynb": json.dumps(
            {
                "cells": [
                    {
                        "cell_type": "code",
                        "source": ["1 + 1"],
                        "outputs": [{"data": {"text/plain": ["2"]}}],
                    }
                ]
            }
        ).encode(),
    }
    for path, content in contents.items():
        stored = server.ask("PUT", f"{FILES}{experiment}/{run_id}/artifacts/{quote(path)}", content)
        assert stored.status == 200, stored.text
    _end(server, run_id)
    return run_id


_HOSTILE = """<!doctype html><h1>Report</h1><p id="said">nothing</p><script>
const said = [];
try { said.push("storage " + localStorage.length); } catch (error) { said.push("no storage"); }
try { said.push("cookies " + document.cookie.length); } catch (error) { said.push("no cookies"); }
try { said.push("parent " + parent.document.title); } catch (error) { said.push("no parent"); }
fetch("/api/2.0/mlflow/experiments/get?experiment_id=0").then(() => said.push("api"), () => said.push("no api"))
  .then(() => { document.getElementById("said").textContent = said.join(", "); });
</script>"""


def _parquet() -> bytes:
    table = pa.table({"number": list(range(2000)), "word": ["first", "second"] * 1000})
    written = io.BytesIO()
    pq.write_table(table, written, compression="snappy", row_group_size=500)
    return written.getvalue()


_MLMODEL = b"""flavors:
  python_function: {loader_module: mlflow.sklearn, python_version: 3.11.7}
  sklearn: {pickled_model: model.pkl, sklearn_version: 1.7.0}
saved_input_example_info: {artifact_path: input_example.json, type: dataframe}
signature:
  inputs: '[{"type": "double", "name": "width", "required": true}]'
  outputs: '[{"type": "long", "name": "species", "required": true}]'
  params: null
"""


def _npz() -> bytes:
    written = io.BytesIO()
    np.savez_compressed(written, weights=np.arange(6.0).reshape(2, 3), bias=np.zeros(3))
    return written.getvalue()


def _wav() -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes((np.sin(np.arange(8000) / 3) * 20_000).astype("<i2").tobytes())
    return written.getvalue()


_PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
4 0 obj<</Length 41>>stream
BT /F1 18 Tf 20 50 Td (Words on a page) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
"""


def png(width: int = 8, height: int = 8) -> bytes:
    """Return a red picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    rows = b"".join(b"\0" + b"\xff\0\0" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def _npy() -> bytes:
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }"
    header += b" " * (117 - len(header)) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + bytes(96)


def _new_run(server: RunningServer, experiment: str, name: str, **fields: Any) -> str:
    return server.new_run(experiment, run_name=name, **{"start_time": 1_700_000_000_000, **fields})


def _log(
    server: RunningServer,
    run_id: str,
    params: dict[str, str],
    metrics: list[tuple[str, float, int]],
) -> None:
    body = {
        "run_id": run_id,
        "params": [{"key": key, "value": value} for key, value in params.items()],
        "metrics": [
            {
                "key": key,
                "value": "NaN" if math.isnan(value) else value,
                "step": step,
                "timestamp": 1_700_000_000_000 + step * 100,
            }
            for key, value, step in metrics
        ],
    }
    answer = server.post("runs/log-batch", body)
    assert answer.status == 200, answer.text


def _end(server: RunningServer, run_id: str) -> None:
    body = {"run_id": run_id, "status": "FINISHED", "end_time": 1_700_000_100_000}
    assert server.post("runs/update", body).status == 200
