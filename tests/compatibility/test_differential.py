"""The same raw requests to a real MLflow 3.6 server and to ours: the answers agree, or say why not."""

from contextlib import closing

import pytest

from compatibility.exchanges import Answer, Call, Conversation, differing_places
from compatibility.sequences.table import SEQUENCES

pytestmark = pytest.mark.compatibility


def disagreement(call: Call, ours: Answer, reference: Answer) -> list[str]:
    """Return what is wrong about our answer, with the request first; nothing if it is right."""
    if call.differs:
        wrong = [] if (ours.status, ours.code) == call.assay else [f"not {call.assay}"]
    elif reference.status >= 500:
        # A caller's mistake is never the server's fault: old clients would retry it for minutes.
        wrong = [] if 400 <= ours.status < 500 and ours.code else ["not a 4xx error"]
    elif ours.status != reference.status:
        wrong = [f"not {reference.status} {reference.code}"]
    else:
        wrong = differing_places(ours.body, reference.body)
    asked = f"{call.method} {call.path} {call.raw or call.body!r:.200}: {ours.status} {ours.code}"
    return [asked, *wrong] if wrong else []


@pytest.mark.parametrize("topic", SEQUENCES)
def test_answers_agree_with_the_reference(topic, tracking_uri, reference_uri):
    known = {"topic": f"differential-{topic}"}
    with (
        closing(Conversation(tracking_uri, known)) as ours,
        closing(Conversation(reference_uri, known)) as reference,
    ):
        found = [
            line
            for call in SEQUENCES[topic]
            for line in disagreement(call, ours.put(call), reference.put(call))
        ]
    assert not found, "\n".join(found)
