"""System metrics: what the machine does while a run goes on, as `system/...` metrics of the run.

A daemon thread samples every few seconds and logs the mean of some samples as one step. It costs
training a few hundred microseconds of another thread each time, and can never fail it. It ends with
the run; what it was asked while nobody sampled is not made up.
"""

import importlib
import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from assay import settings
from assay.client import active
from assay.client.active import Entry
from assay.client.capture.exit_reason import Ending
from assay.client.launchers import current_rank
from assay.entities.names import check_key
from assay.errors import InvalidParameter

PREFIX: Final = "system/"
STOP_PATIENCE_S: Final = 2.0
# By name: it imports what reads the machine, on a thread that nobody waits for.
_SOURCES: Final = "assay.client.system_sources"
_logger = logging.getLogger("assay")

Source = Callable[[], Mapping[str, float]]


class Sampler:
    """Samples for one run until `stop`."""

    def __init__(
        self,
        entry: Entry,
        *,
        interval_s: float,
        n_samples: int,
        first_step: int = 0,
        prefix: str = PREFIX,
        sources: list[Source] | None = None,
    ) -> None:
        self._run = entry.open_run
        self._interval_s = interval_s
        self._n_samples = n_samples
        self._step = first_step
        self._prefix = prefix
        self._sources = sources
        self._samples: dict[str, list[float]] = {}
        self._n_taken = 0
        self._n_logged = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="assay-system", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Log what was sampled last, and end."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(STOP_PATIENCE_S)

    def _work(self) -> None:
        # Whatever the machine's counters do, training goes on.
        try:
            if self._sources is None:
                self._sources = importlib.import_module(_SOURCES).open_sources()
            while self._sources and not self._stop.wait(self._interval_s):
                self._sample()
                if self._n_taken >= self._n_samples:
                    self._log()
            self._finish()
        except Exception:
            _logger.warning("System metrics are logged no more.", exc_info=True)

    def _finish(self) -> None:
        """Log the rest; a run shorter than the interval gets the one sample of its end."""
        if self._sources and not self._n_taken and not self._n_logged:
            self._sample()
        if self._n_taken:
            self._log()

    def _sample(self) -> None:
        for source in self._sources or ():
            for name, value in source().items():
                self._samples.setdefault(name, []).append(value)
        self._n_taken += 1

    def _log(self) -> None:
        if self._run.is_ended:
            return
        means = [
            (f"{self._prefix}{name}", round(sum(values) / len(values), 1))
            for name, values in self._samples.items()
        ]
        self._run.journal.append_metrics(means, self._step, time.time_ns() // 1_000_000)
        self._step += 1
        self._n_logged += 1
        self._n_taken = 0
        self._samples = {}


def watch(entry: Entry, *, is_wanted: bool | None) -> None:
    """Sample for a run while it is active, if that is wanted or, with None, switched on.

    Of several ranks on a machine, one samples it.
    """
    rank = current_rank()
    if not (settings.ENABLE_SYSTEM_METRICS_LOGGING.get() if is_wanted is None else is_wanted):
        return
    if rank is not None and rank.local:
        return
    node = settings.SYSTEM_METRICS_NODE_ID.get()
    prefix = f"{PREFIX}{node}/" if node else PREFIX
    sampler = Sampler(
        entry,
        interval_s=settings.SYSTEM_METRICS_SAMPLING_INTERVAL.get(),
        n_samples=settings.SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING.get(),
        first_step=_next_step(entry, prefix),
        prefix=prefix,
    )

    def finish(_entry: Entry, _ending: Ending) -> None:
        sampler.stop()

    active.before_end(entry, finish)
    sampler.start()


def enable_system_metrics_logging() -> None:
    """Log system metrics of the runs that start from now on."""
    settings.ENABLE_SYSTEM_METRICS_LOGGING.set("true")


def disable_system_metrics_logging() -> None:
    """Log no system metrics of the runs that start from now on."""
    settings.ENABLE_SYSTEM_METRICS_LOGGING.set("false")


def set_system_metrics_sampling_interval(interval: float | None) -> None:
    """Set how many seconds lie between samples; None for the default.

    Raises:
        InvalidParameter: It is not positive.
    """
    _set(settings.SYSTEM_METRICS_SAMPLING_INTERVAL, interval)


def set_system_metrics_samples_before_logging(samples: int | None) -> None:
    """Set of how many samples a logged value is the mean; None for the default.

    Raises:
        InvalidParameter: It is not positive.
    """
    _set(settings.SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING, samples)


def set_system_metrics_node_id(node_id: str | None) -> None:
    """Set the name of this machine in the metrics: `system/<node id>/...`; None for none."""
    if node_id is None:
        settings.SYSTEM_METRICS_NODE_ID.unset()
        return
    check_key(node_id, what="Node id", where="node_id")
    settings.SYSTEM_METRICS_NODE_ID.set(node_id)


def _set(setting: Any, value: float | None) -> None:
    if value is None:
        setting.unset()
    elif value <= 0:
        raise InvalidParameter(f"It must be more than 0, not {value}. It means: {setting.help}")
    else:
        setting.set(str(value))


def _next_step(entry: Entry, prefix: str) -> int:
    """Return the step after the last one of a run that is resumed."""
    steps = [
        metric.step
        for metric in entry.run.data.metric_list
        if metric.key.startswith(prefix) and "/" not in metric.key.removeprefix(prefix)
    ]
    return max(steps, default=-1) + 1
