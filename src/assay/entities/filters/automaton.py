"""Matching patterns in linear time, and writing them down for PostgreSQL.

A pattern becomes a non-deterministic automaton; its sets of states become the states of a
deterministic one, made when a text first needs them. So each character costs one look-up, or at
most one pass over the pattern's states: no text and no pattern make it run away.
"""

from functools import lru_cache
from typing import Final

from assay.entities.filters.character_sets import CharacterSet
from assay.entities.filters.patterns import (
    Characters,
    Choice,
    Edge,
    Node,
    Repeat,
    Series,
    parse_pattern,
)

MAX_TEXT: Final = 8000
"""How many characters of a text are looked at."""
_MAX_KEPT: Final = 100_000
_ACCEPT: Final = 0


class _State:
    """A set of the pattern's states: what the text so far may have reached."""

    __slots__ = ("accepts", "accepts_at_end", "following", "readers")

    def __init__(self, readers: frozenset[int], *, accepts: bool, accepts_at_end: bool) -> None:
        self.readers = readers
        self.accepts = accepts
        self.accepts_at_end = accepts_at_end
        self.following: dict[str, _State] = {}


class Automaton:
    """A pattern that texts can be searched for."""

    def __init__(self, pattern: Node) -> None:
        # By state: which characters it reads and where that leads; where it leads without reading.
        self._reads: dict[int, tuple[CharacterSet, int]] = {}
        self._jumps: dict[int, tuple[int, ...]] = {}
        self._edges: dict[int, tuple[bool, int]] = {}
        self._n_states = 1
        self._start = self._add(pattern, _ACCEPT)
        self._known: dict[frozenset[int], _State] = {}
        self._single: dict[int, _State] = {}
        self._n_kept = 0
        self._begin = self._state({self._start}, at_start=True)

    def is_in(self, text: str) -> bool:
        """Return whether the pattern is found in the first 8,000 characters of `text`."""
        state = self._begin
        for character in text[:MAX_TEXT]:
            if state.accepts:
                return True
            following = state.following.get(character)
            state = self._step(state, character) if following is None else following
        return state.accepts_at_end

    def _new(self) -> int:
        self._n_states += 1
        return self._n_states

    def _add(self, node: Node, then: int) -> int:
        """Return a state that reads `node` and goes on with `then`."""
        if isinstance(node, Repeat):
            return self._add_repeat(node, then)
        if isinstance(node, Series):
            for part in reversed(node.parts):
                then = self._add(part, then)
            return then
        state = self._new()
        if isinstance(node, Characters):
            self._reads[state] = (node.allowed, then)
        elif isinstance(node, Edge):
            self._edges[state] = (node.is_start, then)
        else:
            self._jumps[state] = tuple(self._add(part, then) for part in node.parts)
        return state

    def _add_repeat(self, node: Repeat, then: int) -> int:
        if node.most is None:
            loop = self._new()
            self._jumps[loop] = (self._add(node.part, loop), then)
            then = loop
        else:
            end = then
            for _ in range(node.most - node.least):
                optional = self._new()
                self._jumps[optional] = (self._add(node.part, then), end)
                then = optional
        for _ in range(node.least):
            then = self._add(node.part, then)
        return then

    def _reached(self, states: set[int], *, at_start: bool, at_end: bool) -> set[int]:
        """Return all states that are reached without reading a character."""
        found: set[int] = set()
        waiting = list(states)
        while waiting:
            state = waiting.pop()
            if state in found:
                continue
            found.add(state)
            waiting.extend(self._jumps.get(state, ()))
            edge = self._edges.get(state)
            if edge is not None and (at_start if edge[0] else at_end):
                waiting.append(edge[1])
        return found

    def _state(self, states: set[int], *, at_start: bool) -> _State:
        reached = self._reached(states, at_start=at_start, at_end=False)
        at_end = self._reached(states, at_start=at_start, at_end=True)
        readers = frozenset(state for state in reached if state in self._reads)
        return _State(readers, accepts=_ACCEPT in reached, accepts_at_end=_ACCEPT in at_end)

    def _behind(self, state: int) -> _State:
        """Return what follows from having come to one state, after the start of the text."""
        found = self._single.get(state)
        if found is None:
            found = self._single[state] = self._state({state}, at_start=False)
        return found

    def _step(self, state: _State, character: str) -> _State:
        code = ord(character)
        targets = {self._start}
        for reader in state.readers:
            allowed, then = self._reads[reader]
            if any(first <= code <= last for first, last in allowed):
                targets.add(then)
        key = frozenset(targets)
        following = self._known.get(key)
        if following is None:
            following = self._merged(key)
        state.following[character] = following
        self._n_kept += 1
        return following

    def _merged(self, targets: frozenset[int]) -> _State:
        parts = [self._behind(target) for target in targets]
        readers = frozenset().union(*(part.readers for part in parts))
        self._n_kept += len(targets) + len(readers)
        if self._n_kept > _MAX_KEPT:
            self._known = {}
            self._begin = self._state({self._start}, at_start=True)
            self._n_kept = 0
        following = self._known[targets] = _State(
            readers,
            accepts=any(part.accepts for part in parts),
            accepts_at_end=any(part.accepts_at_end for part in parts),
        )
        return following


@lru_cache(maxsize=64)
def automaton(pattern: str) -> Automaton:
    """Return the automaton of a pattern, or raise InvalidFilter."""
    return Automaton(parse_pattern(pattern))


@lru_cache(maxsize=256)
def postgresql_pattern(pattern: str) -> str:
    """Return a pattern that PostgreSQL understands as we understand `pattern`."""
    return _written(parse_pattern(pattern))


def _written(node: Node) -> str:
    if isinstance(node, Characters):
        return "".join(("[", *(_range(first, last) for first, last in node.allowed), "]"))
    if isinstance(node, Edge):
        return "^" if node.is_start else "$"
    if isinstance(node, Series):
        return f"(?:{''.join(map(_written, node.parts))})"
    if isinstance(node, Choice):
        return f"(?:{'|'.join(map(_written, node.parts))})"
    most = "" if node.most is None else str(node.most)
    return f"(?:{_written(node.part)}){{{node.least},{most}}}"


def _range(first: int, last: int) -> str:
    return f"\\U{first:08x}" if first == last else f"\\U{first:08x}-\\U{last:08x}"
