"""The tally of `wood firewall`, and the scan behind it."""

from itertools import count

import pytest

from engine.ports import CANARY
from experiments.firewall import report
from experiments.firewall.mutants import Mutant
from experiments.firewall.plans import random_pair
from experiments.firewall.planted import MUTANTS
from experiments.firewall.runs import Checkpoint, play
from experiments.firewall.scan import Scanner


@pytest.fixture
def few_mutants(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MUTANTS", MUTANTS[:3])


@pytest.mark.usefixtures("few_mutants")
def test_the_report_has_the_fields_of_the_command_and_is_the_same_every_time() -> None:
    steps = count()
    first = report.run(3, lambda: next(steps)).as_json()
    assert next(steps) == 3
    assert {"prompts", "leaks", "pairs", "divergent", "mutants", "caught"} <= set(first)
    assert (first["leaks"], first["pairs"], first["divergent"]) == (0, 3, 0)
    assert first["mutants"] == first["caught"] == 3
    assert first["prompts"] > 60
    assert report.run(3).as_json() == first


@pytest.mark.usefixtures("few_mutants")
def test_a_leak_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    leak = next(mutant for mutant in MUTANTS if mutant.name == "name for a mask")
    with leak.planted():
        tally = report.run(2)
    assert tally.as_json()["divergent"] == 2
    assert tally.leaks
    assert tally.faults
    assert tally.faults == tally.findings
    assert all(fault.startswith("pair ") for fault in tally.faults)


def test_a_planted_leak_that_is_not_caught_is_a_fault_with_its_description(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MUTANTS", [Mutant("nothing", "It leaks nothing at all.", lambda _: None), MUTANTS[0]])
    monkeypatch.setattr(report, "PAIRS_A_MUTANT", 2)
    assert report.run(1).faults == ["not caught: It leaks nothing at all."]


async def one_wood(number: int) -> tuple[Scanner, list[Checkpoint]]:
    plan = random_pair(number)
    return Scanner.of(plan), [checkpoint async for checkpoint in play(plan, plan.variants[0])]


def tampered(checkpoint: Checkpoint, text: str) -> Checkpoint:
    return Checkpoint(**{**vars(checkpoint), "shown": {**checkpoint.shown, "post": text}})


async def test_the_scan_is_clean_and_knows_what_was_planted() -> None:
    scanner, seen = await one_wood(4)
    for checkpoint in seen:
        scanner.look(checkpoint)
    assert scanner.found == []
    assert scanner.prompts == sum(len(checkpoint.requests) for checkpoint in seen) >= 30
    assert len(scanner.canaries) >= 3
    assert all(CANARY.fullmatch(mark) for mark in scanner.canaries)


async def test_the_scan_finds_canaries_names_seeds_and_typed_text() -> None:
    scanner, seen = await one_wood(4)
    plan = random_pair(4)
    planted = CANARY.findall(seen[-1].sealed)[0]
    for text in (planted, planted.upper(), plan.variants[1].users[0], plan.typed[-1], plan.variants[0].secret_seed):
        before = len(scanner.found)
        scanner.look(tampered(seen[-1], f"They say: {text}!"))
        assert len(scanner.found) > before, text


async def test_the_scan_looks_at_every_message() -> None:
    scanner, seen = await one_wood(4)
    asked = next(checkpoint for checkpoint in seen if checkpoint.requests)
    request = asked.requests[-1]
    last = request.messages[-1]
    secret = request.model_copy(
        update={"messages": (*request.messages[:-1], last.model_copy(update={"content": "is_true: yes"}))}
    )
    scanner.look(Checkpoint(**{**vars(asked), "requests": (*asked.requests[:-1], secret)}))
    assert scanner.found == [f"turn {asked.turn}, a prompt: a field of the vault"]


async def test_a_prompt_held_back_by_the_council_is_a_finding() -> None:
    scanner, seen = await one_wood(4)
    scanner.look(Checkpoint(**{**vars(seen[-1]), "held_back": 2}))
    assert scanner.found == [f"turn {seen[-1].turn}: the council held back 2 prompts"]
