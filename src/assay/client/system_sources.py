"""What a machine says of itself: processor, memory, disk, network, GPUs, energy, this process.

A source is a function that returns values by name. What cannot be read here is left out.
"""

import contextlib
import importlib
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

Source = Callable[[], Mapping[str, float]]

MEGABYTE: Final = 1e6
RAPL_FOLDER: Final = Path("/sys/class/powercap")
_logger = logging.getLogger("assay")


def open_sources(rapl_folder: Path = RAPL_FOLDER) -> list[Source]:
    """Return what can be asked on this machine; nothing without psutil."""
    try:
        psutil: Any = importlib.import_module("psutil")
    except ImportError:
        _logger.warning(
            "System metrics need psutil, so none are logged. Install it with: "
            "pip install 'assay[system]'"
        )
        return []
    sources = [node_source(psutil), process_source(psutil)]
    energy = EnergyCounters(rapl_folder)
    if energy.has_counters:
        sources.append(energy.read)
    gpus = _gpu_source()
    if gpus is not None:
        sources.append(gpus)
    return sources


def node_source(psutil: Any) -> Source:
    """Return the source for the machine as a whole; traffic counts from now on."""
    network = psutil.net_io_counters()
    # The first answer says nothing: it is about the time since the last question.
    psutil.cpu_percent()

    def read() -> dict[str, float]:
        memory, disk = psutil.virtual_memory(), psutil.disk_usage(os.sep)
        values = {
            "cpu_utilization_percentage": psutil.cpu_percent(),
            "system_memory_usage_megabytes": memory.used / MEGABYTE,
            "system_memory_usage_percentage": memory.used / memory.total * 100,
            "disk_usage_percentage": disk.percent,
            "disk_usage_megabytes": disk.used / MEGABYTE,
            "disk_available_megabytes": disk.free / MEGABYTE,
        }
        now = psutil.net_io_counters()
        if network is not None and now is not None:
            received, sent = (
                now.bytes_recv - network.bytes_recv,
                now.bytes_sent - network.bytes_sent,
            )
            values["network_receive_megabytes"] = received / MEGABYTE
            values["network_transmit_megabytes"] = sent / MEGABYTE
        return values

    return read


def process_source(psutil: Any) -> Source:
    """Return the source for this process."""
    process = psutil.Process()
    process.cpu_percent()

    def read() -> dict[str, float]:
        with process.oneshot():
            return {
                "process_cpu_utilization_percentage": process.cpu_percent(),
                "process_memory_usage_megabytes": process.memory_info().rss / MEGABYTE,
                "process_threads": float(process.num_threads()),
            }

    return read


class EnergyCounters:
    """Energy that the processor's packages have used since this was made, in joules."""

    def __init__(self, folder: Path) -> None:
        self._limits: dict[Path, int] = {}
        self._last: dict[Path, int] = {}
        self._used: dict[Path, int] = {}
        for package in sorted(folder.glob("intel-rapl:*")):
            # Counters below a package ("intel-rapl:0:1") are part of it.
            if package.name.count(":") == 1:
                with contextlib.suppress(OSError, ValueError):
                    self._last[package] = _number(package / "energy_uj")
                    self._limits[package] = _number(package / "max_energy_range_uj")
                    self._used[package] = 0

    @property
    def has_counters(self) -> bool:
        """True when there is a counter that may be read."""
        return bool(self._used)

    def read(self) -> dict[str, float]:
        """Return the energy of all packages together."""
        for package in self._used:
            now = _number(package / "energy_uj")
            step = now - self._last[package]
            # A counter starts again from zero at its limit.
            self._used[package] += step if step >= 0 else step + self._limits[package]
            self._last[package] = now
        return {"cpu_energy_joules": sum(self._used.values()) / 1e6}


def gpu_source(nvml: Any) -> Source:
    """Return the source for NVIDIA's GPUs, through the library that is given."""
    handles = [nvml.nvmlDeviceGetHandleByIndex(i) for i in range(nvml.nvmlDeviceGetCount())]
    begun = {}
    for index, handle in enumerate(handles):
        with contextlib.suppress(nvml.NVMLError):
            begun[index] = nvml.nvmlDeviceGetTotalEnergyConsumption(handle)

    def read() -> dict[str, float]:
        values: dict[str, float] = {}
        for index, handle in enumerate(handles):
            for part in (_gpu_memory, _gpu_load, _gpu_power):
                with contextlib.suppress(nvml.NVMLError):
                    found = part(nvml, handle)
                    values |= {f"gpu_{index}_{name}": value for name, value in found.items()}
            if index in begun:
                with contextlib.suppress(nvml.NVMLError):
                    used_mj = nvml.nvmlDeviceGetTotalEnergyConsumption(handle) - begun[index]
                    values[f"gpu_{index}_energy_joules"] = used_mj / 1e3
        return values

    return read


def _gpu_source() -> Source | None:
    try:
        nvml: Any = importlib.import_module("pynvml")
    except ImportError:
        return None
    try:
        nvml.nvmlInit()
        return gpu_source(nvml)
    except nvml.NVMLError as error:
        _logger.debug("No metrics of GPUs: %s", error)
        return None


def _gpu_memory(nvml: Any, handle: Any) -> dict[str, float]:
    memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    return {
        "memory_usage_percentage": memory.used / memory.total * 100,
        "memory_usage_megabytes": memory.used / MEGABYTE,
    }


def _gpu_load(nvml: Any, handle: Any) -> dict[str, float]:
    return {"utilization_percentage": nvml.nvmlDeviceGetUtilizationRates(handle).gpu}


def _gpu_power(nvml: Any, handle: Any) -> dict[str, float]:
    watts = nvml.nvmlDeviceGetPowerUsage(handle) / 1e3
    limit = nvml.nvmlDeviceGetEnforcedPowerLimit(handle) / 1e3
    return {"power_usage_watts": watts, "power_usage_percentage": watts / limit * 100}


def _number(path: Path) -> int:
    return int(path.read_text())
