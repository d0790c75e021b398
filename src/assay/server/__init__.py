"""The HTTP server, and the same dispatch without HTTP for processes that log straight to a folder."""
