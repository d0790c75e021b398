"""What `assay top` shows: a table of running runs, and a line that says how fresh it is."""

from collections.abc import Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from assay.cli.output import as_text
from assay.cli.run_rows import took
from assay.client.running_runs import RunningMetric, RunningRun

_BARS: Final = "▁▂▃▄▅▆▇█"
_SILENT_MS: Final = 30_000


def top_page(
    found: Sequence[RunningRun] | None, *, place: str, now_ms: int, note: str = ""
) -> RenderableType:
    """Return one frame; `found` is None before the first answer, `note` says what is wrong."""
    head = Text(f"assay top  {place}", style="bold")
    if found is not None:
        head.append(f"  {len(found)} running", style="dim")
    parts: list[RenderableType] = [head]
    if note:
        parts.append(Text(note, style="red"))
    if found:
        parts.append(_table(found, now_ms))
    elif found is not None:
        parts.append(Text("No run is running.", style="dim"))
    elif not note:
        parts.append(Text("Asking ...", style="dim"))
    return Group(*parts)


def sparkline(course: Sequence[float | None]) -> str:
    """Return a row of bars from the least to the greatest value; a gap is a blank."""
    finite = [value for value in course if value is not None]
    if not finite:
        return ""
    least, most = min(finite), max(finite)
    # Halves first: the distance between the ends of all doubles is no double.
    span = most / 2 - least / 2
    return "".join(" " if value is None else _bar(value, least, span) for value in course)


def _bar(value: float, least: float, span: float) -> str:
    place = (value / 2 - least / 2) / span if span else 0.5
    return _BARS[min(len(_BARS) - 1, int(place * len(_BARS)))]


def _table(found: Sequence[RunningRun], now_ms: int) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for heading in ("Run", "Experiment", "State"):
        table.add_column(heading, overflow="ellipsis")
    for heading in ("Elapsed", "Step", "CPU", "Mem", "GPU", "Seen"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Metrics", no_wrap=True)
    for run in found:
        table.add_row(
            Text(run.name or run.run_id[:8]),
            Text(run.experiment, style="dim"),
            _state(run, now_ms),
            took(now_ms - run.started_ms),
            as_text(run.step),
            _percent(run.cpu_percent),
            _percent(run.memory_percent),
            _percent(run.gpu_percent),
            "" if run.last_seen_ms is None else took(now_ms - run.last_seen_ms),
            _metrics(run.metrics),
        )
    return table


def _state(run: RunningRun, now_ms: int) -> Text:
    if run.has_lost_contact:
        return Text("lost contact", style="bold red")
    if run.last_seen_ms is not None and now_ms - run.last_seen_ms > _SILENT_MS:
        return Text("silent", style="yellow")
    return Text("running", style="green")


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}%"


def _metrics(metrics: Sequence[RunningMetric]) -> Text:
    text = Text()
    for metric in metrics:
        if text:
            text.append("\n")
        text.append(f"{metric.key} ", style="dim")
        text.append(as_text(metric.value))
        text.append(f" {sparkline(metric.course)}", style="cyan")
    return text
