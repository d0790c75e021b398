"""Arguments as params."""

import pytest

from assay.client.command_line import params_of, script_of


@pytest.mark.parametrize(
    ("words", "params"),
    [
        ("python train.py --lr 0.1 --fast", {"lr": "0.1", "fast": "true"}),
        ("python train.py --lr=0.1 -b 3", {"lr": "0.1", "b": "3"}),
        ("python -m pkg.train --layers 64 32", {"layers": "64 32"}),
        ("python train.py --shift -0.5 model.depth=3 +x=1", {"shift": "-0.5 model.depth=3 +x=1"}),
        ("python train.py model.depth=3 +x=1", {"model.depth": "3", "x": "1"}),
        ("python -u train.py data.csv", {}),
        ("./run --seed 1", {"seed": "1"}),
        ("torchrun --nproc 2 train.py --lr 1", {"lr": "1"}),
    ],
)
def test_named_arguments_are_params(words, params):
    assert params_of(words.split()) == params


def test_the_script_is_the_file_that_runs(tmp_path):
    script = tmp_path / "train.py"
    script.touch()
    assert script_of(["python", "-u", str(script), "--lr"]) == script
    assert script_of(["python", "-c", "pass"]) is None
