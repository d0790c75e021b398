"""A run on one page of a terminal: what it logged, what produced it, how it ended."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from assay.cli.output import as_text, as_time
from assay.cli.run_rows import as_row
from assay.client.recordings import Recording
from assay.entities.datasets import CONTEXT_TAG
from assay.entities.ranks import RunRank
from assay.entities.runs import Run, RunStatus
from assay.wire.runs import RunEnding

N_CONSOLE_LINES: Final = 20
_COLOURS: Final = {"FINISHED": "green", "FAILED": "red", "KILLED": "red", "RUNNING": "yellow"}
_INTERNAL: Final = ("mlflow.", "assay.")


def run_page(
    run: Run,
    recording: Recording,
    ending: RunEnding,
    ranks: Sequence[RunRank] = (),
    *,
    n_lines: int,
) -> RenderableType:
    """Return everything about a run, a panel for each part that there is something to say of."""
    parts = [
        ("Params", _pairs(run.data.params)),
        ("Metrics", _pairs(run.data.metrics)),
        ("Tags", _pairs(_own_tags(run.data.tags))),
        ("Data", _data(run)),
        ("Code", _pairs(dict(_code(run, recording)))),
        ("Environment", _pairs(dict(_environment(recording)))),
        ("Ranks", _ranks(ranks)),
        ("Console", _console(recording.console, n_lines)),
        ("How it ended", _ending(recording, ending)),
        ("Not recorded", _gaps(recording)),
    ]
    panels = [
        Panel(content, title=title, title_align="left", border_style="dim")
        for title, content in parts
        if content is not None
    ]
    return Group(_headline(run, ending), *panels)


def run_record(
    run: Mapping[str, object],
    recording: Recording,
    ending: RunEnding,
    ranks: Sequence[RunRank] = (),
) -> object:
    """Return everything about a run as one JSON document."""
    return {
        **run,
        "ending": {
            "status": str(ending.status),
            "reason": ending.reason,
            "last_seen_ms": ending.last_seen_ms,
            "has_lost_contact": ending.has_lost_contact,
            **{key: value for key, value in recording.ending.items() if key != "status"},
        },
        "source": recording.source,
        "environment": recording.environment,
        "packages": recording.packages,
        "capture": recording.report,
        "console": recording.console,
        "recorded_files": recording.files,
        "ranks": msgspec.to_builtins(ranks),
    }


def _headline(run: Run, ending: RunEnding) -> RenderableType:
    row = as_row(run)
    status = "LOST CONTACT" if ending.has_lost_contact else str(run.info.status)
    text = Text()
    text.append(run.info.run_name or run.info.run_id, style="bold")
    text.append(f"  {status}", style=f"bold {_COLOURS.get(status, 'red')}")
    text.append(f"\n{run.info.run_id}, experiment {run.info.experiment_id}", style="dim")
    text.append(f"\nStarted {row['started']}")
    if row["duration"]:
        text.append(f", took {row['duration']}")
    if run.info.user_id:
        text.append(f", by {run.info.user_id}")
    return text


def _pairs(values: Mapping[str, object]) -> RenderableType | None:
    if not values:
        return None
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_column(style="dim", overflow="fold")
    table.add_column(overflow="fold")
    for key, value in values.items():
        table.add_row(Text(key), Text(as_text(value)))
    return table


def _own_tags(tags: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if not key.startswith(_INTERNAL)}


def _data(run: Run) -> RenderableType | None:
    rows = {}
    for used in run.inputs.dataset_inputs:
        context = next((tag.value for tag in used.tags if tag.key == CONTEXT_TAG), "")
        # The same data may come in parts that differ in what they are used for.
        name = f"{used.dataset.name} ({context})" if context else used.dataset.name
        words = [used.dataset.digest, used.dataset.source_type]
        rows[name] = "  ".join(word for word in words if word)
    return _pairs(rows)


def _code(run: Run, recording: Recording) -> Iterator[tuple[str, object]]:
    command: Mapping[str, Any] = recording.source.get("command", {})
    git: Mapping[str, Any] = recording.source.get("git", {})
    if command:
        yield "command", " ".join(command.get("arguments", ()))
        yield "folder", command.get("working_folder", "")
    elif "mlflow.source.name" in run.data.tags:
        yield "source", run.data.tags["mlflow.source.name"]
    if git:
        state = "with uncommitted changes" if git.get("is_dirty") else "clean"
        yield "commit", f"{git.get('commit', '')} ({state})"
        yield "branch", git.get("branch", "")
        yield "remote", git.get("remote", "")
    if git.get("untracked"):
        yield "untracked", ", ".join(git["untracked"][:10])
    kept = [name for name in recording.files if not name.endswith(".json")]
    if kept:
        yield "files", ", ".join(kept)


def _environment(recording: Recording) -> Iterator[tuple[str, object]]:
    system: Mapping[str, Any] = recording.environment.get("system", {})
    if system:
        yield "python", f"{system.get('python')} ({system.get('executable')})"
        yield "system", f"{system.get('release', system.get('system'))}, {system.get('kernel')}"
        yield "host", system.get("host", "")
        memory = system.get("memory_bytes", 0) / 2**30
        yield "hardware", f"{system.get('cpu', '')} x {system.get('n_cpus')}, {memory:.1f} GiB"
    for gpu in system.get("gpus", ()):
        yield "gpu", f"{gpu.get('name')}, driver {system.get('gpu_driver', '')}"
    if recording.packages:
        yield "packages", f"{len(recording.packages)}, listed in assay/packages.txt"
    for package in recording.environment.get("local_packages", ()):
        yield f"  {package['name']}", f"{package['version']} from {package['origin']}"
    variables: Mapping[str, str] = recording.environment.get("variables", {})
    yield from ((name, value) for name, value in variables.items())


def _ranks(ranks: Sequence[RunRank]) -> RenderableType | None:
    """Tell of the ranks of the last attempt; those that did not finish are named."""
    last = [one for one in ranks if one.attempt == ranks[-1].attempt]
    if not last:
        return None
    hosts = dict.fromkeys(one.host or "" for one in last)
    lines = [f"{len(last)} ranks on {', '.join(hosts)}"]
    lines += [
        f"rank {one.rank} on {one.host or ''}: {one.status}, {one.reason or ''}"
        for one in last
        if one.status not in {RunStatus.FINISHED, RunStatus.RUNNING}
    ]
    return Text("\n".join(lines))


def _console(text: str, n_lines: int) -> RenderableType | None:
    lines = text.splitlines()
    if not lines or not n_lines:
        return None
    shown = Text.from_ansi("\n".join(lines[-n_lines:]))
    if len(lines) <= n_lines:
        return shown
    note = f"... {len(lines) - n_lines} lines before, in assay/console.log"
    return Group(Text(note, style="dim"), shown)


def _ending(recording: Recording, ending: RunEnding) -> RenderableType | None:
    if ending.has_lost_contact:
        return Text(f"No sign of life since {as_time(ending.last_seen_ms)}.")
    if ending.status is RunStatus.RUNNING:
        return None
    words = ending.reason or ("as it should" if ending.status is RunStatus.FINISHED else "")
    trace = recording.ending.get("traceback")
    text = "\n".join(part for part in (words, trace) if part).rstrip()
    return Text(text) if text else None


def _gaps(recording: Recording) -> RenderableType | None:
    rows = [f"withheld: {text}" for text in recording.report.get("withheld", ())]
    rows += [f"missing: {text}" for text in recording.report.get("missing", ())]
    return Text("\n".join(rows)) if rows else None
