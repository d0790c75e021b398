"""Options that several commands take."""

from collections.abc import Callable
from typing import TypeVar

import click

from assay.entities.lifecycle import ViewType
from assay.settings import EXPERIMENT_ID

Function = TypeVar("Function", bound=Callable[..., object])


def view_option(function: Function) -> Function:
    """Give a command the option `--view`, as the argument `view`."""
    return click.option(
        "--view",
        "-v",
        type=click.Choice(ViewType, case_sensitive=False),
        default=ViewType.ACTIVE_ONLY,
        show_default=True,
        help="Whether to show what is active, what is deleted, or both.",
    )(function)


def experiment_id_option(*, required: bool = True) -> Callable[[Function], Function]:
    """Return a decorator that gives a command `--experiment-id`, also from the environment."""
    return click.option(
        "--experiment-id",
        "-x",
        required=required,
        envvar=list(EXPERIMENT_ID.variables),
        show_envvar=True,
        help="Id of the experiment.",
    )


def run_id_option(function: Function) -> Function:
    """Give a command the option `--run-id`."""
    return click.option(
        "--run-id", "-r", required=True, help="Id of the run, or its beginning, or its name."
    )(function)
