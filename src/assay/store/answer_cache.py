"""Answers that were expensive to work out, kept while what they were made from stays the same.

Keys hold the versions of all series an answer came from, so nothing here is ever stale: a new point
makes a new key. The least lately used answers go first.
"""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

from sqlalchemy import Engine

MAX_BYTES: Final = 128 * 2**20

Answer = TypeVar("Answer")


class AnswerCache:
    """Answers of one database, up to a number of bytes."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._n_bytes = 0
        self._lock = threading.Lock()

    def find(self, key: Hashable) -> Any | None:
        """Return the answer that was kept under `key`, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def keep(self, key: Hashable, answer: Any, n_bytes: int) -> None:
        """Keep an answer that takes about `n_bytes`, unless it is a large part of all."""
        if n_bytes * 4 > self._max_bytes:
            return
        with self._lock:
            old = self._kept.pop(key, None)
            self._n_bytes += n_bytes - (old[1] if old else 0)
            self._kept[key] = (answer, n_bytes)
            while self._n_bytes > self._max_bytes:
                _key, (_answer, freed) = self._kept.popitem(last=False)
                self._n_bytes -= freed

    def get(
        self, key: Hashable, make: Callable[[], Answer], size: Callable[[Answer], int]
    ) -> Answer:
        """Return the answer kept under `key`, making and keeping it when there is none."""
        found: Answer | None = self.find(key)
        if found is None:
            found = make()
            self.keep(key, found, size(found))
        return found


_by_engine: "weakref.WeakKeyDictionary[Engine, AnswerCache]" = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def answer_cache(engine: Engine) -> AnswerCache:
    """Return the cache of a database."""
    with _lock:
        return _by_engine.setdefault(engine, AnswerCache())
