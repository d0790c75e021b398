"""Finding keys and passwords in what is about to be recorded, and taking them out.

A value is replaced by `[withheld: <kind>]`, and what was found is told, so that nobody takes the rest
for the whole. Files whose very name says that they hold keys are withheld whole. It is a net with
holes: a secret that looks like any other word passes.
"""

import fnmatch
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

# Kind, what its text must hold (a search for that costs nothing), and how it looks.
_KNOWN: Final = (
    (
        "private key",
        (b"PRIVATE KEY-----",),
        rb"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:.{0,8192}?-----END [A-Z ]*KEY-----|.*)",
    ),
    (
        "AWS key",
        (b"AKIA", b"ASIA", b"AGPA", b"AROA", b"ANPA"),
        rb"\b(?:AKIA|ASIA|AGPA|AROA|ANPA)[A-Z0-9]{16}\b",
    ),
    (
        "GitHub token",
        (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_", b"github_pat_"),
        rb"\bgh[pousr]_[A-Za-z0-9]{36,255}\b|\bgithub_pat_[A-Za-z0-9_]{22,255}\b",
    ),
    ("GitLab token", (b"glpat-",), rb"\bglpat-[A-Za-z0-9_\-]{20,}"),
    ("Slack token", (b"xox",), rb"\bxox[abposr]-[A-Za-z0-9\-]{10,}"),
    ("Google key", (b"AIza",), rb"\bAIza[A-Za-z0-9_\-]{35}"),
    (
        "API key",
        (b"sk-", b"k_live_", b"k_test_"),
        rb"\bsk-[A-Za-z0-9_\-]{20,}|\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}",
    ),
    ("Hugging Face token", (b"hf_",), rb"\bhf_[A-Za-z0-9]{30,}\b"),
    (
        "web token",
        (b"eyJ",),
        rb"\beyJ[A-Za-z0-9_\-]{10,}\.eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}",
    ),
    (
        "storage key",
        (b"AccountKey=", b"SharedAccessSignature="),
        rb"(?:AccountKey|SharedAccessSignature)=[A-Za-z0-9+/=%]{20,}",
    ),
)
_IN_ADDRESS: Final = re.compile(
    rb"([a-zA-Z][a-zA-Z0-9+.\-]{0,30}://[^\s:/@'\"]{0,200}:)([^\s/@'\"]{1,200})(@)"
)
_ASSIGNED: Final = re.compile(
    rb"(?i)((?:password|passwd|secret|token|api[_\-]?key|access[_\-]?key|private[_\-]?key"
    rb"|credential)s?[\"']?\s{0,3}[:=]\s{0,3}[\"'])([^\"'\s]{8,500})([\"'])"
)
_ON_COMMAND_LINE: Final = re.compile(
    r"(?i)^-{0,2}[\w\-.]*(?:password|passwd|secret|token|api[_\-]?key|access[_\-]?key|credential)s?$"
)
_ASSIGNED_NEEDLES: Final = (b"passw", b"secret", b"token", b"key", b"credential")
_PATTERNS: Final = tuple(
    (kind, needles, re.compile(text, re.DOTALL)) for kind, needles, text in _KNOWN
)
_SECRET_FILES: Final = (
    ".env",
    ".env.*",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "*.keystore",
    "*.jks",
    "id_rsa*",
    "id_ed25519*",
    "id_ecdsa*",
    "id_dsa*",
    ".netrc",
    ".pgpass",
    ".pypirc",
    ".npmrc",
    "credentials",
    "credentials.[jytiec]*",
    "*credentials.json",
    "secrets.[jytiec]*",
    "*.kdbx",
    "service-account*.json",
)


def redact(content: bytes) -> tuple[bytes, list[str]]:
    """Return `content` without the secrets found in it, and the kinds of what was taken out."""
    found: list[str] = []
    for kind, needles, pattern in _PATTERNS:
        if any(needle in content for needle in needles):
            content = pattern.sub(_marker(kind, found), content)
    if b"://" in content:
        content = _IN_ADDRESS.sub(_inner_marker("password", found), content)
    lowered = content.lower()
    if any(needle in lowered for needle in _ASSIGNED_NEEDLES):
        content = _ASSIGNED.sub(_inner_marker("value", found), content)
    return content, found


def redact_text(text: str) -> tuple[str, list[str]]:
    """Do as `redact` does with text."""
    content, found = redact(text.encode("utf-8", "surrogateescape"))
    return content.decode("utf-8", "surrogateescape"), found


def redact_arguments(arguments: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return command line arguments without what follows `--password` and its like, and the kinds."""
    shown: list[str] = []
    found: list[str] = []
    is_secret_next = False
    for argument in arguments:
        name, separator, value = argument.partition("=")
        if is_secret_next and not argument.startswith("-"):
            shown.append("[withheld: argument]")
            found.append("argument")
        elif separator and value and _ON_COMMAND_LINE.match(name):
            shown.append(f"{name}=[withheld: argument]")
            found.append("argument")
        else:
            text, kinds = redact_text(argument)
            shown.append(text)
            found += kinds
        is_secret_next = not separator and bool(_ON_COMMAND_LINE.match(argument))
        is_secret_next = is_secret_next and argument.startswith("-")
    return shown, found


def is_secret_file(name: str) -> bool:
    """Return whether the name of a file says that it holds keys."""
    return any(fnmatch.fnmatchcase(name.lower(), pattern) for pattern in _SECRET_FILES)


def redact_variables(variables: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return environment variables without values that look secret, and the names of those."""
    shown: dict[str, str] = {}
    withheld: list[str] = []
    for name, value in variables.items():
        text, kinds = redact_text(value)
        if _ON_COMMAND_LINE.match(name) or kinds:
            withheld.append(name)
            text = "[withheld]"
        shown[name] = text
    return shown, withheld


def _marker(kind: str, found: list[str]) -> Callable[[re.Match[bytes]], bytes]:
    def replace(_match: re.Match[bytes]) -> bytes:
        found.append(kind)
        return f"[withheld: {kind}]".encode()

    return replace


def _inner_marker(kind: str, found: list[str]) -> Callable[[re.Match[bytes]], bytes]:
    def replace(match: re.Match[bytes]) -> bytes:
        if match[2].startswith(b"[withheld") or _is_reference(match[2]):
            return match[0]
        found.append(kind)
        return match[1] + f"[withheld: {kind}]".encode() + match[3]

    return replace


def _is_reference(value: bytes) -> bool:
    """Return whether a value only names where the secret is: `${TOKEN}`, `{token}`, `<token>`, `%s`."""
    return value[:1] in {b"$", b"{", b"<", b"%"}
