"""`assay completion`: the script that makes a shell complete assay's commands and options."""

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command(short_help="Print the completion script for a shell.")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    r"""Print the completion script for a shell.

    Put one of these lines where your shell starts:

    \b
      eval "$(assay completion bash)"       # ~/.bashrc
      eval "$(assay completion zsh)"        # ~/.zshrc
      assay completion fish | source        # ~/.config/fish/config.fish
    """
    source = get_completion_class(shell)
    if source is None:
        raise click.ClickException(f"This version of click has no completion for {shell}.")
    script = source(ctx.find_root().command, {}, "assay", "_ASSAY_COMPLETE").source()
    click.echo(script)
