"""The `wood` command and its subcommands."""

import typer

from cli import backup, bench, council, experiment, finetune, play, simulate, traces, verify

app = typer.Typer(
    name="wood",
    help="The Thousand Token Wood: a woodland economy whose creatures think with small language models.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
app.command("play")(play.play)
app.command("bot")(play.bot)
app.command("sim")(simulate.sim)
app.command("replay")(simulate.replay)
app.command("backup")(backup.backup)
app.command("verify")(verify.verify)
app.command("firewall")(experiment.firewall)
app.command("traces")(traces.traces)
app.add_typer(experiment.app, name="experiment")
app.add_typer(council.app, name="council")
app.add_typer(finetune.app, name="finetune")
app.add_typer(bench.app, name="bench")

if __name__ == "__main__":
    app()
