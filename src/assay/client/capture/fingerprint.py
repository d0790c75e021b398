"""Fingerprints of code and environment: equal where a run would be a repetition."""

import hashlib
from collections.abc import Mapping
from typing import Final

CODE_TAG: Final = "assay.fingerprint.code"
ENVIRONMENT_TAG: Final = "assay.fingerprint.environment"
RUN_TAG: Final = "assay.fingerprint.run"
_OF_CODE: Final = ("commit", "diff", "untracked", "entry")
_OF_RUN: Final = ("command",)


def fingerprint_tags(digests: Mapping[str, str]) -> dict[str, str]:
    """Return the tags that name code, environment, and both with the command, as far as captured."""
    tags = {}
    code = {key: digests[key] for key in _OF_CODE if key in digests}
    if code:
        tags[CODE_TAG] = _digest(code)
    environment = {
        key: digest for key, digest in digests.items() if key not in {*_OF_CODE, *_OF_RUN}
    }
    if environment:
        tags[ENVIRONMENT_TAG] = _digest(environment)
    if code and environment and "command" in digests:
        tags[RUN_TAG] = _digest(digests)
    return tags


def _digest(digests: Mapping[str, str]) -> str:
    text = "\n".join(f"{key}={value}" for key, value in sorted(digests.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
