"""Which process this is among those that a launcher started together, from what the launcher says.

All of them log to one run: its id follows from the name of the job, so that nobody has to be asked.
`job` names it for good, `launch` one start of it, so that a restart is another attempt of the same run.
A name is only used when it comes once: ids that a scheduler or the user chose, random ones, or the
launching process itself where all ranks run on one machine. Where there is none, nothing is guessed.
"""

import hashlib
import logging
import os
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from assay import settings
from assay.client.writer_identity import boot_id, host_name, process_start
from assay.entities.ranks import check_rank

_logger = logging.getLogger("assay")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Rank(msgspec.Struct, frozen=True, kw_only=True):
    """This process among `n_ranks`; `local` counts those on this machine."""

    launcher: str
    job: str
    launch: str
    number: int
    n_ranks: int
    local: int = 0


class _Look:
    """What this process found when it looked, and how many runs it began by what names them."""

    def __init__(self) -> None:
        self.has_looked = False
        self.rank: Rank | None = None
        self.n_begun: Counter[tuple[str, ...]] = Counter()
        self.lock = threading.Lock()


_look: Final = _Look()


def current_rank() -> Rank | None:
    """Return the rank that this process has, if a launcher started several and they are to be one run."""
    with _look.lock:
        if not _look.has_looked:
            _look.has_looked = True
            _look.rank = _claimed(find_rank(os.environ)) if settings.JOIN_RANKS.get() else None
        return _look.rank


def shared_run_id(rank: Rank, *words: str) -> str:
    """Return the id of the run that all ranks begin with `words`: the first with these, the second, ..."""
    with _look.lock:
        place = _look.n_begun[words]
        _look.n_begun[words] += 1
    text = "\0".join(("run", rank.launcher, rank.job, *words, str(place)))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def find_rank(variables: Mapping[str, str]) -> Rank | None:
    """Return the rank that `variables` tell of; None for a process that stands alone.

    Raises:
        InvalidParameter: The rank that the user gave is no number of a rank.
    """
    for find in (_given, _torchrun, _ray, _torch, _open_mpi, _hydra, _slurm):
        try:
            rank = find(variables)
        except (KeyError, ValueError):
            continue
        if rank is not None:
            check_rank(rank.number)
            return rank if rank.n_ranks > 1 and rank.job else None
    return None


def forget() -> None:
    """Look again, as a fresh process would."""
    _look.__init__()  # type: ignore[misc]  # as in a fresh process
    settings.RANK_PROCESS.unset()


def _claimed(rank: Rank | None) -> Rank | None:
    """Return `rank` unless it belongs to the process that started this one, which inherited its variables."""
    if rank is None:
        return None
    own = str(os.getpid())
    if settings.RANK_PROCESS.get() not in {"", own}:
        return None
    settings.RANK_PROCESS.set(own)
    if not rank.number:
        _logger.warning(
            "%d processes that %s started log to one run, each as a rank of it. If each of them is "
            "to have a run of its own, set ASSAY_JOIN_RANKS=false.",
            rank.n_ranks,
            rank.launcher,
        )
    return rank


def _given(_variables: Mapping[str, str]) -> Rank | None:
    if not settings.LAUNCH_ID.get():
        return None
    return Rank(
        launcher="the launch",
        job=settings.LAUNCH_ID.get(),
        launch=settings.RESTART.get(),
        number=settings.RANK.get(),
        n_ranks=settings.WORLD_SIZE.get(),
    )


def _torchrun(variables: Mapping[str, str]) -> Rank | None:
    """Read what torchrun sets; without an id of the user's, its own is random (or "none", formerly)."""
    run_id = variables["TORCHELASTIC_RUN_ID"]
    start = variables.get("TORCHELASTIC_RESTART_COUNT", "0")
    is_local = variables.get("GROUP_WORLD_SIZE") == "1"
    job = run_id if run_id != "none" else _launching_process("RANK") if is_local else ""
    return _torch_rank(variables, "torchrun", job, start)


def _ray(variables: Mapping[str, str]) -> Rank | None:
    """Read what Ray Train sets for its workers; other workers of Ray are no ranks."""
    cluster_job = variables["RAY_JOB_ID"]
    if "RANK" not in variables:
        return Rank(launcher="Ray", job="", launch="", number=0, n_ranks=1)
    name = _ray_run_name() or (_launching_process("RANK") if _is_local(variables) else "")
    # Trials that run side by side may share the name, never the port.
    job = f"{name}/{cluster_job}/{_master(variables)}" if name else ""
    return _torch_rank(variables, "Ray", job, "")


def _torch(variables: Mapping[str, str]) -> Rank | None:
    """Read the variables of PyTorch's `env://`, which many launchers set; they name no job."""
    if "RANK" not in variables or "MASTER_ADDR" not in variables:
        return None
    job = _launching_process("RANK") if _is_local(variables) else ""
    return _torch_rank(variables, "the launcher", job, "")


