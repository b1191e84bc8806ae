"""Voiding a turn: a wood's keeper undoes the last one that closed, in public, where something went wrong in it."""

from engine import deck
from engine import ledger as books
from engine.actions.base import Refusal, SeasonOver
from engine.actions.membership import Leave
from engine.effects import Effects
from engine.phrases import say, together, words
from engine.turn import HISTORY_KEPT, Step, TurnError
from engine.vocabulary import PEBBLES, Phase, pebbles
from engine.world import Wood, World


def require_voidable(world: World) -> None:
    """Check that the last closed turn of a wood may be voided.

    Raises:
        Refusal: If no turn has closed, the creatures are thinking, it is voided already, or the season is over.
    """
    if world.phase is Phase.ENDED:
        raise SeasonOver
    if world.phase is Phase.THINKING:
        raise Refusal(
            say("The creatures are thinking about turn {turn:int}. Void it once it has closed.", turn=world.turn)
        )
    if world.turn == 0:
        raise Refusal(words("No turn has closed yet. There is nothing to void."))
    if any(event.kind == "void" and event.turn == world.turn for event in world.news):
        raise Refusal(
            say(
                "Turn {turn:int} is void already. Only the last closed turn can be voided, and only once.",
                turn=world.turn,
            )
        )


def void_turn(now: Wood, before: Wood) -> Step:
    """Undo the last closed turn, and all that Patrons did since the one before it.

    The wood is again what it was after the turn before, but for this:

    * The number of the turn is used up, so that no input comes twice and no stream is drawn twice. What is due in so
      many turns is due in as many still; only what goes by the chapter (winter, the return of the banished) keeps its
      turn.
    * What somebody learned cannot be undone. So the next legend is drawn anew: it may have fallen, and its forecast may
      have been sold. Who held that forecast before gets the price back.
    * Who left since stays away, and nothing is kept of it.
    * A contract gets no number that one had before.

    No posting is deleted: the books come back by opposite ones.

    Args:
        now: The wood as it rests after the turn.
        before: The wood as it rested after the turn before, when nobody had done anything yet.

    Raises:
        Refusal: If `require_voidable` does not let it; nothing has changed then.
        TurnError: If `before` is not the wood after the turn before.
    """
    require_voidable(now.world)
    turn, since = now.world.turn, before.world.turn
    if before.world.phase is not Phase.RESTING or turn != since + 1:
        raise TurnError(f"turn {turn} is undone to the rest after turn {turn - 1}, not to turn {since}")
    wood, effects = Wood(before.world.fork(), now.ledger.fork(), before.vault.fork()), Effects()
    world = wood.world
    wood.ledger.turn_back(turn, before.ledger, say("turn {turn:int} voided", turn=turn))
    world.turn = turn
    _carry_over(wood, since)
    _keep_away(wood, now, effects)
    _draw_anew(wood)
    wood.vault.contracts.replace({**wood.vault.contracts.reveal(), **_numbers_used(wood, now)})
    effects.tell("void", turn, _told(turn, since))
    world.news = [*world.news, *effects.events]
    world.headline = effects.events[-1].text
    for good, quote in world.quotes.items():
        world.history[good] = [*world.history[good], quote.settlement][-HISTORY_KEPT:]
    wood.ledger.check()
    return Step(wood, effects)


def _told(turn: int, since: int) -> str:
    """Return for everybody that a turn is void, and that the wood is as it was after the turn `since`."""
    if since:
        voids = say(
            "The keeper voids turn {turn:int}: all is as it was after turn {since:int}, "
            "and what was due comes one turn later.",
            turn=turn,
            since=since,
        )
    else:
        voids = say(
            "The keeper voids turn {turn:int}: all is as it was when it was planted, "
            "and what was due comes one turn later.",
            turn=turn,
        )
    return together(voids, words("The next legend is drawn anew."))


def _carry_over(wood: Wood, since: int) -> None:
    """Let whatever was set for a turn after `since` come one turn later."""
    world, vault = wood.world, wood.vault
    for loan in world.loans:
        loan.due += 1
    world.pacts = [pact.model_copy(update={"until": pact.until + 1}) for pact in world.pacts]
    world.cases = {mask: case.model_copy(update={"until": case.until + 1}) for mask, case in world.cases.items()}
    world.banished = {name: max(back, world.coming_turn) for name, back in world.banished.items()}
    world.news = [
        event.model_copy(update={"turn": event.turn + 1}) if event.turn > since else event for event in world.news
    ]
    vault.tips.replace(
        [tip.model_copy(update={"turn": tip.turn + 1}) if tip.turn > since else tip for tip in vault.tips.reveal()]
    )
    vault.due.replace(vault.due.reveal() + 1)


def _keep_away(wood: Wood, now: Wood, effects: Effects) -> None:
    """Let the players leave again who laid their mask down since."""
    still = now.vault.members.reveal()
    for player, mask in wood.vault.members.reveal().items():
        if still.get(player) != mask:
            Leave().apply(wood, player, effects)


def _draw_anew(wood: Wood) -> None:
    """Draw another legend to be next, and pay back the forecasts that were sold of the one that was."""
    vault, turn, price = wood.vault, wood.world.turn, wood.world.rules.patron.insider_price
    deck.redraw(wood)
    for mask in sorted(vault.forecasts.reveal()):
        wood.ledger.move(turn, PEBBLES, price, books.TREASURY, books.patron_account(mask), words("forecast paid back"))
        text = together(
            say("Your forecast came to nothing, for turn {turn:int} was voided.", turn=turn),
            say("You have {sum:pebbles} back.", sum=pebbles(price)),
        )
        vault.post_letter(mask, turn, text)
    vault.forecasts.replace({})


def _numbers_used(wood: Wood, now: Wood) -> dict[str, int]:
    """Return how many contracts each Patron of `wood` had opened by `now`."""
    return {mask: count for mask, count in now.vault.contracts.reveal().items() if mask in wood.world.patrons}
