"""A filter cut into what its outermost ANDs join, to say which part of it lets few runs pass."""

from assay.entities.filters.syntax import filter_tokens, parse_raw_filter

_OPENS = "LPAR"
_CLOSES = "RPAR"


def clauses_of(text: str) -> tuple[str, ...]:
    """Return the texts that AND joins at the outermost level; the whole text where OR does.

    Raises:
        InvalidFilter: The filter is not understood.
    """
    if not text.strip():
        return ()
    parse_raw_filter(text)
    depth = 0
    found: list[str] = []
    begin = 0
    for token in filter_tokens(text):
        depth += (token.type == _OPENS) - (token.type == _CLOSES)
        if depth:
            continue
        if token.type == "_OR":
            return (text.strip(),)
        if token.type == "_AND":
            found.append(text[begin : token.start_pos].strip())
            begin = token.end_pos or 0
    found.append(text[begin:].strip())
    return tuple(clause for clause in found if clause)
