"""The client that commands talk through: the same one, to the same place, as Python code."""

import assay


def open_client() -> assay.Client:
    """Return a client for the tracking URI of the environment."""
    return assay.Client()
