import re
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.entities.filters.automaton import MAX_TEXT, automaton, postgresql_pattern
from assay.entities.filters.patterns import parse_pattern
from assay.errors import InvalidFilter


def matches(pattern, text):
    return automaton(pattern).is_in(text)


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("b", ["abc", "b"], ["", "a", "B"]),
        ("^b", ["bc"], ["ab"]),
        ("b$", ["ab"], ["bc", "b\n"]),
        ("^$", [""], ["a"]),
        ("a.c", ["abc", "a\tc"], ["a\nc", "ac"]),
        ("a|b|", ["a", "", "x"], []),
        ("^(ab)*$", ["", "abab"], ["aba"]),
        ("^a{2,3}$", ["aa", "aaa"], ["a", "aaaa"]),
        ("^a{2}$", ["aa"], ["a", "aaa"]),
        ("^a{2,}$", ["aa", "aaaaa"], ["a"]),
        ("^a{0}$", [""], ["a"]),
        (r"^\d\w\s$", ["1_ ", "9a\t"], ["aa ", "1ä "]),
        (r"^\D\W\S$", ["a-b", "ää-"], ["1-b"]),
        ("^[]a-]$", ["]", "a", "-"], ["b"]),
        ("^[^a-c]$", ["d", "\n"], ["b"]),
        (r"^[\]\\]$", ["]", "\\"], ["a"]),
        (r"\.\*", ["a.*"], ["ab"]),
        ("(?i)häus[X-Z]", ["HäUSy"], ["HÄUSy", "HäUSa"]),
        ("(?:a|b)c", ["bc"], ["c"]),
        ("a+?b*?$", ["aab"], ["b"]),
        ("((a*)*)*$", ["", "aaa"], []),
    ],
)
def test_patterns_are_found(pattern, inside, outside):
    assert [text for text in inside if not matches(pattern, text)] == []
    assert [text for text in outside if matches(pattern, text)] == []


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "(",
            "a)",
            "*a",
            "a**",
            "a{",
            "a{x}",
            "a{1",
            "a{2,1}",
            "a{101}",
            "[a",
            "[]",
            "[b-a]",
            "\\",
        ),
        *(
            r"(a)\1",
            r"\b",
            r"\A",
            "(?=a)",
            "(?<=a)",
            "(?P<n>a)",
            "(?i",
            "a(?i)",
            "^*",
            "[[:alpha:]]",
        ),
        *("[^\\d\\D]", "(" * 21 + ")" * 21, "x" * 501, "(a{100}){100}", "((a{60}){60}){60}"),
    ],
)
def test_what_is_not_supported_is_refused(pattern):
    with pytest.raises(InvalidFilter, match="Invalid regular expression"):
        parse_pattern(pattern)


ATOMS = st.sampled_from(("a", "b", ".", "[ab]", "[^a]", "\\w", "\\d", "1", "\n"))
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from(("?", "{0,2}", "{2}", "+", "*"))).map(
            lambda two: f"({two[0]}){two[1]}"
        ),
    ),
    max_leaves=4,
)


@given(
    pattern=PATTERNS,
    begin=st.sampled_from(("", "^")),
    end=st.sampled_from(("", "$")),
    text=st.text(alphabet="ab1-\n", max_size=8),
)
def test_patterns_mean_what_they_mean_in_python(pattern, begin, end, text):
    python_end = r"\Z" if end else ""
    expected = re.search(f"{begin}(?:{pattern}){python_end}", text, re.ASCII)
    assert matches(f"{begin}({pattern}){end}", text) == (expected is not None)


@given(st.text(max_size=30))
def test_any_text_is_a_pattern_or_an_invalid_filter(pattern):
    with suppress(InvalidFilter):
        automaton(pattern).is_in("some text")
        postgresql_pattern(pattern)


@pytest.mark.parametrize(
    "pattern", ["((a*)*)*d", "(a|a)*d", "a*a*a*a*a*a*a*d", "(a?){50}a{50}d", "(a|b)*a(a|b){30}d"]
)
def test_no_pattern_runs_away(pattern):
    began = time.process_time()
    assert not matches(pattern, "ab" * 10 + "a" * MAX_TEXT)
    assert time.process_time() - began < 5


def test_only_the_first_characters_of_a_long_text_are_looked_at():
    assert matches("b", "a" * (MAX_TEXT - 1) + "b")
    assert not matches("b", "a" * MAX_TEXT + "b")
