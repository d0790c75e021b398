import logging

import msgspec
import pytest
from sqlalchemy.exc import OperationalError

from assay.errors import InvalidParameter, RunNotFound, StoreFull
from assay.server.browser_rules import ForeignHost
from assay.server.errors import ErrorAnswer, to_failure, to_known


def answer_to(error: Exception) -> tuple[int, ErrorAnswer]:
    failure = to_failure(error)
    return failure.status, msgspec.json.decode(failure.body, type=ErrorAnswer)


def test_our_own_errors_keep_code_status_and_words() -> None:
    assert answer_to(RunNotFound("x")) == (
        404,
        ErrorAnswer("RESOURCE_DOES_NOT_EXIST", "Run with id=x not found"),
    )


def test_a_full_disk_can_be_waited_out() -> None:
    status, answer = answer_to(StoreFull())
    assert (status, answer.error_code) == (503, "TEMPORARILY_UNAVAILABLE")


def test_refused_hosts_are_answered_in_plain_text() -> None:
    failure = to_failure(ForeignHost())
    assert (failure.status, failure.content_type) == (403, b"text/plain; charset=utf-8")


def test_an_unforeseen_error_is_logged_and_shows_only_its_incident(
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = OperationalError("SELECT secret", {}, Exception("/var/lib/secret.db"))
    with caplog.at_level(logging.ERROR):
        status, answer = answer_to(secret)
    assert (status, answer.error_code) == (500, "INTERNAL_ERROR")
    assert "secret" not in answer.message
    assert answer.message.rpartition(" ")[2].rstrip(".") in caplog.text


def test_text_that_no_encoding_carries_is_the_callers_mistake() -> None:
    with pytest.raises(UnicodeEncodeError) as raised:
        "\ud800".encode()
    assert isinstance(to_known(raised.value), InvalidParameter)


def test_a_message_with_half_a_character_is_still_answered() -> None:
    assert answer_to(InvalidParameter("a\ud800b"))[1].message == "a?b"
