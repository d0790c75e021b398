"""What launchers tell the processes that they start; the variables are as the real ones set them."""

import os
import subprocess
import sys

import pytest

from assay.client import launchers
from assay.client.launchers import current_rank, find_rank, shared_run_id
from assay.errors import InvalidParameter

# torch 2.13: torchrun --nnodes 2 --rdzv-id job7 --nproc-per-node 2
TORCHRUN = {
    "RANK": "3",
    "LOCAL_RANK": "1",
    "LOCAL_WORLD_SIZE": "2",
    "WORLD_SIZE": "4",
    "GROUP_WORLD_SIZE": "2",
    "MASTER_ADDR": "node1",
    "MASTER_PORT": "35071",
    "TORCHELASTIC_RESTART_COUNT": "0",
    "TORCHELASTIC_RUN_ID": "job7",
}
# Slurm 22.05: srun -n 2
SLURM = {
    "SLURM_CLUSTER_NAME": "local",
    "SLURM_JOB_ID": "17",
    "SLURM_STEP_ID": "0",
    "SLURM_STEPID": "0",
    "SLURM_PROCID": "1",
    "SLURM_LOCALID": "1",
    "SLURM_NTASKS": "2",
    "SLURM_STEP_NUM_TASKS": "2",
    "SLURM_SRUN_COMM_HOST": "192.0.2.2",
    "SLURM_SRUN_COMM_PORT": "33913",
}
# Open MPI 4.1: mpirun -n 2
OPEN_MPI = {
    "OMPI_COMM_WORLD_RANK": "1",
    "OMPI_COMM_WORLD_SIZE": "2",
    "OMPI_COMM_WORLD_LOCAL_RANK": "1",
    "OMPI_COMM_WORLD_LOCAL_SIZE": "2",
    "OMPI_MCA_orte_precondition_transports": "ab6e4d4ce34f277d-d1212a98c4a2befe",
    "PMIX_NAMESPACE": "2106523649",
    "PMIX_RANK": "1",
}
# MPICH 4.0: mpirun -n 2
HYDRA = {"PMI_RANK": "1", "PMI_SIZE": "2", "MPI_LOCALRANKID": "1", "MPI_LOCALNRANKS": "2"}
# Ray 2.60: a worker of a TorchTrainer
RAY = {
    "RAY_JOB_ID": "01000000",
    "RANK": "1",
    "WORLD_SIZE": "2",
    "LOCAL_RANK": "1",
    "LOCAL_WORLD_SIZE": "2",
    "NODE_RANK": "0",
    "MASTER_ADDR": "192.0.2.2",
    "MASTER_PORT": "51841",
}
LAUNCHERS = {
    "torchrun": TORCHRUN,
    "slurm": SLURM,
    "open mpi": OPEN_MPI,
    "mpich": HYDRA,
    "ray": RAY,
}


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    for name in list(os.environ):
        if name.startswith(("SLURM_", "OMPI_", "PMI", "RAY_", "TORCHELASTIC_", "ASSAY_R")):
            monkeypatch.delenv(name)
    monkeypatch.delenv("ASSAY_LAUNCH_ID", raising=False)
    launchers.forget()
    yield
    launchers.forget()


@pytest.mark.parametrize("launcher", LAUNCHERS)
def test_each_launcher_tells_rank_and_number_of_ranks(launcher):
    rank = find_rank(LAUNCHERS[launcher])
    n_ranks = 4 if launcher == "torchrun" else 2
    assert (rank.number, rank.n_ranks, rank.local) == (n_ranks - 1, n_ranks, 1)
    assert rank.job


@pytest.mark.parametrize("launcher", ["torchrun", "slurm", "open mpi"])
def test_all_ranks_have_one_job_and_one_launch(launcher):
    name = {"torchrun": "RANK", "slurm": "SLURM_PROCID", "open mpi": "OMPI_COMM_WORLD_RANK"}
    found = [find_rank({**LAUNCHERS[launcher], name[launcher]: str(number)}) for number in range(2)]
    assert [one.number for one in found] == [0, 1]
    assert len({(one.job, one.launch) for one in found}) == 1


