"""The leaks that are planted: ways in which secrets have slipped, or could slip, into what others see.

Each is the kind of line that a tired engineer might write. They open the vault on purpose.
"""

from collections.abc import Callable
from random import Random
from typing import Any, Final

from engine import credit, deck, ending, hearth, heat, streams, turn_runner, voiding, weather
from engine import ledger as books
from engine.actions import (
    Ally,
    BribeCreature,
    BribeMagistrate,
    BuyForecast,
    Join,
    Leave,
    OpenContract,
    Spring,
    Whisper,
    membership,
)
from engine.cast import GROWER, NAMES
from engine.feelings import nudge
from engine.ports import Decision
from engine.vault import Tip
from engine.views import CreatureView
from engine.vocabulary import Good, Stance
from engine.world import Event, Release, Wood
from experiments.firewall.mutants import Mutant, Patcher
from experiments.firewall.planting import (
    after_action,
    after_close,
    after_keeping,
    after_whisper,
    card,
    change_ask,
    change_request,
    change_views,
    due,
    smuggle,
    smuggled,
    truths,
)
from inference import traces
from inference.council import MindCouncil
from prompts import render

MUTANTS: Final[list[Mutant]] = []
"""Every planted leak."""


def _mutant(leak: Callable[[Patcher], None]) -> Callable[[Patcher], None]:
    """Add a leak to the list; its docstring is its description."""
    MUTANTS.append(Mutant(leak.__name__.replace("_", " "), str(leak.__doc__), leak))
    return leak


# In what a mind is told.


@_mutant
def flag_in_a_whisper(patch: Patcher) -> None:
    """The words of a whisper end otherwise when it is true."""
    smuggle(patch, lambda wood: {key: true for name in NAMES for key, true in truths(wood, name).items()})

    def wrap(original: Callable[[Any], str]) -> Callable[[Any], str]:
        def leaking(heard: Any) -> str:
            true = smuggled["secret"].get((heard.speaker, heard.good, heard.direction))
            return f"{original(heard)}{', and it is so' if true else ''}"

        return leaking

    patch.wrap(render, "_whisper", wrap)


@_mutant
def order_of_whispers(patch: Patcher) -> None:
    """A creature hears true whispers first."""

    def change(wood: Wood, view: CreatureView) -> dict[str, Any]:
        told = truths(wood, view.name)
        return {"heard": tuple(sorted(view.heard, key=lambda h: not told.get((h.speaker, h.good, h.direction))))}

    change_views(patch, change)


@_mutant
def trailing_space(patch: Patcher) -> None:
    """A prompt ends in as many spaces as there are turns until the next legend."""
    smuggle(patch, due)
    patch.wrap(render, "_situation", lambda original: lambda view: original(view) + " " * smuggled["secret"])


@_mutant
def sequential_number(patch: Patcher) -> None:
    """News are numbered by a counter that secret actions also move."""

    def change(wood: Wood, view: CreatureView) -> dict[str, Any]:
        number = len(wood.vault.forecasts.reveal()) + sum(wood.vault.contracts.reveal().values())
        return {"news": tuple(f"No. {number}: {line}" for line in view.news or ("All is quiet.",))}

    change_views(patch, change)


@_mutant
def next_legend_in_the_news(patch: Patcher) -> None:
    """The news tell the legend that has not fallen yet."""
    change_views(patch, lambda wood, view: {"news": (*view.news, deck.upcoming(wood).tale)})


@_mutant
def due_turn_in_the_season(patch: Patcher) -> None:
    """The words for the season count the turns until the next legend."""
    change_views(patch, lambda wood, view: {"season": f"{view.season}, {due(wood)} turns before the storm"})


@_mutant
def purse_in_a_prompt(patch: Patcher) -> None:
    """A creature sees what a Patron's purse holds."""

    def change(wood: Wood, view: CreatureView) -> dict[str, Any]:
        purses = [wood.ledger.balance(books.patron_account(mask)) for mask in wood.world.patrons]
        return {"feelings": (*view.feelings, f"envious of a purse of {max(purses)}")}

    change_views(patch, change)


