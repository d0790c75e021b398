import os
import subprocess
import sys
import time

import msgspec

from assay.client import writer_identity
from assay.client.writer_identity import header, is_dead


def own_header():
    return header(run_id="r", writer_id="w", segment=1, tracking_uri="", owns_run=True)


def test_a_living_process_is_not_dead_however_silent():
    assert not is_dead(own_header(), last_write_s=0.0)


def test_a_process_that_ended_is_dead():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with process:
        start = writer_identity.process_start(process.pid)
        found = msgspec.structs.replace(own_header(), pid=process.pid, process_start=start)
        assert not is_dead(found, last_write_s=time.time())
        process.communicate(b"\n")
    assert is_dead(found, last_write_s=time.time())


def test_another_process_with_the_same_number_is_not_the_writer():
    found = msgspec.structs.replace(own_header(), pid=os.getpid(), process_start="12")
    assert is_dead(found, last_write_s=time.time())


def test_a_reboot_ends_every_process():
    found = msgspec.structs.replace(own_header(), boot_id="another")
    assert is_dead(found, last_write_s=time.time())


def test_on_another_machine_only_silence_tells():
    found = msgspec.structs.replace(own_header(), host="elsewhere")
    assert not is_dead(found, last_write_s=time.time())
    assert is_dead(found, last_write_s=time.time() - 600)


def test_a_journal_without_header_is_judged_by_its_silence():
    assert not is_dead(None, last_write_s=time.time())
    assert is_dead(None, last_write_s=0.0)
