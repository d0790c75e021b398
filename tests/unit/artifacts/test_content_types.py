"""Only types from a short list are served, so that nothing runs in a browser."""

import pytest

from assay.artifacts.content_types import content_type


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a/b.txt", "text/plain"),
        ("MLmodel", "text/plain"),
        ("x/mlproject", "text/plain"),
        ("a.YAML", "text/plain"),
        ("a.json", "text/plain"),
        ("a.png", "image/png"),
        ("a.pdf", "application/pdf"),
        ("a.pkl", "application/octet-stream"),
        ("page.html", "application/octet-stream"),
        ("drawing.svg", "application/octet-stream"),
        ("README", "application/octet-stream"),
    ],
)
def test_type_follows_the_name(path, kind):
    assert content_type(path) == kind