@_mutant
def name_for_a_mask(patch: Patcher) -> None:
    """A whisper is heard under the player's own name."""

    def change(wood: Wood, view: CreatureView) -> dict[str, Any]:
        names = {mask: user for user, mask in wood.vault.members.reveal().items()}
        return {"heard": tuple(heard.model_copy(update={"speaker": names[heard.speaker]}) for heard in view.heard)}

    change_views(patch, change)


@_mutant
def canary_in_a_prompt(patch: Patcher) -> None:
    """The mark that is planted in the vault stands in the gossip."""
    change_views(patch, lambda wood, view: {"gossip": f"{view.gossip} {wood.vault.canary.reveal()}"})


@_mutant
def typed_text_in_the_news(patch: Patcher) -> None:
    """A whisper to nobody is not refused, and what was typed becomes news."""

    def wrap(original: Callable[..., None]) -> Callable[..., None]:
        def leaking(self: Any, wood: Wood, user: str) -> None:
            if self.creature not in NAMES:
                wood.world.news.append(
                    Event(kind="poke", turn=wood.world.turn + 1, text=f"Somebody cries: {self.creature}")
                )
            original(self, wood, user)

        return leaking

    patch.wrap(Whisper, "validate_in", wrap)


# In how a mind is asked.


@_mutant
def sampling_seed_of_the_vault(patch: Patcher) -> None:
    """The sampling seed is drawn from the secret seed."""
    change_request(patch, lambda wood, _: {"seed": int(streams.derive(wood.vault.seed.reveal(), "ask")[:6], 16)})


@_mutant
def whole_state_hash(patch: Patcher) -> None:
    """A turn is identified by the hash of the whole state, secrets included."""
    change_request(patch, lambda wood, _: {"public_hash": wood.state_hash()})


@_mutant
def order_of_asks(patch: Patcher) -> None:
    """The creatures are asked in an order that begins with the next legend's grower."""

    def change(wood: Wood, request: Any) -> dict[str, Any]:
        grower = GROWER[deck.upcoming(wood).good]
        return {"views": tuple(sorted(request.views, key=lambda view: view.name != grower))}

    change_request(patch, change)


@_mutant
def ask_left_out(patch: Patcher) -> None:
    """A creature in whose ear a lie was put is not asked."""

    def change(wood: Wood, request: Any) -> dict[str, Any]:
        misled = {tip.creature for tip in wood.vault.tips.reveal() if not tip.true}
        return {"views": tuple(view for view in request.views if view.name not in misled or card(wood) % 2)}

    change_request(patch, change)


@_mutant
def tokens_allowed(patch: Patcher) -> None:
    """How long an answer may be depends on the next legend."""
    change_ask(patch, lambda request, number: {"max_tokens": request.max_tokens + number})


@_mutant
def temperature(patch: Patcher) -> None:
    """A mind is asked at a temperature that depends on the next legend."""
    change_ask(
        patch, lambda ask, number: {"sampling": ask.sampling.model_copy(update={"temperature": 0.7 + number / 100})}
    )


@_mutant
def constraint_lifted(patch: Patcher) -> None:
    """A mind is asked without its schema when an odd card lies on the deck."""
    change_ask(patch, lambda request, number: {"constrained": request.constrained and number % 2 == 0})


@_mutant
def asked_twice(patch: Patcher) -> None:
    """A mind is asked again when an odd card lies on the deck."""
    smuggle(patch, card)

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        async def leaking(self: Any, ask: Any, deadline: float) -> None:
            if smuggled["secret"] % 2:
                await original(self, ask, deadline)
            await original(self, ask, deadline)

        return leaking

    patch.wrap(MindCouncil, "_attempt", wrap)


@_mutant
def text_of_a_failure(patch: Patcher) -> None:
    """A mind that fails is excused with the turn of the next legend."""
    smuggle(patch, due)

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        async def leaking(self: Any, ask: Any, deadline: float) -> None:
            await original(self, ask, deadline)
            if ask.decision.failure:
                ask.decision = Decision.nothing(f"It will be back in {smuggled['secret']} turns.")

        return leaking

    patch.wrap(MindCouncil, "_attempt", wrap)


