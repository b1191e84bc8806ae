"""The experiments on whole woods: what their rows count, on the stand-in and on minds that differ on purpose."""

import json

import pytest

from engine.ports import Decision, Order
from engine.vocabulary import Good, Side
from experiments import council, reliability, sandbox
from experiments.simulate import Simulation
from inference.config import CREATURES, CouncilConfig, MindConfig
from inference.council import MindCouncil, load_council
from inference.mind import Answer, MindRequest

TURNS = 3


class Stubborn:
    """A mind with one idea."""

    def __init__(self, side: str, good: str, quantity: int = 1) -> None:
        self.order = {"side": side, "good": good, "quantity": quantity, "price": 5}

    async def answer(self, request: MindRequest) -> Answer:
        return Answer(text=json.dumps({"thought": "mine", "orders": [self.order], "gossip": "mine"}))

    async def warm(self) -> None: ...

    async def aclose(self) -> None: ...


def of_minds(**minds: Stubborn) -> MindCouncil:
    """Return a council in whose seats these minds sit in turn."""
    names = list(minds)
    config = CouncilConfig(
        minds={name: MindConfig(kind="standin", model=name) for name in names},
        seats={creature: names[number % len(names)] for number, creature in enumerate(CREATURES)},
    )
    return MindCouncil(config, dict(minds))


async def test_the_sandbox_counts_what_the_first_note_told() -> None:
    steps: list[int] = []
    result = await sandbox.run([("standin", load_council("standin"))], [1, 2], lambda: steps.append(1), TURNS)
    (row,) = result["rows"]
    assert len(steps) == 2 * TURNS
    assert (row["valid_json"]["of"], row["turns"], row["seeds"]) == (2 * 5 * TURNS, TURNS, [1, 2])
    assert row["trades_per_turn"]["mean"] == pytest.approx(sum(run["trades_per_turn"] for run in row["runs"]) / 2)
    assert sum(row["richest"].values()) == sum(row["poorest"].values()) == 2
    assert all(len(path) == TURNS for path in row["prices"].values())
    assert row["honey"]["first"]["mean"] == row["prices"]["honey"][0]


async def test_the_drought_and_the_rumour_are_told_in_the_sandbox() -> None:
    told: list[str] = []
    minds = load_council("standin")
    original = minds._scan
    minds._scan = lambda request: (told.append(request.messages[-1].content), original(request))[1]  # type: ignore[method-assign]
    await sandbox.run([("standin", minds)], [1], turns=10)
    assert any("rought" in prompt for prompt in told)
    assert any("firewood will rise" in prompt or "winter" in prompt for prompt in told[-10:])


def test_who_cannot_pay_one_unit_of_the_cheapest_good_is_broke() -> None:
    prices = {good: [5, 4] for good in Good}
    run = Simulation("1", {}, turns=2, trades=[1, 0], prices=prices, gini=[0.1, 0.2])
    run.wealth, run.purses = [{"Oona": 9, "Sable": 50}], [{"Oona": 3, "Sable": 4}]
    figures = sandbox._figures(1, run)
    assert (figures["richest"], figures["poorest"], figures["broke"]) == ("Sable", "Oona", ["Oona"])
    assert figures["silent_turns"] == 1


async def test_reliability_is_told_by_mind() -> None:
    council_ = of_minds(fool=Stubborn("buy", "honey"), dreamer=Stubborn("sell", "honey", 20))
    result = await reliability.run([("us", council_)], [1], turns=TURNS)
    fool, dreamer = result["rows"]
    assert (fool["mind"], fool["creatures"]) == ("fool", ["Mossback", "Bracken", "Nettle"])
    assert fool["valid_json"]["share"] == 1.0
    assert fool["self_buys"]["part"] == 0
    assert (dreamer["creatures"], dreamer["valid_offers"]["of"]) == (["Oona", "Sable"], 2 * TURNS)
    assert dreamer["valid_offers"]["part"] < 2 * TURNS
    assert dreamer["refused"]["out_of_stock"] > 0
    grower = await reliability.run([("us", of_minds(fool=Stubborn("buy", "firewood")))], [1], turns=TURNS)
    assert grower["rows"][0]["self_buys"]["part"] == TURNS


async def test_different_minds_are_told_from_the_same_mind_with_other_luck() -> None:
    buyers, sellers = of_minds(one=Stubborn("buy", "honey")), of_minds(one=Stubborn("sell", "honey"))
    result = await council.run([("buyers", buyers), ("sellers", sellers), ("again", buyers)], [1, 2], turns=TURNS)
    rows = {row["council"]: row for row in result["rows"]}
    assert rows["buyers"]["alike_with_itself"]["mean"] == 1.0
    apart, same = rows["buyers / sellers"], rows["buyers / again"]
    assert (apart["held"], apart["of"], apart["alike_with_each_other"]["mean"]) == (2, 2, 0.0)
    assert apart["price_distance_on_one_seed"]["mean"] > 0
    assert (same["held"], same["price_distance_on_one_seed"]["mean"]) == (0, 0.0)
    oona = rows["buyers"]["orders"]["Oona"]
    assert (oona["buying"]["share"], oona["bought"]["honey"], oona["units"]["mean"]) == (1.0, 2 * TURNS, 1)


async def test_a_price_is_compared_with_the_one_that_was_seen() -> None:
    (run,) = [await sandbox.played(of_minds(one=Stubborn("buy", "honey")), 1, TURNS, lambda: None)]
    seen = [prices for _, prices in council._with_prices(run)]
    assert len(seen) == 5 * TURNS
    asked = [message["content"] for ask in run.asks for message in ask.messages if message["role"] == "user"]
    for prompt, prices in zip(asked, seen, strict=True):
        assert f"Prices: {', '.join(f'{good} {prices[good]}' for good in Good)}." in prompt


def test_orders_are_alike_by_side_and_good() -> None:
    def decided(*orders: tuple[Side, Good]) -> dict[str, Decision]:
        return {"Oona": Decision(orders=tuple(Order(side=s, good=g, quantity=1, price=1) for s, g in orders))}

    one = decided((Side.BUY, Good.HONEY), (Side.SELL, Good.ACORNS))
    other = decided((Side.BUY, Good.HONEY), (Side.BUY, Good.ACORNS))
    assert council._alike([(one, other)]) == pytest.approx(1 / 3)
    assert council._alike([(decided(), decided())]) == 1.0
