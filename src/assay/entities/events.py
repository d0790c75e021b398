"""Events: what has changed in a store, in order, so that others need not ask again and again."""

from collections.abc import Iterable
from enum import IntFlag

from assay.entities.entity import Entity


class Changed(IntFlag):
    """What a change was about; one event may tell of several."""

    CREATED = 1
    STATUS = 2
    METRICS = 4
    PARAMS = 8
    TAGS = 16
    MEDIA = 32
    INPUTS = 64
    DELETED = 128
    RESTORED = 256
    RENAMED = 512

    @property
    def names(self) -> tuple[str, ...]:
        """The parts in words, such as `("metrics", "tags")`."""
        return tuple(str(part.name).lower() for part in self)


class Event(Entity, frozen=True, omit_defaults=False):
    """Something changed: a run, or with no `run_id` its experiment.

    `changed` has the names of `Changed` in lower case. It is `("reset",)`, and names nothing, when events
    are missing because too many came in between: whoever follows has to look at everything again.
    """

    id: str
    experiment_id: str = ""
    run_id: str | None = None
    changed: tuple[str, ...] = ()
    timestamp: int = 0

    @property
    def is_reset(self) -> bool:
        """Whether events are missing before this one."""
        return self.changed == RESET


class Topics(Entity, frozen=True):
    """Which events somebody wants: those of these experiments and these runs, of all when none is named.

    With `changed`, only those that tell of one of these.
    """

    experiment_ids: tuple[str, ...] = ()
    run_ids: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def of(self, events: Iterable[Event]) -> list[Event]:
        """Return the events that belong to the topics."""
        return [event for event in events if self.include(event)]

    def include(self, event: Event) -> bool:
        """Return whether an event belongs to the topics."""
        if self.changed and not set(self.changed).intersection(event.changed):
            return False
        if not self.experiment_ids and not self.run_ids:
            return True
        return event.experiment_id in self.experiment_ids or event.run_id in self.run_ids


RESET = ("reset",)
KINDS = tuple(str(part.name).lower() for part in Changed)
