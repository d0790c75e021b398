"""What `assay server`, `assay ui` and `assay demo` share: from options to a running server."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click
import msgspec

from assay.cli.output import print_json, say
from assay.client.location import nearest_root, prepare_root
from assay.errors import InvalidParameter, Unavailable
from assay.server.app import ServerSettings
from assay.server.run import run_server
from assay.settings import (
    ALLOWED_HOSTS,
    ARTIFACTS_DESTINATION,
    ARTIFACTS_ONLY,
    BACKEND_STORE_URI,
    CORS_ALLOWED_ORIGINS,
    DATABASE_SYNCHRONOUS,
    HOST,
    PORT,
    SERVE_ARTIFACTS,
    STATIC_PREFIX,
    TRUNCATE_LONG_VALUES,
    WORKERS,
    Setting,
)

Function = TypeVar("Function", bound=Callable[..., object])

# What MLflow's command takes for "the server's own artifact space", which ours always is.
_OWN_SPACE: Final = frozenset({"", "mlflow-artifacts:", "mlflow-artifacts:/"})


class ServerOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the options of a server say, each text still as it was typed."""

    backend_store_uri: str = ""
    artifacts_destination: str = ""
    serve_artifacts: bool = True
    artifacts_only: bool = False
    host: str = HOST.default
    port: int = PORT.default
    workers: int = WORKERS.default
    allowed_hosts: str = ""
    cors_allowed_origins: str = ""
    static_prefix: str = ""

    def settle(self) -> ServerSettings:
        """Return which store to serve by which rules; makes the folders that are missing."""
        if not self.serve_artifacts:
            raise InvalidParameter(
                "assay always serves the files of runs, so that clients need no keys of the bucket. "
                "Leave --no-serve-artifacts out, and name the place with --artifacts-destination."
            )
        database_uri, folder = _store(self.backend_store_uri)
        destination = self.artifacts_destination
        return ServerSettings(
            database_uri=database_uri,
            artifact_root=str(folder / "artifacts") if destination in _OWN_SPACE else destination,
            is_artifacts_only=self.artifacts_only,
            allowed_hosts=_words(self.allowed_hosts),
            allowed_origins=_words(self.cors_allowed_origins),
            static_prefix=_prefix(self.static_prefix),
            synchronous=DATABASE_SYNCHRONOUS.get(),
            truncates=TRUNCATE_LONG_VALUES.get(),
        )


def server_options(function: Function) -> Function:
    """Give a command the options of a server; each is also read from its environment variables."""
    for option in reversed(
        (
            _option(BACKEND_STORE_URI, "--backend-store-uri"),
            _option(ARTIFACTS_DESTINATION, "--artifacts-destination", "--default-artifact-root"),
            _option(SERVE_ARTIFACTS, "--serve-artifacts/--no-serve-artifacts"),
            _option(ARTIFACTS_ONLY, "--artifacts-only", is_flag=True),
            _option(HOST, "--host", "-h"),
            _option(PORT, "--port", "-p", type=click.IntRange(0, 65535)),
            _option(WORKERS, "--workers", "-w", type=click.IntRange(1, 256)),
            _option(ALLOWED_HOSTS, "--allowed-hosts"),
            _option(CORS_ALLOWED_ORIGINS, "--cors-allowed-origins"),
            _option(STATIC_PREFIX, "--static-prefix"),
        )
    ):
        function = option(function)
    return function


def serve(
    options: ServerOptions, *, as_json: bool = False, on_ready: Callable[[str], object] = str
) -> None:
    """Serve until a signal stops it; say where on stderr, or as JSON on stdout."""
    settings = options.settle()

    def ready(address: str) -> None:
        _introduce(address, settings, as_json=as_json)
        on_ready(address)

    # Ctrl+C is how people stop a server: by then it has written everything and closed the store.
    with contextlib.suppress(KeyboardInterrupt):
        run_server(
            settings, host=options.host, port=options.port, workers=options.workers, on_ready=ready
        )


def serve_anywhere(options: ServerOptions, *, on_ready: Callable[[str], object] = str) -> None:
    """Serve at the port of `options`, or at a free one when that is taken."""
    try:
        serve(options, on_ready=on_ready)
    except Unavailable:
        say(f"Port {options.port} is taken; choosing a free one.")
        serve(msgspec.structs.replace(options, port=0), on_ready=on_ready)


def _introduce(address: str, settings: ServerSettings, *, as_json: bool) -> None:
    shown = address + settings.static_prefix
    if as_json:
        print_json({"address": shown})
        return
    say(f"assay listens at {shown}  (Ctrl+C stops it)")
    say(f"  runs   {_without_password(settings.database_uri)}")
    say(f"  files  {settings.artifact_root}")


def _option(
    setting: Setting[Any], *names: str, **attributes: Any
) -> Callable[[Function], Function]:
    return click.option(
        *names,
        default=setting.default,
        show_default=setting.default != "",
        envvar=list(setting.variables),
        help=setting.help,
        **attributes,
    )


def _store(uri: str) -> tuple[str, Path]:
    """Return the database's URI, and the folder that artifacts lie in unless told otherwise."""
    if not uri:
        root = nearest_root()
        prepare_root(root)
        return f"sqlite:///{root / 'assay.db'}", root
    if "://" not in uri:
        folder = Path(uri).expanduser().absolute()
        if folder.suffix and not folder.is_dir():
            return f"sqlite:///{folder}", folder.parent
        prepare_root(folder)
        return f"sqlite:///{folder / 'assay.db'}", folder
    if uri.startswith("sqlite:///"):
        return uri, Path(uri.removeprefix("sqlite:///")).expanduser().absolute().parent
    root = nearest_root()
    prepare_root(root)
    return uri, root


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _prefix(text: str) -> str:
    if text and (not text.startswith("/") or text.endswith("/")):
        raise InvalidParameter(
            f"--static-prefix must start with '/' and not end with it; {text!r} does not."
        )
    return text


def _without_password(uri: str) -> str:
    start, separator, rest = uri.partition("://")
    user, at, place = rest.rpartition("@")
    return f"{start}{separator}{user.partition(':')[0]}{at}{place}"
