"""The packages that are installed, exactly: versions, where editable and local ones come from, lock file."""

import hashlib
from importlib import metadata
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import msgspec

from assay import settings
from assay.client.capture.pieces import Captured
from assay.client.capture.source import capture_source, without_credentials
from assay.client.git_head import find_commit

LOCK_FILES: Final = (
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "pixi.lock",
    "pylock.toml",
    "conda-lock.yml",
    "Pipfile.lock",
    "requirements.lock",
    "requirements.txt",
    "environment.yml",
)


class LocalPackage(msgspec.Struct, omit_defaults=True):
    """A package that was installed from a folder, an archive or a repository."""

    name: str
    version: str
    origin: str
    is_editable: bool = False
    commit: str = ""
    is_dirty: bool = False


class _Directory(msgspec.Struct):
    editable: bool = False


class _Repository(msgspec.Struct):
    commit_id: str = ""
    vcs: str = ""


class _Origin(msgspec.Struct):
    url: str
    dir_info: _Directory | None = None
    vcs_info: _Repository | None = None


def capture_packages(folder: Path) -> tuple[list[LocalPackage], Captured]:
    """Return what is not from an index, and the files that list everything."""
    captured = Captured()
    local: list[LocalPackage] = []
    lines: dict[str, str] = {}
    for distribution in metadata.distributions():
        try:
            name, version = distribution.metadata["Name"], distribution.version
            origin = _origin(distribution)
        except (KeyError, TypeError, ValueError, OSError) as error:
            captured.missing.append(f"packages: one is broken: {error}")
            continue
        if not name or name.lower() in lines:
            continue
        lines[name.lower()] = f"{name}=={version}"
        if origin is not None:
            package = _local_package(name, version, origin)
            local.append(package)
            lines[name.lower()] = _requirement(package)
    text = "".join(f"{lines[name]}\n" for name in sorted(lines))
    captured.files["packages.txt"] = text.encode()
    captured.digests["packages"] = hashlib.sha256(text.encode()).hexdigest()
    _keep_snapshots(local, captured)
    _keep_lock(folder, captured)
    return sorted(local, key=lambda package: package.name.lower()), captured


def find_lock_file(folder: Path) -> Path | None:
    """Return the lock file of the project around `folder`."""
    for candidate in (folder, *folder.parents):
        for name in LOCK_FILES:
            if (candidate / name).is_file():
                return candidate / name
        if (candidate / ".git").exists() or (candidate / "pyproject.toml").is_file():
            return None
    return None


def _origin(distribution: metadata.Distribution) -> _Origin | None:
    text = distribution.read_text("direct_url.json")
    if not text:
        return None
    try:
        return msgspec.json.decode(text, type=_Origin)
    except msgspec.MsgspecError:
        return None


def _local_package(name: str, version: str, origin: _Origin) -> LocalPackage:
    commit = origin.vcs_info.commit_id if origin.vcs_info else ""
    if origin.dir_info is not None:
        commit = find_commit(_folder(origin.url)) or ""
    return LocalPackage(
        name=name,
        version=version,
        origin=without_credentials(origin.url),
        is_editable=bool(origin.dir_info and origin.dir_info.editable),
        commit=commit,
    )


def _requirement(package: LocalPackage) -> str:
    if package.is_editable:
        return f"-e {package.origin}  # {package.name}=={package.version} {package.commit}".rstrip()
    pinned = f"@{package.commit}" if package.commit and "://" in package.origin else ""
    pinned = "" if package.origin.startswith("file:") else pinned
    return f"{package.name} @ {package.origin}{pinned}"


def _keep_snapshots(local: list[LocalPackage], captured: Captured) -> None:
    """Keep the uncommitted changes of packages that are installed from a folder."""
    for package in local:
        if not package.is_editable or not package.origin.startswith("file:"):
            continue
        state, found = capture_source(_folder(package.origin), frozenset({"diff", "untracked"}))
        if state is None:
            continue
        package.is_dirty = state.is_dirty or bool(state.untracked)
        prefix = f"packages/{package.name}/"
        captured.files.update({prefix + name: content for name, content in found.files.items()})
        captured.withheld += [f"{prefix}{text}" for text in found.withheld]
        captured.missing += [f"{prefix}{text}" for text in found.missing]
        captured.digests[package.name] = "".join(found.digests.values())


def _keep_lock(folder: Path, captured: Captured) -> None:
    path = find_lock_file(folder)
    if path is None:
        return
    size = path.stat().st_size
    if size > settings.CAPTURE_FILE_BYTES.get() * 4:
        captured.missing.append(f"packages: {path.name} has {size} bytes")
        return
    captured.files[f"lock/{path.name}"] = path.read_bytes()


def _folder(url: str) -> Path:
    return Path(unquote(urlsplit(url).path))
