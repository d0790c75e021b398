"""The table of promises: what was aimed at, what was measured, and how peers did."""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

HEADINGS = ("what", "target", "assay", "peers", "ratio")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One figure: `value` and the peers' are in `unit`; `is_met` is None where nothing was aimed at."""

    what: str
    target: str
    value: float
    unit: str
    peers: dict[str, float] = {}
    more_is_better: bool = False
    is_met: bool | None = None
    note: str = ""

    def ratios(self) -> dict[str, float]:
        """Return for each peer how many times better assay is."""
        return {
            name: (self.value / other if self.more_is_better else other / self.value)
            for name, other in self.peers.items()
            if self.value and other
        }

    def cells(self) -> tuple[str, str, str, str, str]:
        """Return the texts of this row under `HEADINGS`."""
        mark = {True: " ✓", False: " ✗", None: ""}[self.is_met]
        measured = f"{number(self.value)} {self.unit}{mark}"
        peers = "; ".join(f"{name} {number(value)}" for name, value in self.peers.items())
        ratios = "; ".join(f"{number(ratio)} x" for ratio in self.ratios().values())
        return (self.what, self.target, measured, peers or "-", ratios or "-")


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that were measured together on one machine."""

    promise: str
    rows: list[Row]
    machine: dict[str, str | int | float]
    measured_at: float = msgspec.field(default_factory=time.time)


def number(value: float) -> str:
    """Return `value` with three significant digits and thousands separated."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def save(report: Report, folder: Path) -> None:
    """Keep `report` as one JSON file, replacing an older one of the same promise."""
    folder.mkdir(parents=True, exist_ok=True)
    text = msgspec.json.format(msgspec.json.encode(report), indent=2)
    (folder / f"{report.promise}.json").write_bytes(text)


def load(folder: Path, promises: Iterable[str]) -> list[Report]:
    """Return the kept reports of `promises`, in that order, without those never measured."""
    paths = [folder / f"{promise}.json" for promise in promises]
    return [msgspec.json.decode(path.read_bytes(), type=Report) for path in paths if path.exists()]


def print_table(reports: Sequence[Report], console: Console) -> None:
    """Print all rows of `reports` as one table, then their notes."""
    table = Table(*HEADINGS, title="assay beside its targets and its peers")
    rows = [row for report in reports for row in report.rows]
    for row in rows:
        table.add_row(*row.cells())
    console.print(table)
    for row in rows:
        if row.note:
            console.print(f"{row.what}: {row.note}", style="dim", markup=False)
    for report in reports:
        facts = ", ".join(f"{name} {value}" for name, value in report.machine.items())
        console.print(f"{report.promise} measured with {facts}", style="dim", markup=False)


def markdown(reports: Iterable[Report]) -> str:
    """Return all rows of `reports` as a Markdown table."""
    lines = ["| " + " | ".join(HEADINGS) + " |", "|" + "---|" * len(HEADINGS)]
    lines.extend("| " + " | ".join(row.cells()) + " |" for report in reports for row in report.rows)
    return "\n".join(lines)
