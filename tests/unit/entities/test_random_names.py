"""Names for what has none."""

import re

from assay.entities.random_names import ADJECTIVES, NOUNS, random_name


def test_name_is_an_adjective_a_noun_and_a_number():
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d{1,3}", random_name())


def test_longest_name_has_at_most_twenty_characters():
    longest = max(map(len, ADJECTIVES)) + max(map(len, NOUNS)) + len("--999")
    assert longest <= 20


def test_words_are_distinct():
    assert len(set(ADJECTIVES)) == len(ADJECTIVES)
    assert len(set(NOUNS)) == len(NOUNS)