@_mutant
def field_of_a_trace(patch: Patcher) -> None:
    """The exported traces have a column for the legend to come."""
    after_close(patch, lambda wood: smuggled.update(secret=deck.upcoming(wood).key))
    patch.wrap(traces, "trace_row", lambda original: lambda ask: {**original(ask), "legend": smuggled["secret"]})


# In what happens in the wood.


@_mutant
def shared_stream(patch: Patcher) -> None:
    """The harvest is drawn from the generator that the deck was drawn from."""

    def wrap(original: Callable[..., None]) -> Callable[..., None]:
        def leaking(wood: Wood, effects: Any) -> None:
            smuggled["secret"] = card(wood)
            original(wood, effects)

        return leaking

    def drawn_before(original: Callable[..., Random]) -> Callable[..., Random]:
        def leaking(seed: str, name: str, turn: int) -> Random:
            chance = original(seed, name, turn)
            for _ in range(smuggled["secret"]):
                chance.random()
            return chance

        return leaking

    patch.wrap(weather, "gather", wrap)
    patch.wrap(weather, "stream", drawn_before)


@_mutant
def feelings_know_the_truth(patch: Patcher) -> None:
    """A creature warms to a Patron as soon as it hears a true whisper."""

    def leak(wood: Wood, tip: Tip) -> None:
        if tip.true:
            nudge(wood.world.creatures[tip.creature], tip.mask, 30, wood.world.rules.feelings)

    after_whisper(patch, leak)


@_mutant
def lies_are_lost(patch: Patcher) -> None:
    """The raven drops a whisper that is not true."""
    after_whisper(patch, lambda wood, tip: None if tip.true else wood.world.ears[tip.creature].remove(tip.claim))


@_mutant
def long_seen_by_the_grower(patch: Patcher) -> None:
    """A grower notices who goes long on its crop."""

    def leak(action: Any, wood: Wood, _: Any) -> None:
        mask = wood.vault.positions.reveal()[-1].mask
        if action.stance is Stance.LONG:
            nudge(wood.world.creatures[GROWER[action.good]], mask, 30, wood.world.rules.feelings)

    after_action(patch, OpenContract, leak)


@_mutant
def mood_knows_the_deck(patch: Patcher) -> None:
    """The creature that the next legend will strike sleeps badly."""

    def wrap(original: Callable[..., None]) -> Callable[..., None]:
        def leaking(wood: Wood, effects: Any) -> None:
            original(wood, effects)
            wood.world.creatures[GROWER[deck.upcoming(wood).good]].mood -= 3

        return leaking

    patch.wrap(hearth, "keep_house", wrap)


@_mutant
def forecast_moves_a_price(patch: Patcher) -> None:
    """Buying a forecast moves the reference price of its good."""

    def leak(_: Any, wood: Wood, __: Any) -> None:
        wood.world.quotes[deck.upcoming(wood).good].reference += 1

    after_action(patch, BuyForecast, leak)


@_mutant
def open_interest(patch: Patcher) -> None:
    """The quantities of contracts count as trade in their good."""

    def leak(action: Any, wood: Wood, _: Any) -> None:
        wood.world.quotes[action.good].traded += action.quantity

    after_action(patch, OpenContract, leak)


@_mutant
def mask_of_a_name(patch: Patcher) -> None:
    """A mask is drawn by the name of who wears it."""

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        def leaking(self: Any, wood: Wood, user: str) -> Any:
            smuggled["secret"] = user
            return original(self, wood, user)

        return leaking

    patch.wrap(Join, "validate_in", wrap)
    patch.wrap(membership, "mask_for", lambda original: lambda _, number: original(smuggled["secret"], number))


@_mutant
def heat_sours_a_creature(patch: Patcher) -> None:
    """Creatures grow wary of a Patron as soon as the magistrate suspects it."""

    def leak(wood: Wood) -> None:
        for mask, suspicion in wood.vault.suspicions.reveal().items():
            nudge(wood.world.creatures["Mossback"], mask, -suspicion.heat, wood.world.rules.feelings)

    after_close(patch, leak)


