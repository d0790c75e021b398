"""One page of a search: a list that also knows how to ask for the next."""

from collections.abc import Iterable
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Page(list[Item], Generic[Item]):
    """A list of results with `token`, which is None on the last page."""

    def __init__(self, items: Iterable[Item] = (), token: str | None = None) -> None:
        super().__init__(items)
        self.token = token
