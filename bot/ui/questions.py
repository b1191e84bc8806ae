"""What people ask, and the answers, with the numbers of the wood that they ask in.

The list is closed. What somebody types is only compared with it, in the reader's own language, and goes nowhere else.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from discord.utils import format_dt

from bot.i18n import joined, said, say, words
from engine.legends import DECK
from engine.records import WoodRecord
from engine.rules import Rules
from engine.vocabulary import pebbles

_ENOUGH: Final = 0.5
"""The share of what was typed that a question must hold to be offered."""

_WORDS_READ: Final = 12
"""Words of what was typed that are looked at."""

_OTHER_WORDS: Final = 0.9
"""What another word for a question counts, when a word of the question itself counts 1."""

_PART, _SLIP = 0.9, 0.7
"""How alike a word and one that holds it are, and the least at which two words are one with a slip."""

_SHORTEST_PART: Final = 3


@dataclass(frozen=True)
class Asked:
    """Where a question is asked: the rules there, and the wood and its coming turn where one grows."""

    rules: Rules
    wood: WoodRecord | None = None
    turn: int = 0


@dataclass(frozen=True)
class Question:
    """A question with its answer. `means` are other words for what it asks; `deeds` are buttons below the answer."""

    key: str
    face: str
    asks: str
    means: str
    answer: Callable[[Asked], str]
    deeds: tuple[str, ...] = ()


def _pebbles(asked: Asked) -> str:
    patron = asked.rules.patron
    return say(
        "Bet on prices. `/short` wins when a price falls, `/long` when it rises: a pebble a unit for every pebble it "
        "moves. Who knows what comes wins surely: `/insider` sells you the next legend for {insider:int}, and "
        "`/spring` brings it at once for {spring:int}. `/lend` earns interest. You begin with {stake:pebbles} and are "
        "asked to be worth {goal:int}.",
        insider=patron.insider_price,
        spring=patron.spring_price,
        stake=pebbles(patron.stake),
        goal=patron.stake * patron.objective_percent // 100,
    )


def _short(asked: Asked) -> str:
    price = 9
    units = 10
    return say(
        "A bet that a price falls. Short {units:int} honey at {price:int}: if honey then settles at {lower:int}, you "
        "win {won:int}; if it settles at {higher:int}, you lose {won:int}. You never hold the honey. `/long` is the "
        "same the other way round. A contract is for 1 to {most:int} units, you hold {held:int} at most, and a grower "
        "who learns that you short its crop bears a grudge.",
        units=units,
        price=price,
        lower=price - 2,
        higher=price + 2,
        won=2 * units,
        most=asked.rules.patron.most_quantity,
        held=asked.rules.patron.most_positions,
    )


def _margin(asked: Asked) -> str:
    patron = asked.rules.patron
    return say(
        "What you put aside so that you can pay if you lose: {initial:int}% of the contract's value. Every turn wins "
        "and losses go into it and out of it. If it falls below {maintenance:int}% of the value, the contract is "
        "liquidated: closed for you, and what is left of the margin comes back. More than the margin you cannot lose.",
        initial=patron.initial_margin_percent,
        maintenance=patron.maintenance_percent,
    )


def _turn(asked: Asked) -> str:
    wood = asked.wood
    what = say(
        "When a turn closes, the creatures have thought and traded, prices settle, and every contract with them. What "
        "you do before counts for it."
    )
    if wood is None:
        return what
    if wood.next_turn_at is None or wood.paused:
        when = say("No clock moves this wood now: somebody who may manage the server uses /advance.")
    else:
        when = say("Turn {turn:int} comes {when}.", turn=asked.turn, when=format_dt(wood.next_turn_at, "R"))
    return joined((when, what))


def _whispers(asked: Asked) -> str:
    patron = asked.rules.patron
    return say(
        "`/whisper` sends a creature a claim that you choose from lists: a good, a way, how far, how you know. It "
        "costs {price:int}, you may send {most:int} a turn, and each creature hears {heard:int} a turn, of the "
        "Patrons it likes best. It may be a lie. When the next legend falls, a whisper that named it right warms the "
        "creature to you, and one that did not costs you its trust.",
        price=patron.whisper_price,
        most=patron.most_whispers,
        heard=patron.whispers_heard,
    )


def _tip(asked: Asked) -> str:
    low, high = asked.rules.legends.gap
    return say(
        "The forecast that `/insider` sells is always true: it names the good, the way and the turn of the next "
        "legend, unless somebody springs it earlier. What creatures gossip and what other Patrons whisper may be "
        "false. Legends fall {low:int} to {high:int} turns apart.",
        low=low,
        high=high,
    )


def _fined(asked: Asked) -> str:
    law = asked.rules.law
    return say(
        "Winning on what you knew is noticed: each such win adds {heat:int} points of heat, and a quiet turn takes "
        "{cooling:int} away. At {line:int} the magistrate inquires, and judges {turns:int} turns later: first a fine "
        "of {fine:int}% of your worth, then your assets are frozen for {freeze:int} turns, then exile for "
        "{exile:int}. `/bribe` may cool it, or make it worse. `/wood objective` says how it looks at you.",
        heat=law.heat_of_a_win,
        cooling=law.cooling,
        line=law.line,
        turns=law.inquiry_turns,
        fine=law.fine_percent,
        freeze=law.freeze_turns,
        exile=law.exile_turns,
    )


def _known(_asked: Asked) -> str:
    return say(
        "The creatures know you by your mask alone. One learns that you shorted what it grows, what you whispered to "
        "it, what you pay or lend it, and whether your word proved true: it likes you more or less for it. Never your "
        "name, your purse, your bets, your tip or your heat. Nothing that you type reaches any of them."
    )


def _books(_asked: Asked) -> str:
    return say(
        "You alone. `/ledger` and every answer to you are seen by nobody else. Others see on the scoreboard what your "
        "mask is worth, and learn who wears it only if a season's end names you among the best. Whoever runs this bot "
        "holds its store; `/privacy export` shows all that is in it about you."
    )


def _leave(_asked: Asked) -> str:
    return say(
        "`/privacy delete` closes your contracts, lays your mask down and deletes your id, in every wood of this bot; "
        "it asks once more before. You can join again a day later, as somebody new. If you only stop playing, your "
        "contracts go on settling: `/close` them first."
    )


def _legend(asked: Asked) -> str:
    low, high = asked.rules.legends.gap
    return say(
        "A story out of the history of markets, of which there are {count:int}. Every {low:int} to {high:int} turns "
        "one falls, as a turn closes, and halves or doubles the price of a good, whatever the creatures did. Nobody "
        "knows which comes next but who buys it with `/insider`.",
        count=len(DECK),
        low=low,
        high=high,
    )


def _loans(asked: Asked) -> str:
    credit = asked.rules.credit
    return say(
        "`/lend` offers a creature up to {most:int} pebbles for 1 to {turns:int} turns, at up to {interest:int}% a "
        "turn. It answers with its next decision, and pledges goods worth {pledge:int}% of what it owes. If their "
        "price falls too far, the loan is called: it must add more, or its pledge is sold to pay you and it is "
        "banished.",
        most=credit.most_principal,
        turns=credit.most_turns,
        interest=credit.interest_percent,
        pledge=credit.pledge_percent,
    )


def _ends(asked: Asked) -> str:
    time = asked.rules.time
    how = say(
        "A season of {chapters:int} chapters ends with its last turn: contracts close at the last price, loans fall "
        "due, and the Patron worth most has won. A card tells the story, and `/season history` keeps it. A wood "
        "without a last turn goes on for ever, with a new year every {turns:int} turns.",
        chapters=time.chapters_a_season,
        turns=time.chapters_a_season * time.turns_a_chapter,
    )
    last = asked.wood.last_turn if asked.wood else None
    return how if last is None else joined((how, say("This wood ends after turn {turn:int}.", turn=last)))


def _prices(asked: Asked) -> str:
    return say(
        "Pebbles for one unit. Each turn the creatures' offers meet in one auction a good, and all trade at one "
        "price; where nothing trades, the price drifts by {drift:int} towards what was wanted. At that price bets "
        "settle. ▲ is what it rose since the turn before, ▼ what it fell.",
        drift=asked.rules.market.drift_most,
    )


def _minds(_asked: Asked) -> str:
    return say(
        "Five small language models, one for each creature, or fewer that share seats: `/wood minds` names them and "
        "says how well they do. A question and its answer take a thousand tokens at most, hence the name. Each turn a "
        "model sees what its creature can see, and answers with offers and a sentence."
    )


def _banished(asked: Asked) -> str:
    del asked
    return say(
        "It could not pay a loan, or not meet a call. What it had pledged was sold, and it stays away until the next "
        "chapter; until then it neither trades nor listens."
    )


QUESTIONS: Final = {
    each.key: each
    for each in (
        Question(
            "pebbles", "💰", words("How do I make pebbles?"),
            words("money earn win profit rich gain points goal objective score"), _pebbles, ("learn", "first", "bet"),
        ),
        Question(
            "short", "📉", words("What is a short, and what is a long?"),
            words("bet contract fall rise position sell buy derivative"), _short, ("learn", "bet"),
        ),
        Question(
            "margin", "🧾", words("What is margin, and what does liquidated mean?"),
            words("deposit collateral stake lose liquidation call maintenance"), _margin, ("ledger", "bet"),
        ),
        Question(
            "turn", "⏳", words("When does the turn close?"),
            words("next time clock wait settle how long advance schedule"), _turn, ("ledger",),
        ),
        Question(
            "prices", "📈", words("What do the prices mean?"),
            words("cost arrow number chart board auction market reference"), _prices, ("prices",),
        ),
        Question(
            "whispers", "🐦‍⬛", words("How do whispers work?"),
            words("whisper lie rumour raven tell creature claim gossip believe trust"), _whispers, ("ledger",),
        ),
        Question(
            "tip", "🔮", words("Is my tip true?"),
            words("insider forecast legend lie sure false know"), _tip, ("tip", "first"),
        ),
        Question(
            "legend", "📜", words("What is a legend?"),
            words("event story crash soar double halve deck history spring"), _legend, ("tip", "first"),
        ),
        Question(
            "fined", "⚖️", words("Why was I fined?"),
            words("magistrate heat inquiry freeze frozen exile punish bribe law caught"), _fined, ("ledger",),
        ),
        Question(
            "loans", "🏦", words("What do loans do?"),
            words("lend credit interest pledge borrow call default debt"), _loans, ("ledger",),
        ),
        Question(
            "banished", "🚪", words("Why is a creature banished?"),
            words("gone away missing debt default returns"), _banished, ("prices",),
        ),
        Question(
            "known", "🎭", words("What do the creatures know of me?"),
            words("mask name secret identity see private feel grudge like"), _known, ("ledger",),
        ),
        Question(
            "books", "📒", words("Who sees my books?"),
            words("ledger private secret public privacy data others see store"), _books, ("ledger", "board"),
        ),
        Question(
            "minds", "🧠", words("What runs the creatures?"),
            words("mind model ai llm language bot think council token lab"), _minds, ("help",),
        ),
        Question(
            "ends", "🏆", words("How do seasons end, and who wins?"),
            words("season end winner finish over last chapter ranking scoreboard"), _ends, ("board",),
        ),
        Question(
            "leave", "👋", words("How do I leave?"),
            words("quit stop delete exit data forget account remove"), _leave, (),
        ),
    )
}  # fmt: skip
"""All questions by their keys, what a newcomer asks first first. A select of Discord holds 25."""


def matching(typed: str) -> list[Question]:
    """Return the questions that fit what was typed in the language spoken, best first; all where nothing was."""
    wanted = _words(typed)[:_WORDS_READ]
    if not wanted:
        return list(QUESTIONS.values())
    scored = [(_fit(wanted, each), each) for each in QUESTIONS.values()]
    return [each for score, each in sorted(scored, key=lambda one: -one[0]) if score >= _ENOUGH]


def _fit(wanted: Sequence[str], question: Question) -> float:
    """Return how much of what was typed a question holds, from 0 to 1; long words weigh more, as they say more."""
    own, other = _words(said(question.asks)), _words(said(question.means))
    found = sum(len(word) * max(_best(word, own), _OTHER_WORDS * _best(word, other)) for word in wanted)
    return found / sum(map(len, wanted))


def _best(word: str, offered: Sequence[str]) -> float:
    return max((_alike(word, each) for each in offered), default=0.0)


def _alike(one: str, other: str) -> float:
    """Return how alike two words are. One may hold the other, as in languages that are written without spaces."""
    if one == other:
        return 1.0
    short = min(one, other, key=len)
    if (short in one and short in other) and len(short) >= (_SHORTEST_PART if short.isascii() else 1):
        return _PART
    matcher = SequenceMatcher(None, one, other)
    ratio = matcher.ratio() if matcher.quick_ratio() >= _SLIP else 0.0
    return ratio if ratio >= _SLIP else 0.0


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
