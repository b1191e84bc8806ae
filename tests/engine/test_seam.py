"""The seam: its order, the drift, the legend's override in the three worlds, and what follows."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import contracts, seam, tips
from engine import ledger as books
from engine.actions import Spring, Whisper
from engine.cast import NAMES
from engine.effects import Effects
from engine.ledger import Posting
from engine.legends import BY_KEY, DECK, RUN_ON_OONA
from engine.market import Clearing
from engine.ports import Decision
from engine.rules import DEFAULT_RULES
from engine.turn import found, open_turn
from engine.vocabulary import GOODS, Direction, Good, LegendMode
from engine.world import Event, Release, Wood
from tests.engine.helpers import (
    FALL_OF,
    RISE_OF,
    after,
    buy,
    decide,
    decisions,
    joined,
    long,
    purse,
    sell,
    short,
    store,
    turn,
    wood,
)

MARKET, LEGENDS, PATRON = DEFAULT_RULES.market, DEFAULT_RULES.legends, DEFAULT_RULES.patron
FEELINGS, HEARTH = DEFAULT_RULES.feelings, DEFAULT_RULES.hearth


def untraded(residuals: dict[Good, int] | None = None) -> dict[Good, Clearing]:
    return {good: Clearing(good, None, 0, (residuals or {}).get(good, 0), ()) for good in GOODS}


def due_now(key: str, mode: LegendMode = LegendMode.SETTLEMENT) -> Wood:
    """Return a wood in which the legend `key` falls when its first turn settles."""
    return after(joined(wood(first=key, mode=mode)), Spring())


def test_the_steps_follow_one_another(monkeypatch: pytest.MonkeyPatch):
    steps: list[str] = []

    def spy(owner: Any, name: str) -> None:
        original: Callable[..., Any] = getattr(owner, name)

        def spying(*args: Any) -> Any:
            steps.append(name)
            return original(*args)

        monkeypatch.setattr(owner, name, spying)

    for owner, name in (
        (tips, "resolve"), (contracts, "liquidate"), (contracts, "mark"), (seam, "override"), (seam, "drift"),
    ):  # fmt: skip
        spy(owner, name)
    turn(due_now(RUN_ON_OONA))
    assert steps == ["drift", "override", "mark", "liquidate", "resolve"]


class TestDrift:
    @pytest.mark.parametrize(("residual", "moved"), [(12, 1), (2, 1), (1, 0), (0, 0), (-1, 0), (-2, -1), (-12, -1)])
    def test_follows_the_residual_and_balanced_trade_leaves_it(self, residual: int, moved: int):
        one = open_turn(wood()).wood
        seam.drift(one, untraded({Good.HONEY: residual}))
        assert one.world.quotes[Good.HONEY].reference == 9 + moved

    @pytest.mark.parametrize(("residual", "moved"), [(3, 3), (1, 1), (0, 0), (-1, -1), (-9, -4)])
    def test_follows_as_finely_and_as_far_as_the_rules_say(self, residual: int, moved: int):
        finer = MARKET.model_copy(update={"drift_residual": 1, "drift_most": 4})
        one = open_turn(found("wood", "seed", DEFAULT_RULES.model_copy(update={"market": finer}))).wood
        seam.drift(one, untraded({Good.HONEY: residual}))
        assert one.world.quotes[Good.HONEY].reference == 9 + moved

    def test_stays_within_its_bounds(self):
        one = open_turn(wood()).wood
        for _ in range(60):
            seam.drift(one, untraded(dict.fromkeys(GOODS, 50)))
        assert {quote.reference for quote in one.world.quotes.values()} == {MARKET.highest_reference}
        for _ in range(60):
            seam.drift(one, untraded(dict.fromkeys(GOODS, -50)))
        assert {quote.reference for quote in one.world.quotes.values()} == {MARKET.lowest_price}

    def test_reference_last_clear_and_settlement_are_three_numbers(self):
        one = open_turn(wood()).wood
        seam.drift(one, untraded() | {Good.HONEY: Clearing(Good.HONEY, 12, 3, 4, ())})
        quote = one.world.quotes[Good.HONEY]
        assert (quote.last_clear, quote.reference, quote.settlement, quote.traded) == (12, 10, 12, 3)
        seam.drift(one, untraded())
        assert (quote.last_clear, quote.reference, quote.settlement, quote.traded) == (12, 10, 10, 0)
        assert quote.previous == 12


class TestOverride:
    @pytest.mark.parametrize("key", [legend.key for legend in DECK])
    def test_a_crash_halves_and_a_mania_doubles(self, key: str):
        before = due_now(key)
        legend = BY_KEY[key]
        was = before.world.quotes[legend.good].settlement
        now = turn(before).wood.world.quotes[legend.good].settlement
        assert now == (was // 2 if legend.direction is Direction.FALL else was * 2)

    @given(decisions, st.sampled_from([legend.key for legend in DECK]))
    def test_whatever_the_creatures_did(self, decided: dict[str, Decision], key: str):
        before = due_now(key)
        legend = BY_KEY[key]
        was = before.world.quotes[legend.good].settlement
        after_it = turn(before, decided).wood
        assert after_it.world.quotes[legend.good].settlement == (
            was // 2 if legend.direction is Direction.FALL else was * 2
        )
        assert after_it.world.history[legend.good][-1] == after_it.world.quotes[legend.good].settlement

    def test_the_other_goods_settle_by_the_market(self):
        before = due_now(RUN_ON_OONA)
        traded = {"Sable": decide(sell(Good.BERRIES, 2, 7)), "Nettle": decide(buy(Good.BERRIES, 2, 7))}
        quotes = turn(before, traded).wood.world.quotes
        assert quotes[Good.BERRIES].settlement == 7
        assert quotes[Good.FIREWOOD].settlement == 5

    @pytest.mark.parametrize("direction", list(Direction))
    def test_from_any_price_a_good_can_settle_at(self, direction: Direction):
        """Whatever the creatures did: the price it starts from may be any at which an auction settles."""
        key = (FALL_OF if direction is Direction.FALL else RISE_OF)[Good.HONEY]
        wrong: dict[int, int] = {}
        for was in range(MARKET.lowest_price, MARKET.highest_settlement + 1):
            before = due_now(key)
            before.world.quotes[Good.HONEY].settlement = was
            now = turn(before).wood.world.quotes[Good.HONEY].settlement
            if now != (was // 2 if direction is Direction.FALL else was * 2):
                wrong[was] = now
        assert wrong == {}

    def test_its_shocks_fire(self):
        fed = turn(wood(first=None)).wood  # no legend is due in the first turn
        run = turn(due_now(RUN_ON_OONA)).wood
        assert run.world.creatures["Oona"].mood == fed.world.creatures["Oona"].mood - 20
        assert run.world.creatures["Sable"].mood == fed.world.creatures["Sable"].mood
        embargo = turn(due_now("cold-hearth-embargo")).wood
        assert embargo.world.ahead.extra_fuel == 1
        assert embargo.world.ahead.harvest_percent == {Good.FIREWOOD: 70}

    def test_its_shocks_come_on_top_of_what_is_ahead(self):
        opened = open_turn(due_now("cold-hearth-embargo")).wood
        opened.world.ahead.extra_fuel, opened.world.ahead.harvest_percent = 2, {Good.FIREWOOD: 50}
        seam.override(opened, Effects())
        assert (opened.world.ahead.extra_fuel, opened.world.ahead.harvest_percent) == (3, {Good.FIREWOOD: 35})

    @pytest.mark.parametrize(
        ("key", "was", "then"), [("great-squeeze", 95, 100), (RUN_ON_OONA, HEARTH.mood_floor + 5, HEARTH.mood_floor)]
    )
    def test_it_leaves_moods_within_their_bounds(self, key: str, was: int, then: int):
        opened = open_turn(due_now(key)).wood
        opened.world.creatures["Oona"].mood = was
        seam.override(opened, Effects())
        assert opened.world.creatures["Oona"].mood == then

    def test_it_is_told_only_when_it_falls(self):
        before = after(joined(wood(first=RUN_ON_OONA)))
        assert not [release for release in turn(before).effects.releases if release.kind == "legend_fallen"]
        step = turn(due_now(RUN_ON_OONA))
        fallen = [release for release in step.effects.releases if release.kind == "legend_fallen"]
        assert [(release.to, release.fact, release.turn) for release in fallen] == [("all", RUN_ON_OONA, 1)]
        assert "The Run on Oona's Hoard" in step.wood.world.headline


class TestThreeWorlds:
    @given(decisions, st.sampled_from([legend.key for legend in DECK]))
    def test_a_rumour_leaves_prices_stores_and_moods_alone(self, decided: dict[str, Decision], key: str):
        quiet = turn(joined(wood(first=key, mode=LegendMode.RUMOUR)), decided).wood
        rumoured = turn(due_now(key, LegendMode.RUMOUR), decided).wood
        assert rumoured.world.quotes == quiet.world.quotes
        assert rumoured.world.ahead == quiet.world.ahead
        for name, creature in rumoured.world.creatures.items():
            assert creature.mood == quiet.world.creatures[name].mood
            assert [store(rumoured, name, good) for good in GOODS] == [store(quiet, name, good) for good in GOODS]
        assert "legend" in {event.kind for event in rumoured.world.news}

    @pytest.mark.parametrize("key", [FALL_OF[Good.HONEY], RISE_OF[Good.ACORNS]])
    def test_a_glut_says_and_posts_what_it_does(self, key: str):
        opened, effects, legend = open_turn(due_now(key, LegendMode.GLUT)).wood, Effects(), BY_KEY[key]
        opened.ledger.drain()
        held = {name: store(opened, name, legend.good) for name in NAMES}
        assert seam.override(opened, effects) == legend
        falls, most = legend.direction is Direction.FALL, LEGENDS.glut_units
        moved = [(name, most if falls else min(most, held[name])) for name in NAMES]
        assert opened.ledger.drain() == [
            Posting(1, legend.good, units, books.WINDFALL, books.creature_account(name), "glut")
            if falls
            else Posting(1, legend.good, units, books.creature_account(name), books.BLIGHT, "dearth")
            for name, units in moved
            if units
        ]
        told = "Honey rains into every store." if falls else "Acorns vanishes from every store."
        assert effects.events == [
            Event(kind="legend", turn=1, text=f"{legend.title}! {legend.tale}", good=legend.good),
            Event(kind="glut", turn=1, text=told, good=legend.good, amount=most),
        ]

    @pytest.mark.parametrize(("key", "word"), [(FALL_OF[Good.HONEY], "crashes"), (RISE_OF[Good.ACORNS], "soars")])
    def test_an_overwritten_settlement_says_from_what_to_what(self, key: str, word: str):
        opened, effects, legend = open_turn(due_now(key)).wood, Effects(), BY_KEY[key]
        before = opened.world.quotes[legend.good].previous
        seam.override(opened, effects)
        after_it = opened.world.quotes[legend.good].settlement
        assert after_it != before
        assert effects.releases == [Release(kind="legend_fallen", turn=1, to="all", fact=key)]
        text = f"{legend.good.capitalize()} {word} from {before} to {after_it}."
        assert effects.events[1] == Event(kind="settlement", turn=1, text=text, good=legend.good, amount=after_it)

    @given(decisions, st.sampled_from([legend.key for legend in DECK]))
    def test_a_glut_moves_every_store_and_no_settlement(self, decided: dict[str, Decision], key: str):
        legend = BY_KEY[key]
        quiet = turn(joined(wood(first=key, mode=LegendMode.GLUT)), decided).wood
        glutted = turn(due_now(key, LegendMode.GLUT), decided).wood
        assert glutted.world.quotes == quiet.world.quotes
        for name in glutted.world.creatures:
            for good in GOODS:
                moved = store(glutted, name, good) - store(quiet, name, good)
                if good is not legend.good:
                    assert moved == 0
                elif legend.direction is Direction.FALL:
                    assert moved == LEGENDS.glut_units
                else:
                    assert moved == -min(LEGENDS.glut_units, store(quiet, name, good))


class TestContracts:
    def test_are_marked_to_the_overwritten_price(self):
        before = after(due_now(RUN_ON_OONA), short(Good.HONEY, 10))
        bidding = {"Oona": decide(sell(Good.HONEY, 2, 20)), "Sable": decide(buy(Good.HONEY, 2, 20))}
        now = turn(before, bidding).wood
        assert [(p.entry, p.marked) for p in now.vault.positions.reveal()] == [(9, 4)]
        mask = now.world.patrons[0]
        assert contracts.equity(now, now.vault.positions.reveal()[0]) == 45 + 50
        assert purse(now, mask) == 100 - PATRON.spring_price - 45

    def test_a_legend_against_it_liquidates_a_contract(self):
        before = after(due_now(RUN_ON_OONA), long(Good.HONEY, 10))
        now = turn(before).wood
        assert now.vault.positions.reveal() == []
        assert purse(now, now.world.patrons[0]) == 100 - PATRON.spring_price - 45


class TestTips:
    def whispered(self, direction: Direction, good: Good = Good.HONEY) -> Wood:
        claim = Whisper(creature="Nettle", good=good, direction=direction)
        return turn(after(joined(wood(first=RUN_ON_OONA)), claim)).wood

    def feeling(self, of: Wood) -> int:
        return of.world.creatures["Nettle"].feelings.get(of.world.patrons[0], 0)

    def test_are_not_judged_before_the_legend_falls(self):
        assert self.feeling(self.whispered(Direction.FALL)) == 0

    def test_a_true_one_warms_and_a_false_one_cools(self):
        assert self.feeling(turn(after(self.whispered(Direction.FALL), Spring())).wood) > 0
        assert self.feeling(turn(after(self.whispered(Direction.RISE), Spring())).wood) < 0
        assert self.feeling(turn(after(self.whispered(Direction.FALL, Good.BERRIES), Spring())).wood) < 0

    def test_are_judged_once(self):
        judged = turn(after(self.whispered(Direction.FALL), Spring()))
        assert [release.kind for release in judged.effects.releases if release.to == "Nettle"] == ["tip_proved"]
        assert judged.wood.vault.tips.reveal() == []

    def test_only_its_hearer_thinks_differently(self):
        judged = turn(after(self.whispered(Direction.RISE), Spring())).wood
        mask = judged.world.patrons[0]
        feelings = {name: c.feelings.get(mask, 0) for name, c in judged.world.creatures.items()}
        assert feelings.pop("Nettle") == FEELINGS.tip_false
        assert set(feelings.values()) == {FEELINGS.slandered}, "the others know it from hearsay alone"


def test_traders_warm_to_each_other():
    traded = {"Oona": decide(sell(Good.HONEY, 1, 9)), "Sable": decide(buy(Good.HONEY, 1, 9))}
    now = turn(wood(), traded).wood
    assert now.world.creatures["Oona"].feelings == {"Sable": FEELINGS.traded}
    assert now.world.creatures["Sable"].feelings == {"Oona": FEELINGS.traded}


def test_nothing_due_leaves_the_deck_alone():
    one = open_turn(wood()).wood
    before = (one.vault.deck.reveal(), one.vault.due.reveal())
    assert seam.override(one, Effects()) is None
    assert (one.vault.deck.reveal(), one.vault.due.reveal()) == before