def _open_mpi(variables: Mapping[str, str]) -> Rank | None:
    is_local = variables.get("OMPI_COMM_WORLD_LOCAL_SIZE") == variables["OMPI_COMM_WORLD_SIZE"]
    here = _launching_process("OMPI_COMM_WORLD_RANK") if is_local else ""
    job = variables.get("OMPI_MCA_orte_precondition_transports") or here
    return Rank(
        launcher="mpirun",
        job=job or variables.get("PMIX_NAMESPACE", ""),
        launch=variables.get("PMIX_NAMESPACE", ""),
        number=int(variables["OMPI_COMM_WORLD_RANK"]),
        n_ranks=int(variables["OMPI_COMM_WORLD_SIZE"]),
        local=int(variables.get("OMPI_COMM_WORLD_LOCAL_RANK", "0")),
    )


def _hydra(variables: Mapping[str, str]) -> Rank | None:
    """Read what the launcher of MPICH and Intel MPI sets, which names no job."""
    is_local = variables.get("MPI_LOCALNRANKS") == variables["PMI_SIZE"]
    if "SLURM_STEP_ID" in variables:
        return None
    return _told(
        Rank(
            launcher="mpirun",
            job=_launching_process("PMI_RANK") if is_local else "",
            launch="",
            number=int(variables["PMI_RANK"]),
            n_ranks=int(variables["PMI_SIZE"]),
            local=int(variables.get("MPI_LOCALRANKID", "0")),
        )
    )


def _slurm(variables: Mapping[str, str]) -> Rank | None:
    """Read what `srun` sets for each task of a step; a batch script by itself is no step."""
    step = variables.get("SLURM_STEP_ID") or variables["SLURM_STEPID"]
    names = (variables.get("SLURM_CLUSTER_NAME", ""), variables["SLURM_JOB_ID"], step)
    starts = ("SLURM_RESTART_COUNT", "SLURM_SRUN_COMM_HOST", "SLURM_SRUN_COMM_PORT")
    return Rank(
        launcher="Slurm",
        job="/".join(names),
        launch=":".join(variables.get(name, "") for name in starts),
        number=int(variables["SLURM_PROCID"]),
        n_ranks=int(variables.get("SLURM_STEP_NUM_TASKS") or variables["SLURM_NTASKS"]),
        local=int(variables.get("SLURM_LOCALID", "0")),
    )


def _torch_rank(variables: Mapping[str, str], launcher: str, job: str, start: str) -> Rank:
    return _told(
        Rank(
            launcher=launcher,
            job=job,
            launch=f"{_master(variables)}/{start}",
            number=int(variables["RANK"]),
            n_ranks=int(variables["WORLD_SIZE"]),
            local=int(variables.get("LOCAL_RANK", "0")),
        )
    )


def _told(rank: Rank) -> Rank:
    """Say so where ranks cannot be one run because nothing names their job."""
    if not rank.job and rank.n_ranks > 1:
        _logger.warning(
            "This is rank %d of %d, but nothing names the job that they belong to, so each logs to a "
            "run of its own. Set ASSAY_LAUNCH_ID to the same new word for all of them, ASSAY_RANK and "
            "ASSAY_WORLD_SIZE, to have one run.",
            rank.number,
            rank.n_ranks,
        )
    return rank


def _master(variables: Mapping[str, str]) -> str:
    return f"{variables.get('MASTER_ADDR', '')}:{variables.get('MASTER_PORT', '')}"


def _is_local(variables: Mapping[str, str]) -> bool:
    """Return whether all ranks are on this machine."""
    if "LOCAL_WORLD_SIZE" in variables:
        return variables["LOCAL_WORLD_SIZE"] == variables.get("WORLD_SIZE")
    return variables.get("MASTER_ADDR") in _LOOPBACK


def _ray_run_name() -> str:
    """Return the name that Ray Train gave to the training run of this worker."""
    train: Any = sys.modules.get("ray.train")
    try:
        return str(train.get_context().get_experiment_name() or "")
    except (AttributeError, RuntimeError):
        # No worker of Ray Train, or a version that tells it otherwise.
        return ""


def _launching_process(variable: str) -> str:
    """Return the identity of the nearest ancestor that was not given a rank, or "" when it is hidden.

    Between it and this process there may be shells, which have the variable too.
    """
    process = os.getppid()
    while process > 1 and _has_variable(process, variable):
        process = _parent_of(process)
    started = process_start(process)
    return f"{host_name()}/{boot_id()}/{process}/{started}" if started else ""


def _has_variable(process: int, variable: str) -> bool:
    try:
        entries = Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return any(entry.startswith(f"{variable}=".encode()) for entry in entries)


def _parent_of(process: int) -> int:
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])


def _look_again() -> None:
    """After a fork: the child is no rank, but may start launchers of its own."""
    _look.__init__()  # type: ignore[misc]  # locks and counts are the parent's


os.register_at_fork(after_in_child=_look_again)
