"""The confusion matrix that the demo draws."""

import numpy as np

from assay.demo.figures import confusion_figure


def test_each_count_stands_in_its_cell():
    figure = confusion_figure(np.array([[5, 1], [2, 7]]), ["no", "yes"], title="test")
    axes = figure.axes[0]
    assert {(text.get_position(), text.get_text()) for text in axes.texts} == {
        ((0, 0), "5"),
        ((1, 0), "1"),
        ((0, 1), "2"),
        ((1, 1), "7"),
    }
    assert axes.get_title() == "test"
