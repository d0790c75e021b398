"""What a journal recorded lately, kept in memory so that its sender need not read it back."""

from array import array

from assay.client.records import Record


class RecentRecords:
    """Records `first_seq` to `last_seq`: metrics as columns, others as a reader would give them.

    `keys` holds places in `key_names`, the list of all metric names of the journal. Arrays of
    numbers, and not a tuple for each value, because appending to them costs a tenth of a
    microsecond and gives the garbage collector nothing to walk.
    """

    __slots__ = (
        "first_seq",
        "key_names",
        "keys",
        "last_seq",
        "others",
        "steps",
        "timestamps",
        "values",
    )

    def __init__(self, first_seq: int) -> None:
        self.first_seq = first_seq
        self.last_seq = first_seq - 1
        self.key_names: list[str] = []
        self.keys = array("I")
        self.values = array("d")
        self.steps = array("q")
        self.timestamps = array("q")
        self.others: list[Record] = []

    def __len__(self) -> int:
        return len(self.values) + len(self.others)
