"""`wood finetune`: our own small mind."""

import typer

app = typer.Typer(help="Make our own small mind (needs the group training).", no_args_is_help=True)
