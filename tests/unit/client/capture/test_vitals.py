"""What the signs of life of a dead process tell of its death."""

import msgspec
import pytest

from assay.client.capture import vitals

RUN = "a" * 32


@pytest.fixture
def seen():
    return vitals.measure()


def test_signs_are_those_of_this_process(seen):
    assert seen.resident_bytes > 1_000_000
    assert seen.n_oom_kills >= 0


def test_a_kernel_that_killed_for_memory_meanwhile_is_blamed(tmp_path, seen):
    before = msgspec.structs.replace(seen, n_oom_kills=seen.n_oom_kills - 1)
    vitals.keep(tmp_path, RUN, before)
    assert vitals.cause_of_death(tmp_path, RUN).startswith("Out of memory")


def test_a_process_that_had_nearly_all_memory_probably_lacked_it(tmp_path, seen):
    vitals.keep(tmp_path, RUN, msgspec.structs.replace(seen, resident_bytes=95, limit_bytes=100))
    assert vitals.cause_of_death(tmp_path, RUN).startswith("Probably out of memory")


def test_another_boot_means_that_the_machine_restarted(tmp_path, seen):
    vitals.keep(tmp_path, RUN, msgspec.structs.replace(seen, boot_id="other"))
    assert "restarted" in vitals.cause_of_death(tmp_path, RUN)


def test_otherwise_it_was_killed(tmp_path, seen):
    vitals.keep(tmp_path, RUN, msgspec.structs.replace(seen, resident_bytes=1))
    assert "SIGKILL" in vitals.cause_of_death(tmp_path, RUN)


def test_without_signs_nothing_more_is_claimed(tmp_path):
    assert vitals.cause_of_death(tmp_path, RUN) == "The process died without ending it."
    vitals.path_of(tmp_path, RUN).parent.mkdir()
    vitals.path_of(tmp_path, RUN).write_bytes(b"torn")
    assert vitals.cause_of_death(tmp_path, RUN) == "The process died without ending it."
