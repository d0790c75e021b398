"""YAML text, in a module of its own so that PyYAML is only loaded by those who need it."""

from typing import Any

import yaml


def encode_yaml(value: Any) -> str:
    """Return `value` as YAML in block style; objects that YAML does not know become their text."""
    return str(
        yaml.dump(
            value,
            Dumper=_TolerantDumper,
            indent=2,
            default_flow_style=False,
            sort_keys=False,
            allow_unicode=True,
        )
    )


def decode_yaml(text: str) -> Any:
    """Return the value of a YAML text; tags that would make objects are refused."""
    return yaml.safe_load(text)


class _TolerantDumper(yaml.SafeDumper):
    """Writes what SafeDumper refuses as plain text."""


def _as_text(dumper: yaml.SafeDumper, value: object) -> yaml.Node:
    return dumper.represent_str(str(value))


_TolerantDumper.add_multi_representer(object, _as_text)
