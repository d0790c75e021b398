"""Stand-ins for a store at the far end of a sender."""

from assay.client.delivery import Delivery
from assay.errors import RunNotFound, SequenceGap
from assay.wire.ingest import BatchReceipt


class RecordingDelivery(Delivery):
    """Applies batches as a store does, exactly once; raises what `failures` holds first."""

    def __init__(self, failures=()):
        self.failures = list(failures)
        self.batches = []
        self.marks = {}
        self.refuses = ()

    def deliver(self, merged):
        if self.failures:
            failure = self.failures.pop(0)
            if isinstance(failure, LostAnswer):
                self._apply(merged)
                raise failure.error
            raise failure
        return self._apply(merged)

    def _apply(self, merged):
        mark = self.marks.get(merged.writer_id, 0)
        if merged.first_seq > mark + 1:
            raise SequenceGap(
                writer_id=merged.writer_id, expected_seq=mark + 1, got_seq=merged.first_seq
            )
        if merged.last_seq > mark:
            if merged.first_seq <= mark:
                raise SequenceGap(
                    writer_id=merged.writer_id, expected_seq=mark + 1, got_seq=merged.first_seq
                )
            self.batches.append(merged)
            self.marks[merged.writer_id] = merged.last_seq
        return BatchReceipt(
            applied_seq=merged.last_seq, experiment_id="0", refused=tuple(self.refuses)
        )

    def mark(self, run_id, writer_id):
        if writer_id not in self.marks:
            raise RunNotFound(run_id)
        return self.marks[writer_id]

    def heartbeat(self, run_id):
        return None

    @property
    def values(self):
        return [value for merged in self.batches for value in merged.metrics.values]


class LostAnswer:
    """The batch arrives, its answer does not."""

    def __init__(self, error):
        self.error = error
