"""All sequences by topic."""

from compatibility.exchanges import Call
from compatibility.sequences.artifacts import ARTIFACTS
from compatibility.sequences.batches import BATCHES
from compatibility.sequences.experiments import EXPERIMENTS
from compatibility.sequences.inputs import INPUTS
from compatibility.sequences.models import MODELS
from compatibility.sequences.protocol import PROTOCOL
from compatibility.sequences.runs import RUNS
from compatibility.sequences.search import SEARCH
from compatibility.sequences.values import VALUES

SEQUENCES: dict[str, list[Call]] = {
    "experiments": EXPERIMENTS,
    "runs": RUNS,
    "values": VALUES,
    "batches": BATCHES,
    "search": SEARCH,
    "protocol": PROTOCOL,
    "inputs": INPUTS,
    "models": MODELS,
    "artifacts": ARTIFACTS,
}
