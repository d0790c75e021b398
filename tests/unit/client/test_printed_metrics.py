"""Metrics in what a program prints."""

import math

import pytest

from assay.client.printed_metrics import FORMATS, PrintedMetrics, json_of, pairs_of


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("loss=0.25 acc: .5", {"loss": 0.25, "acc": 0.5}),
        ("step=3 val/loss=1e-3,", {"step": 3.0, "val/loss": 1e-3}),
        ("\x1b[32mloss\x1b[0m = -inf", {"loss": -math.inf}),
        ("version=1.2.3 host=node7 time 12:30:01", {}),
        ("nothing here", {}),
    ],
)
def test_pairs(line, values):
    assert pairs_of(line) == values


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ('{"loss": 0.25, "val": {"acc": 1}}', {"loss": 0.25, "val/acc": 1.0}),
        ('{"done": true, "name": "x"}', {}),
        ("{broken", {}),
        ("loss=1", {}),
    ],
)
def test_json(line, values):
    assert json_of(line) == values


@pytest.mark.parametrize("name", FORMATS)
def test_lines_without_steps_are_counted(name):
    logged = []
    reader = PrintedMetrics(FORMATS[name], lambda values, step: logged.append((values, step)))
    for line in ("loss=1", '{"loss": 1}', "words", "loss=2", '{"loss": 2}'):
        reader.read(line)
    assert logged == [({"loss": 1.0}, 0), ({"loss": 2.0}, 1)]


def test_a_step_counts_for_its_line_and_those_after_it():
    logged = []
    reader = PrintedMetrics(pairs_of, lambda values, step: logged.append((values, step)))
    for line in ("epoch=5 loss=1", "acc=0.5", "epoch=6", "loss=0.5"):
        reader.read(line)
    assert logged == [({"loss": 1.0}, 5), ({"acc": 0.5}, 5), ({"loss": 0.5}, 6)]
