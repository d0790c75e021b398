from hypothesis import given
from hypothesis import strategies as st

from assay.client.journal import Journal
from assay.client.outbox import Outbox
from assay.client.records import TAG
from assay.errors import PayloadTooLarge, SequenceGap, Unavailable
from deliveries import LostAnswer, RecordingDelivery

ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("log"), st.integers(1, 40)),
        st.tuples(st.just("tag"), st.integers(1, 3)),
        st.tuples(st.just("collect"), st.integers(1, 30)),
        st.tuples(st.just("send"), st.just(0)),
        st.tuples(st.just("lose the request"), st.just(0)),
        st.tuples(st.just("lose the answer"), st.just(0)),
        st.tuples(st.just("too large"), st.just(0)),
        st.tuples(st.just("set the store back"), st.integers(0, 20)),
        st.tuples(st.just("forget memory"), st.just(0)),
    ),
    max_size=40,
)


class Story:
    """A journal, its outbox and a store, to which things happen in any order."""

    def __init__(self, folder):
        self.journal = Journal(folder, "run", tracking_uri="", segment_bytes=1500)
        self.outbox = Outbox(self.journal)
        self.store = RecordingDelivery()
        self.n_logged = 0

    def happen(self, action, amount):
        if action == "log":
            for _ in range(amount):
                self.journal.append_metric("m", float(self.n_logged), self.n_logged, 1)
                self.n_logged += 1
        elif action == "tag":
            for number in range(amount):
                self.journal.append(TAG, "k", str(number))
        elif action == "collect":
            self.outbox.collect(amount)
        elif action == "forget memory":
            # As when a segment ends and nobody has taken the records.
            self.journal.take_recent()
        elif action == "set the store back":
            self.set_back(amount)
        else:
            self.send(
                {
                    "lose the request": [Unavailable("lost")],
                    "lose the answer": [LostAnswer(Unavailable("lost"))],
                    "too large": [PayloadTooLarge("too large")],
                }.get(action, [])
            )

    def set_back(self, n_records):
        """Give the store an older copy of itself, as after a restore; files are kept here."""
        mark = self.store.marks.get(self.journal.writer_id, 0)
        kept = max(0, mark - n_records)
        self.store.marks[self.journal.writer_id] = kept
        self.store.values_kept = kept

    def send(self, failures):
        self.outbox.retry_now()
        if self.outbox.is_due(is_flushing=True):
            self.store.failures = failures
            self.outbox.send(self.store)
            self.store.failures = []

    def finish(self):
        for _ in range(500):
            self.outbox.retry_now()
            while self.outbox.collect(50):
                pass
            if not self.outbox.is_due(is_flushing=True):
                break
            self.outbox.send(self.store)
        self.journal.close()


@given(ACTIONS)
def test_whatever_happens_on_the_way_the_store_ends_up_with_everything_in_order(
    tmp_path_factory, actions
):
    story = Story(tmp_path_factory.mktemp("story"))
    for action, amount in actions:
        story.happen(action, amount)
    if story.journal.last_seq:
        story.happen("tag", 1)
        story.finish()
    assert story.store.marks.get(story.journal.writer_id, 0) == story.journal.last_seq
    assert sorted(set(story.store.values)) == [float(number) for number in range(story.n_logged)]
    assert story.outbox.n_waiting == 0


def test_a_gap_before_everything_is_filled_from_the_file(tmp_path):
    story = Story(tmp_path)
    story.happen("log", 100)
    story.journal.take_recent()
    story.store.failures = [SequenceGap(writer_id="w", expected_seq=1, got_seq=101)]
    story.finish()
    assert story.store.values == [float(number) for number in range(100)]


def test_what_a_store_has_lost_is_told_and_the_rest_goes_on(tmp_path, caplog):
    story = Story(tmp_path)
    story.happen("log", 200)
    story.finish()
    story.outbox.delete_delivered()
    story.set_back(200)
    story.store.batches.clear()
    story.happen("log", 10)
    story.finish()
    assert "has lost records 1 to" in caplog.text
    assert story.store.values[-10:] == [float(number) for number in range(200, 210)]