@pytest.mark.parametrize(
    ("variables", "restarted"),
    [
        (TORCHRUN, {"TORCHELASTIC_RESTART_COUNT": "1"}),
        (TORCHRUN, {"MASTER_PORT": "35072"}),
        (SLURM, {"SLURM_RESTART_COUNT": "1"}),
    ],
)
def test_a_restart_is_another_launch_of_the_same_job(variables, restarted):
    first, second = find_rank(variables), find_rank({**variables, **restarted})
    assert first.job == second.job
    assert first.launch != second.launch


@pytest.mark.parametrize(
    ("variables", "other"),
    [
        (TORCHRUN, {"TORCHELASTIC_RUN_ID": "job8"}),
        (SLURM, {"SLURM_JOB_ID": "18"}),
        (SLURM, {"SLURM_STEP_ID": "1"}),
        (OPEN_MPI, {"OMPI_MCA_orte_precondition_transports": "other"}),
        (RAY, {"MASTER_PORT": "51842"}),
    ],
)
def test_another_job_is_told_from_it(variables, other):
    assert find_rank(variables).job != find_rank({**variables, **other}).job


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"RANK": "0"},
        {**TORCHRUN, "WORLD_SIZE": "1", "RANK": "0"},
        {**TORCHRUN, "RANK": "three"},
        {"RAY_JOB_ID": "01000000", **SLURM},
        {name: SLURM[name] for name in ("SLURM_JOB_ID", "SLURM_PROCID", "SLURM_NTASKS")},
    ],
    ids=["nothing", "half", "one process", "no number", "a worker of Ray", "a batch script"],
)
def test_what_is_no_rank_is_left_alone(variables):
    assert find_rank(variables) is None


def test_ranks_of_several_machines_whose_job_has_no_name_stay_apart(caplog):
    variables = {**TORCHRUN, "TORCHELASTIC_RUN_ID": "none"}
    assert find_rank(variables) is None
    assert "ASSAY_LAUNCH_ID" in caplog.text


def test_the_user_can_name_the_job(monkeypatch):
    for name, value in {"LAUNCH_ID": "mine", "RANK": "2", "WORLD_SIZE": "3"}.items():
        monkeypatch.setenv(f"ASSAY_{name}", value)
    rank = current_rank()
    assert (rank.job, rank.number, rank.n_ranks) == ("mine", 2, 3)


def test_a_rank_beyond_all_bounds_is_refused():
    with pytest.raises(InvalidParameter, match="rank"):
        find_rank({**SLURM, "SLURM_PROCID": str(2**40)})


def test_joining_can_be_switched_off(monkeypatch):
    for name, value in SLURM.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ASSAY_JOIN_RANKS", "false")
    assert current_rank() is None


def test_a_process_that_a_rank_starts_is_no_rank(monkeypatch):
    for name, value in SLURM.items():
        monkeypatch.setenv(name, value)
    assert current_rank() is not None
    code = "from assay.client.launchers import current_rank; print(current_rank())"
    child = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert child.stdout.strip() == "None"


def test_ranks_begin_the_same_runs_in_the_same_order():
    ids = []
    for number in range(2):
        launchers.forget()
        rank = find_rank({**SLURM, "SLURM_PROCID": str(number)})
        words = [("train", "a"), ("train", "b"), ("train", "a")]
        ids.append([shared_run_id(rank, *each) for each in words])
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 3


WRAPPED = (
    "import os; from assay.client.launchers import find_rank; print(find_rank(os.environ).job)"
)


def test_shells_between_the_launcher_and_a_rank_do_not_matter():
    jobs = set()
    for number in range(2):
        variables = {**os.environ, **HYDRA, "PMI_RANK": str(number)}
        command = [sys.executable, "-c", WRAPPED]
        if number:
            command = ["sh", "-c", 'env "$@"; true', "sh", *command]
        done = subprocess.run(
            command, env=variables, capture_output=True, text=True, check=True, timeout=60
        )
        jobs.add(done.stdout.strip())
    assert len(jobs) == 1
    assert jobs != {""}