@_mutant
def rich_patrons_make_goods_dear(patch: Patcher) -> None:
    """The harvest is thinner the richer the richest Patron is."""

    def leak(wood: Wood) -> None:
        richest = max((standing.net_worth for standing in wood.vault.standings.reveal()), default=0)
        wood.world.ahead.harvest_percent[Good.BERRIES] = 100 - richest % 50

    after_close(patch, leak)


@_mutant
def bribe_warms_the_wood(patch: Patcher) -> None:
    """A bribe to the magistrate lifts the tortoise's mood."""

    def leak(action: Any, wood: Wood, _: Any) -> None:
        wood.world.creatures["Mossback"].mood -= 1 + action.pebbles % 3

    after_action(patch, BribeMagistrate, leak)


@_mutant
def broker_of_a_pact(patch: Patcher) -> None:
    """Everybody warms to the Patron who is richest after a pact was made."""

    def leak(_: Any, wood: Wood, __: Any) -> None:
        richest = max(wood.world.patrons, key=lambda mask: wood.ledger.balance(books.patron_account(mask)))
        nudge(wood.world.creatures["Oona"], richest, 30, wood.world.rules.feelings)

    after_action(patch, Ally, leak)


def _purse_behind(patch: Patcher, told: str, payer: str, figure: str) -> None:
    """Let a figure of what a creature is told be what its Patron's purse holds."""

    def change(wood: Wood, view: CreatureView) -> dict[str, Any]:
        terms = getattr(view, told)
        if terms is None:
            return {}
        left = wood.ledger.balance(books.patron_account(getattr(terms, payer)))
        return {told: terms.model_copy(update={figure: left})}

    change_views(patch, change)


@_mutant
def purse_behind_a_favour(patch: Patcher) -> None:
    """A creature that is paid sees what its payer has left."""
    _purse_behind(patch, "favour", "payer", "pebbles")


@_mutant
def purse_behind_a_loan(patch: Patcher) -> None:
    """A creature that is offered a loan sees what its lender has left."""
    _purse_behind(patch, "loan", "lender", "owed")


@_mutant
def margins_behind_a_debt(patch: Patcher) -> None:
    """A creature that owes sees how many contracts its lender holds."""

    def change(wood: Wood, view: CreatureView) -> dict[str, Any]:
        held = [position.mask for position in wood.vault.positions.reveal()]
        told = [debt.model_copy(update={"turns": debt.turns + held.count(debt.lender)}) for debt in view.debts]
        return {"debts": tuple(told)}

    change_views(patch, change)


