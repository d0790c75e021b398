"""The index of media in the store."""

import msgspec
import pytest

from assay.entities.media import MediaFile
from assay.errors import InvalidPageToken, RunNotFound
from assay.store.batches import apply_batches
from assay.store.ingest import journal_batch
from assay.store.media import list_media
from assay.wire.ingest import Batch, RunCreation
from assay.wire.media import ListMedia
from statements import counted_statements, used_indexes

RUN = "a" * 32


def media_file(key, step, **changes):
    path = f"media/text/{key}+step+{step}.txt"
    return MediaFile(
        **{"key": key, "step": step, "timestamp": step, "kind": "text", "path": path} | changes
    )


@pytest.fixture
def noted(database):
    """A database with a run that has media, and the receipt of their delivery."""
    files = [media_file(key, step) for step in range(10) for key in ("a", "b")]
    files.append(media_file("sound", 3, kind="audio", details='{"seconds":1}', size_bytes=7))
    bad = [media_file("$", 1), media_file("c", 2**63), media_file("c", 1, path="../x")]
    bad.append(media_file("c", 1, kind="spell"))
    batch = Batch(
        run_id=RUN,
        writer_id="w",
        first_seq=1,
        last_seq=9,
        create=RunCreation(run_name="n", start_time=1, experiment_id="0"),
        media=(*files, *bad),
    )
    with database.write() as conn:
        (receipt,) = apply_batches(conn, [journal_batch(batch)])
    assert len(receipt.refused) == len(bad)
    return database, files


def test_all_media_come_back_as_they_were_noted(noted):
    database, files = noted
    with database.read() as conn:
        assert list(list_media(conn, ListMedia(run_id=RUN)).files) == files


@pytest.mark.parametrize(
    ("wanted", "is_wanted"),
    [
        ({"key": "a"}, lambda file: file.key == "a"),
        ({"kind": "audio"}, lambda file: file.kind == "audio"),
        ({"start_step": 3, "end_step": 5}, lambda file: 3 <= file.step <= 5),
        (
            {"key": "b", "kind": "text", "end_step": 0},
            lambda file: (file.key, file.step) == ("b", 0),
        ),
        ({"key": "nobody's"}, lambda _file: False),
    ],
)
def test_media_can_be_narrowed_down(noted, wanted, is_wanted):
    database, files = noted
    with database.read() as conn:
        found = list_media(conn, ListMedia(run_id=RUN, **wanted)).files
    assert list(found) == [file for file in files if is_wanted(file)]


def test_pages_joined_are_the_whole(noted):
    database, files = noted
    request, found = ListMedia(run_id=RUN, max_results=4), []
    with database.read() as conn:
        while True:
            page = list_media(conn, request)
            found += page.files
            if not page.next_page_token:
                break
            request = msgspec.structs.replace(request, page_token=page.next_page_token)
    assert found == files


def test_a_token_of_another_list_is_refused(noted):
    database, _ = noted
    with database.read() as conn:
        token = list_media(conn, ListMedia(run_id=RUN, max_results=4)).next_page_token
        with pytest.raises(InvalidPageToken):
            list_media(conn, ListMedia(run_id=RUN, key="a", page_token=token))


def test_listing_takes_few_statements_and_an_index(noted):
    database, _ = noted
    with database.read() as conn, counted_statements(conn) as ran:
        list_media(conn, ListMedia(run_id=RUN))
    assert len(ran) == 2
    with database.read() as conn:
        assert "media_by_run" in used_indexes(conn, ran[-1], ran.values[-1])


def test_media_of_no_run_are_not_found(database):
    with database.read() as conn, pytest.raises(RunNotFound):
        list_media(conn, ListMedia(run_id="b" * 32))
