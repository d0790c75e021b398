"""How much of everything one request, one peer and all of them together may take (SECURITY R11)."""

import msgspec

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The server's limits; the defaults suit a machine with a few gigabytes of memory.

    Attributes:
        head_bytes: Longest request line and headers together.
        head_s: Time for the head to arrive.
        body_bytes_per_s: How fast a body must arrive, on the mean of `body_window_s`.
        body_window_s: How long a body may stall.
        answer_window_s: How long a client may take nothing of its answer.
        connections_per_peer: Open connections from one address.
        buffered_bytes: Bodies being read into memory, all requests together.
        inline_bytes: Bodies up to this size are decoded on the event loop.
        n_readers: Threads that read the database and files.
        n_uploads: Threads that store files which arrive.
        n_waiting: Requests being answered at once.
        n_streams: Streams of events at once.
    """

    head_bytes: int = 64 * KILOBYTE
    head_s: float = 10.0
    body_bytes_per_s: int = 1 * KILOBYTE
    body_window_s: float = 20.0
    answer_window_s: float = 60.0
    connections_per_peer: int = 2000
    buffered_bytes: int = 512 * MEGABYTE
    inline_bytes: int = 128 * KILOBYTE
    n_readers: int = 8
    n_uploads: int = 32
    n_waiting: int = 4000
    n_streams: int = 500
