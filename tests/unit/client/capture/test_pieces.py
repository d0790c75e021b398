"""Which pieces a setting asks for."""

import pytest

from assay.client.capture.pieces import PIECES, wanted_pieces
from assay.errors import InvalidParameter


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("all", set(PIECES)),
        ("none", set()),
        ("all,-console", set(PIECES) - {"console"}),
        ("-diff, -untracked", set(PIECES) - {"diff", "untracked"}),
        ("git,packages", {"git", "packages"}),
        ("GIT", {"git"}),
    ],
)
def test_a_setting_names_pieces(text, wanted):
    assert wanted_pieces(text) == wanted


def test_a_piece_that_does_not_exist_is_refused_by_name():
    with pytest.raises(InvalidParameter, match="weather"):
        wanted_pieces("all,-weather")