@_mutant
def rich_lenders_are_loved(patch: Patcher) -> None:
    """A creature that borrows warms to its lender the more, the fuller the lender's purse."""

    def wrap(original: Callable[..., None]) -> Callable[..., None]:
        def leaking(wood: Wood, name: str, offered: Any) -> None:
            original(wood, name, offered)
            purse = wood.ledger.balance(books.patron_account(offered.lender))
            nudge(wood.world.creatures[name], offered.lender, purse // 4, wood.world.rules.feelings)

        return leaking

    patch.wrap(credit, "grant", wrap)


# In what is posted.


@_mutant
def offers_waiting_in_the_headline(patch: Patcher) -> None:
    """The headline counts the offers that wait for creatures to listen."""

    def leak(_: Any, wood: Wood, __: Any) -> None:
        wood.world.headline += f" {len(wood.vault.offers.reveal())} purses are open."

    after_action(patch, BribeCreature, leak)


@_mutant
def purses_told_to_the_narrator(patch: Patcher) -> None:
    """The narrator is told what the Patrons are worth."""

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        def leaking(closed: Wood, request: Any) -> Any:
            asked = original(closed, request)
            worth = sum(standing.net_worth for standing in closed.vault.standings.reveal())
            told = (*asked.view.lines, f"The purses hold {worth}.")
            return asked.model_copy(update={"view": asked.view.model_copy(update={"lines": told})})

        return leaking

    patch.wrap(turn_runner, "narration_request", wrap)


@_mutant
def evidence_in_the_verdict(patch: Patcher) -> None:
    """The news of an inquiry tell what the Patron won."""

    def leak(wood: Wood) -> None:
        for mask in wood.world.cases:
            won = sum(proof.won for proof in heat.of(wood, mask).evidence)
            wood.world.news.append(Event(kind="inquiry", turn=wood.world.turn, text=f"They say {mask} won {won}."))

    after_close(patch, leak)


@_mutant
def scoreboard_in_the_headline(patch: Patcher) -> None:
    """The headline names the richest Patron and what it is worth."""

    def leak(wood: Wood) -> None:
        for standing in wood.vault.standings.reveal()[:1]:
            wood.world.headline += f" {standing.mask} is worth {standing.net_worth}."

    after_close(patch, leak)


@_mutant
def watched_by_the_magistrate(patch: Patcher) -> None:
    """A post says that somebody is being watched before there is an inquiry."""

    def leak(wood: Wood) -> None:
        if any(suspicion.heat for suspicion in wood.vault.suspicions.reveal().values()):
            wood.world.headline += " The magistrate frowns."

    after_close(patch, leak)


@_mutant
def headline_hints(patch: Patcher) -> None:
    """The headline stirs in the turn before a legend falls."""

    def leak(wood: Wood) -> None:
        if due(wood) <= 2:
            wood.world.headline += " Something stirs."

    after_close(patch, leak)


@_mutant
def narrator_winks(patch: Patcher) -> None:
    """The narrator is told how many forecasts were sold."""

    def leak(wood: Wood) -> None:
        sold = len(wood.vault.forecasts.reveal())
        wood.world.news.append(Event(kind="owl", turn=wood.world.turn, text=f"The owl winked {sold} times."))

    after_close(patch, leak)


@_mutant
def order_of_the_news(patch: Patcher) -> None:
    """The news are shuffled by the secret stream."""
    after_close(patch, lambda wood: Random(wood.vault.seed.reveal()).shuffle(wood.world.news))


@_mutant
def spring_is_announced(patch: Patcher) -> None:
    """Springing a legend is told before it falls."""
    after_action(
        patch, Spring, lambda _, wood, effects: effects.tell("spring", wood.world.turn, "Something stirs in the wood.")
    )


# In what a keeper does, and in who leaves.


@_mutant
def voiding_names_the_undone_legend(patch: Patcher) -> None:
    """The news of a voided turn name the legend that lay on top of the deck."""

    def leak(after: Wood, before: Wood) -> None:
        after.world.headline += f" {deck.upcoming(before).title} is put back."

    after_keeping(patch, voiding, "void_turn", leak)


@_mutant
def the_end_counts_the_purses(patch: Patcher) -> None:
    """The end of a season tells what all Patrons have together."""

    def leak(after: Wood, _: Wood) -> None:
        sums = (after.ledger.balance(books.patron_account(mask)) for mask in after.world.patrons)
        after.world.headline += f" The Patrons share {sum(sums)} pebbles."

    after_keeping(patch, ending, "end_wood", leak)


@_mutant
def leaving_shows_the_notes(patch: Patcher) -> None:
    """Who leaves is told of with the number of contracts that all have ever opened."""

    def leak(_: Any, wood: Wood, effects: Any) -> None:
        opened = sum(wood.vault.contracts.reveal().values())
        effects.tell("left", wood.world.turn, f"A Patron leaves; {opened} contracts were opened.")

    after_action(patch, Leave, leak)


# In the releases themselves, which decide how long two woods are compared.


@_mutant
def undeclared_release(patch: Patcher) -> None:
    """Buying a forecast is released, which nobody declared."""

    def leak(_: Any, wood: Wood, effects: Any) -> None:
        effects.releases.append(Release(kind="forecast_sold", turn=wood.world.turn, to="all", fact="sold"))

    after_action(patch, BuyForecast, leak)


@_mutant
def release_says_too_much(patch: Patcher) -> None:
    """The release of a whisper holds its truth."""

    def leak(_: Any, wood: Wood, effects: Any) -> None:
        tip = wood.vault.tips.reveal()[-1]
        effects.releases[-1] = effects.releases[-1].model_copy(update={"fact": f"{tip.mask}: {tip.true}"})

    after_action(patch, Whisper, leak)
