"""`wood council commands`: lines for a shell, one JSON object, and one sentence for bad input."""

import json
import shlex

from typer.testing import CliRunner

from cli.main import app

runner = CliRunner()


def test_the_lines_are_a_shell_script_and_say_what_does_not_fit() -> None:
    result = runner.invoke(app, ["council", "commands"], catch_exceptions=False)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    commands = [line for line in lines if not line.startswith("# ")]
    assert [shlex.split(line)[3] for line in commands] == [
        "openbmb/MiniCPM3-4B",
        "nvidia/Nemotron-Mini-4B-Instruct",
        "Qwen/Qwen2.5-0.5B-Instruct",
        "HuggingFaceTB/SmolLM2-360M-Instruct",
        "openai/gpt-oss-20b",
    ]
    assert any("too little for gpt-oss" in line for line in lines)


def test_json_is_one_object_with_the_lines_in_order() -> None:
    result = runner.invoke(app, ["council", "commands", "--card-gib", "48", "--json"], catch_exceptions=False)
    report = json.loads(result.stdout)
    assert report["council"] == "five-labs"
    assert report["fits_one_card"] is True
    assert report["remarks"] == []
    assert [command["port"] for command in report["commands"]] == [8001, 8003, 8002, 8004, 8005]
    assert len({command["lab"] for command in report["commands"]}) == 5
    assert sum(command["share"] for command in report["commands"]) < 1


def test_bad_input_gets_one_sentence_and_status_2() -> None:
    for arguments, says in [
        (["--council", "nobody"], "There is no council 'nobody'"),
        (["--council", "embedded"], "Council 'embedded' needs no server"),
    ]:
        result = runner.invoke(app, ["council", "commands", *arguments])
        assert result.exit_code == 2
        assert result.stdout == ""
        assert " ".join(result.stderr.split()).startswith(says)
    assert runner.invoke(app, ["council", "commands", "--card-gib", "0"]).exit_code == 2
