"""The magistrate: an inquiry when heat crosses the line, and a verdict some turns later.

That there is an inquiry, and its verdict, are declared releases to everybody. On what evidence stays
in the vault, and what a fine came to is told to the fined alone. The first verdict on a Patron is a
fine, the second freezes its assets, and from the third on it is exiled. A Patron whose heat was cooled
below the line meanwhile is acquitted.
"""

from engine import contracts, heat
from engine import ledger as books
from engine.effects import Effects
from engine.phrases import say, words
from engine.rules import LawRules
from engine.standings import net_worth
from engine.vault import Suspicion
from engine.vocabulary import PEBBLES, Sentence, capital
from engine.world import Case, Release, Wood


def preside(wood: Wood, effects: Effects) -> None:
    """End what has run its time, pass the verdicts that are due, and open new inquiries, each in mask order."""
    world = wood.world
    for mask in sorted(world.cases):
        case = world.cases[mask]
        if case.until > world.turn:
            continue
        del world.cases[mask]
        if case.sentence is None:
            _judge(wood, mask, effects)
        else:
            text = say("{mask:Mask} is free again.", mask=capital(mask))
            _tell(effects, Release(kind="case_ended", turn=world.turn, to="all", fact=text))
    for mask, suspicion in sorted(wood.vault.suspicions.reveal().items()):
        if suspicion.heat >= world.rules.law.line and mask not in world.cases:
            _open(wood, mask, effects)


def _open(wood: Wood, mask: str, effects: Effects) -> None:
    turn, rules = wood.world.turn, wood.world.rules.law
    until = turn + rules.inquiry_turns
    wood.world.cases[mask] = Case(until=until)
    text = say(
        "The magistrate opens an inquiry into {mask:mask}. The verdict comes in turn {turn:int}.", mask=mask, turn=until
    )
    _tell(effects, Release(kind="inquiry", turn=turn, to="all", fact=text))
    letter = words("The magistrate asks about your luck. A gift might cool it, or make it worse.")
    wood.vault.post_letter(mask, turn, letter)


def _judge(wood: Wood, mask: str, effects: Effects) -> None:
    rules, suspicion = wood.world.rules.law, heat.of(wood, mask)
    if suspicion.heat < rules.line:
        cleared = say("The magistrate finds nothing against {mask:mask} and closes the inquiry.", mask=mask)
        _declare(wood, effects, cleared)
        return
    sentence = _sentence(suspicion)
    heat.note(wood, mask, Suspicion(verdicts=suspicion.verdicts + 1))
    if sentence is Sentence.FINE:
        fine = _fine(wood, mask, rules)
        letter = say("The magistrate's fine took {sum:int} pebbles out of your purse.", sum=fine)
        wood.vault.post_letter(mask, wood.world.turn, letter)
        _declare(wood, effects, say("Guilty! {mask:Mask} is fined a share of all it owns.", mask=capital(mask)))
        return
    turns = rules.freeze_turns if sentence is Sentence.FREEZE else rules.exile_turns
    until = wood.world.turn + turns
    wood.world.cases[mask] = Case(until=until, sentence=sentence)
    if sentence is Sentence.FREEZE:
        text = say(
            "Guilty! The assets of {mask:mask} are frozen until turn {turn:int} has settled.", mask=mask, turn=until
        )
    else:
        for position in contracts.of_patron(wood, mask):
            contracts.pay_out(wood, position, words("closed by the magistrate"))
        text = say(
            "Guilty! {mask:Mask} is exiled from the wood until turn {turn:int} has settled.",
            mask=capital(mask),
            turn=until,
        )
    _declare(wood, effects, text)


def _sentence(suspicion: Suspicion) -> Sentence:
    ladder = (Sentence.FINE, Sentence.FREEZE)
    return ladder[suspicion.verdicts] if suspicion.verdicts < len(ladder) else Sentence.EXILE


def _fine(wood: Wood, mask: str, rules: LawRules) -> int:
    """Take the fine, a share of all that the Patron owns, out of its purse as far as that goes; return the pebbles."""
    account = books.patron_account(mask)
    fine = net_worth(wood, mask) * rules.fine_percent // 100
    return wood.ledger.move_up_to(wood.world.turn, PEBBLES, fine, account, books.TREASURY, words("fine"))


def _declare(wood: Wood, effects: Effects, verdict: str) -> None:
    _tell(effects, Release(kind="verdict", turn=wood.world.turn, to="all", fact=verdict))


def _tell(effects: Effects, release: Release) -> None:
    """Declare what the magistrate makes public, and tell it as an event in the same words."""
    effects.releases.append(release)
    effects.tell(release.kind, release.turn, release.fact)
