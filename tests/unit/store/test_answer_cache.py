"""Answers are kept up to a number of bytes, the least lately used going first."""

from assay.store.answer_cache import AnswerCache


def test_the_least_lately_used_answers_go_first():
    cache = AnswerCache(max_bytes=100)
    for name in "abcd":
        cache.keep(name, name.upper(), 25)
    assert cache.find("a") == "A"
    cache.keep("e", "E", 25)
    assert [cache.find(name) for name in "abcde"] == ["A", None, "C", "D", "E"]


def test_an_answer_as_large_as_much_of_the_cache_is_not_kept():
    cache = AnswerCache(max_bytes=100)
    cache.keep("large", 1, 26)
    assert cache.find("large") is None


def test_an_answer_is_made_once():
    cache, made = AnswerCache(), []
    for _ in range(3):
        assert cache.get("key", lambda: made.append(1) or "answer", len) == "answer"
    assert made == [1]


def test_keeping_an_answer_again_counts_it_once():
    cache = AnswerCache(max_bytes=100)
    for number in range(50):
        cache.keep("key", number, 25)
    cache.keep("other", 1, 25)
    assert (cache.find("key"), cache.find("other")) == (49, 1)
