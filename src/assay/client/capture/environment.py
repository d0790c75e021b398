"""The machine and the process that a run ran in: Python, system, hardware, drivers, variables.

Read from the system's own files, without a library or a subprocess. Environment variables are taken
from a list of names that matter for results and hold no secrets, and scanned all the same.
"""

import fnmatch
import os
import platform
import sys
from pathlib import Path
from typing import Final

import msgspec

from assay import settings
from assay.client.capture.pieces import Captured
from assay.client.capture.secrets import redact_variables

_ALLOWED: Final = (
    "CUDA_VISIBLE_DEVICES",
    "CUDA_DEVICE_ORDER",
    "CUBLAS_WORKSPACE_CONFIG",
    "NVIDIA_VISIBLE_DEVICES",
    "HIP_VISIBLE_DEVICES",
    "ROCR_VISIBLE_DEVICES",
    "TF32_OVERRIDE",
    "NVIDIA_TF32_OVERRIDE",
    "PYTHONHASHSEED",
    "PYTHONOPTIMIZE",
    "PYTHONPATH",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "TOKENIZERS_PARALLELISM",
    "LANG",
    "LC_ALL",
    "TZ",
    "CONDA_DEFAULT_ENV",
    "VIRTUAL_ENV",
    "RANK",
    "LOCAL_RANK",
    "WORLD_SIZE",
    "LOCAL_WORLD_SIZE",
    "MASTER_ADDR",
    "OMPI_COMM_WORLD_*",
    "NCCL_*",
    "TORCH_*",
    "TF_CPP_*",
    "TF_CUDNN_*",
    "TF_DETERMINISTIC_*",
    "TF_ENABLE_*",
    "TF_FORCE_*",
    "TF_GPU_*",
    "TF_NUM_*",
    "TF_XLA_*",
    "XLA_*",
    "JAX_*",
    "KERAS_*",
    "PYTORCH_*",
    "SLURM_JOB_ID",
    "SLURM_JOB_NAME",
    "SLURM_JOB_PARTITION",
    "SLURM_ARRAY_*",
    "SLURM_NODELIST",
    "SLURM_NNODES",
    "SLURM_NTASKS",
    "SLURM_PROCID",
    "SLURM_CPUS_PER_TASK",
    "SLURM_RESTART_COUNT",
)


class Gpu(msgspec.Struct, omit_defaults=True):
    """One accelerator, as its driver describes it."""

    name: str
    bus: str = ""


class Environment(msgspec.Struct, omit_defaults=True, kw_only=True):
    """Where a run ran, as in `environment.json`."""

    python: str
    implementation: str
    executable: str
    prefix: str
    system: str
    release: str = ""
    kernel: str
    machine: str
    host: str
    cpu: str = ""
    n_cpus: int = 0
    n_usable_cpus: int = 0
    memory_bytes: int = 0
    memory_limit_bytes: int = 0
    gpus: list[Gpu] = []
    gpu_driver: str = ""
    cuda: str = ""
    container: str = ""
    process_id: int = 0
    variables: dict[str, str] = {}


def capture_environment() -> Environment:
    """Return the machine and the interpreter, without variables."""
    return Environment(
        python=platform.python_version(),
        implementation=platform.python_implementation(),
        executable=sys.executable,
        prefix=sys.prefix,
        system=sys.platform,
        release=_release(),
        kernel=platform.release(),
        machine=platform.machine(),
        host=platform.node(),
        cpu=_cpu_name(),
        n_cpus=os.cpu_count() or 0,
        n_usable_cpus=_n_usable_cpus(),
        memory_bytes=_memory_bytes(),
        memory_limit_bytes=memory_limit_bytes(),
        gpus=_gpus(),
        gpu_driver=_first_line("/sys/module/nvidia/version"),
        cuda=_cuda(),
        container=_container(),
        process_id=os.getpid(),
    )


def capture_variables() -> tuple[dict[str, str], Captured]:
    """Return the environment variables that matter for results."""
    chosen = [name.strip() for name in settings.CAPTURE_VARIABLES.get().split(",") if name.strip()]
    allowed = (*_ALLOWED, *chosen)
    found = {
        name: value
        for name, value in sorted(os.environ.items())
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in allowed)
    }
    shown, withheld = redact_variables(found)
    return shown, Captured(withheld=[f"variable {name}" for name in withheld])


def memory_limit_bytes() -> int:
    """Return the memory that this process's control group may use; 0 when that is all there is."""
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        text = _first_line(path)
        if text.isdecimal() and int(text) < 1 << 60:
            return int(text)
    return 0


def _release() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        return platform.mac_ver()[0]


def _cpu_name() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.startswith(("model name", "Hardware")):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor()


def _n_usable_cpus() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 0


def _memory_bytes() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return 0


def _gpus() -> list[Gpu]:
    gpus = []
    for folder in sorted(Path("/proc/driver/nvidia/gpus").glob("*")):
        text = _text(folder / "information")
        fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
        gpus.append(Gpu(fields.get("Model", "").strip(), folder.name))
    return gpus


def _cuda() -> str:
    """Return the CUDA version that an imported framework was built for."""
    version = getattr(getattr(sys.modules.get("torch"), "version", None), "cuda", None)
    return version if isinstance(version, str) else ""


def _container() -> str:
    if Path("/.dockerenv").exists():
        return "docker"
    if os.environ.get("KUBERNETES_SERVICE_HOST"):
        return "kubernetes"
    return "apptainer" if os.environ.get("APPTAINER_NAME") else ""


def _first_line(path: str) -> str:
    return _text(Path(path)).partition("\n")[0].strip()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
