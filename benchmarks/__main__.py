"""`python -m benchmarks`: measure all promises and print one table."""

import argparse
import importlib
import os
import platform
import sys
import traceback
from collections.abc import Callable

import msgspec
from rich.console import Console

from benchmarks.disk import sync_rate
from benchmarks.report import Report, Row, load, markdown, print_table, save
from benchmarks.workspace import DATA, RESULTS

PROMISES = {
    "log-calls": "benchmarks.log_calls:measure",
    "delivery": "benchmarks.delivery:measure",
    "ingestion": "benchmarks.ingestion:measure",
    "bulk": "benchmarks.bulk:measure",
    "import": "benchmarks.importing:measure",
    "search": "benchmarks.search:measure",
    "asking": "benchmarks.asking:measure",
    "data-frames": "benchmarks.data_frames:measure",
    "histories": "benchmarks.histories:measure",
    "startup": "benchmarks.startup:measure",
    "events": "benchmarks.events:measure",
    "recording": "benchmarks.recording:measure",
    "training-loop": "benchmarks.training_loop:measure",
    "artifacts": "benchmarks.artifacts:measure",
    "ui": "benchmarks.ui:measure",
    "ui-charts": "benchmarks.ui_charts:measure",
    "ui-peers": "benchmarks.ui_peers:measure",
}
Measure = Callable[..., list[Row]]


def main() -> int:
    """Measure what the command line asks for; return 1 if a measurement failed."""
    options = _options()
    chosen = [*options.names, *options.only] or list(PROMISES)
    failed = [] if options.markdown else [name for name in chosen if not _run(name, options.quick)]
    reports = load(RESULTS, chosen)
    if options.markdown:
        sys.stdout.write(markdown(reports) + "\n")
    elif options.json:
        sys.stdout.write(msgspec.json.encode(reports).decode() + "\n")
    else:
        print_table(reports, Console())
    for name in failed:
        sys.stderr.write(f"{name}: not measured, see above\n")
    return 1 if failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    known = list(PROMISES)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(known)}")
    parser.add_argument("--only", action="append", default=[], choices=known, metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="smaller sizes, rougher figures")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    parser.add_argument(
        "--markdown",
        action="store_true",
        help="print the kept results as Markdown, measure nothing",
    )
    options = parser.parse_args()
    if unknown := set(options.names) - set(known):
        parser.error(f"no such promise: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    return options


def _run(name: str, quick: bool) -> bool:
    module, _, attribute = PROMISES[name].partition(":")
    sys.stderr.write(f"measuring {name} ...\n")
    try:
        measure: Measure = getattr(importlib.import_module(module), attribute)
        rows = measure(quick=quick)
    except Exception:  # noqa: BLE001 one promise that cannot be measured must not hide the others
        traceback.print_exc()
        return False
    save(Report(promise=name, rows=rows, machine=_machine()), RESULTS)
    return True


def _machine() -> dict[str, str | int | float]:
    DATA.mkdir(parents=True, exist_ok=True)
    return {
        "cores": os.cpu_count() or 0,
        "python": platform.python_version(),
        "fdatasync_per_s": round(sync_rate(DATA)),
        "load_average": round(os.getloadavg()[0], 2),
    }


if __name__ == "__main__":
    sys.exit(main())
