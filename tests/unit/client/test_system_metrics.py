"""System metrics: when they are sampled, which steps they get, what a failing source does."""

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

import assay
from assay.client import active, system_metrics, system_sources
from assay.client.system_metrics import Sampler
from assay.errors import InvalidParameter
from fluent_places import Place, places
from servers import wait_until

NAMES = {
    "cpu_utilization_percentage",
    "system_memory_usage_megabytes",
    "system_memory_usage_percentage",
    "disk_usage_percentage",
    "disk_usage_megabytes",
    "disk_available_megabytes",
    "network_receive_megabytes",
    "network_transmit_megabytes",
}


@pytest.fixture(params=["embedded", "server"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    with places(request.param, tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test switch sampling on without telling the next one."""
    monkeypatch.setattr(os, "environ", os.environ.copy())


def history(place, run, key):
    return place.client().get_metric_history(run.info.run_id, f"system/{key}")


def test_a_short_run_has_one_sample_with_the_names_that_mlflow_gives(place):
    with assay.start_run(log_system_metrics=True) as run:
        pass
    found = place.get_run(run.info.run_id).data.metric_list
    names = {metric.key.removeprefix("system/") for metric in found}
    assert names >= NAMES
    assert "process_memory_usage_megabytes" in names
    assert {metric.step for metric in found} == {0}
    assert all(metric.value == round(metric.value, 1) for metric in found)


def test_runs_have_none_unless_they_are_wanted(place):
    with assay.start_run() as run:
        pass
    assert place.get_run(run.info.run_id).data.metrics == {}


def test_they_can_be_switched_on_for_all_runs_and_off_for_one(place):
    assay.enable_system_metrics_logging()
    with assay.start_run() as first:
        pass
    with assay.start_run(log_system_metrics=False) as second:
        pass
    assay.disable_system_metrics_logging()
    with assay.start_run() as third:
        pass
    counts = [len(place.get_run(run.info.run_id).data.metrics) for run in (first, second, third)]
    assert counts[0] >= len(NAMES)
    assert counts[1:] == [0, 0]


def test_the_variables_of_mlflow_count(place, monkeypatch):
    monkeypatch.setenv("MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING", "true")
    monkeypatch.setenv("MLFLOW_SYSTEM_METRICS_NODE_ID", "node-1")
    with assay.start_run() as run:
        pass
    assert "system/node-1/cpu_utilization_percentage" in place.get_run(run.info.run_id).data.metrics


def test_samples_go_on_while_the_run_does_and_a_resumed_run_goes_on_counting(place):
    assay.set_system_metrics_sampling_interval(0.02)
    with assay.start_run(log_system_metrics=True) as run:
        wait_until(lambda: len(history(place, run, "disk_usage_percentage")) > 2)
    n_first = len(history(place, run, "disk_usage_percentage"))
    with assay.start_run(run_id=run.info.run_id, log_system_metrics=True):
        wait_until(lambda: len(history(place, run, "disk_usage_percentage")) > n_first + 2)
    steps = [point.step for point in history(place, run, "disk_usage_percentage")]
    assert steps == list(range(len(steps)))


def sample(place, source, **options):
    """Log what `source` says to a run, until it has said it often enough."""
    with assay.start_run() as run:
        sampler = Sampler(active.current(), sources=[source], **options)
        sampler.start()
        wait_until(lambda: not sampler._thread.is_alive() or sampler._n_logged > 1)
        sampler.stop()
    return run


def test_a_logged_value_is_the_mean_of_its_samples(place):
    values = iter(range(1_000_000))
    run = sample(place, lambda: {"x": float(next(values))}, interval_s=0.001, n_samples=4)
    assert [point.value for point in history(place, run, "x")][:2] == [1.5, 5.5]


def test_a_failing_source_never_harms_the_run(place, caplog):
    def fail():
        raise OSError("the counter is gone")

    run = sample(place, fail, interval_s=0.001, n_samples=1)
    assert place.get_run(run.info.run_id).info.status == "FINISHED"
    assert "System metrics are logged no more" in caplog.text


def test_without_psutil_a_warning_says_what_to_install(place, monkeypatch, caplog):
    monkeypatch.setitem(__import__("sys").modules, "psutil", None)
    with assay.start_run(log_system_metrics=True) as run:
        pass
    assert place.get_run(run.info.run_id).data.metrics == {}
    assert "assay[system]" in caplog.text


@pytest.mark.parametrize(
    "change",
    [
        lambda: assay.set_system_metrics_sampling_interval(0),
        lambda: assay.set_system_metrics_samples_before_logging(-1),
        lambda: assay.set_system_metrics_node_id("a$b"),
    ],
)
def test_values_that_make_no_sense_are_refused(change):
    with pytest.raises(InvalidParameter):
        change()


def test_none_restores_the_default():
    assay.set_system_metrics_sampling_interval(3)
    assay.set_system_metrics_sampling_interval(None)
    assert system_metrics.settings.SYSTEM_METRICS_SAMPLING_INTERVAL.get() == 10.0


def test_energy_is_the_sum_of_the_packages_also_when_a_counter_starts_again(tmp_path):
    for package, used in (("intel-rapl:0", 900), ("intel-rapl:1", 0), ("intel-rapl:0:0", 5)):
        (tmp_path / package).mkdir()
        (tmp_path / package / "energy_uj").write_text(f"{used}\n")
        (tmp_path / package / "max_energy_range_uj").write_text("1000\n")
    counters = system_sources.EnergyCounters(tmp_path)
    (tmp_path / "intel-rapl:0" / "energy_uj").write_text("100\n")
    (tmp_path / "intel-rapl:1" / "energy_uj").write_text("500\n")
    assert counters.read() == {"cpu_energy_joules": pytest.approx(700e-6)}


def test_counters_that_may_not_be_read_are_left_out(tmp_path):
    assert not system_sources.EnergyCounters(tmp_path / "nothing").has_counters


class NvmlError(Exception):
    """What the GPU library raises."""


def nvml(**changes):
    """Two GPUs, as far as they are asked."""
    energy = iter([1000, 2000, 4000, 9000])
    answers = {
        "NVMLError": NvmlError,
        "nvmlDeviceGetCount": lambda: 2,
        "nvmlDeviceGetHandleByIndex": lambda index: index,
        "nvmlDeviceGetMemoryInfo": lambda _handle: SimpleNamespace(used=2e9, total=8e9),
        "nvmlDeviceGetUtilizationRates": lambda handle: SimpleNamespace(gpu=50 + handle),
        "nvmlDeviceGetPowerUsage": lambda _handle: 150_000,
        "nvmlDeviceGetEnforcedPowerLimit": lambda _handle: 300_000,
        "nvmlDeviceGetTotalEnergyConsumption": lambda _handle: next(energy),
    }
    return SimpleNamespace(**answers | changes)


def test_gpus_have_the_names_that_mlflow_gives():
    values = system_sources.gpu_source(nvml())()
    assert {name: value for name, value in values.items() if name.startswith("gpu_1")} == {
        "gpu_1_memory_usage_percentage": 25.0,
        "gpu_1_memory_usage_megabytes": 2000.0,
        "gpu_1_utilization_percentage": 51,
        "gpu_1_power_usage_watts": 150.0,
        "gpu_1_power_usage_percentage": 50.0,
        "gpu_1_energy_joules": 7.0,
    }


def test_what_a_gpu_does_not_tell_is_left_out():
    def refuse(_handle):
        raise NvmlError

    values = system_sources.gpu_source(nvml(nvmlDeviceGetPowerUsage=refuse))()
    assert "gpu_0_power_usage_watts" not in values
    assert "gpu_0_utilization_percentage" in values


def test_this_process_is_measured_too():
    values = system_sources.process_source(psutil)()
    assert values["process_memory_usage_megabytes"] > 1
    assert values["process_threads"] >= 1
