"""A Patron's own books as a private layout."""

from typing import Any, Final

import discord

from bot.i18n import joined, say, say_count, told, word
from bot.ui import faces
from bot.ui.buttons import DeedButton
from bot.ui.plain import plain
from bot.ui.scores import magistrate_line, progress
from engine.actions.base import Receipt
from engine.patronage import ContractLine, LoanLine, PatronBooks
from engine.views import PublicView
from engine.vocabulary import Stance, capital, counted, pebbles, turns

_LETTERS_SHOWN: Final = 4
_LINES_SHOWN: Final = 8
_GAIN, _LOSS = 0x009E73, 0xD55E00


def ledger_card(books: PatronBooks, world_id: str, *, telling: bool = False) -> discord.ui.LayoutView:
    """Return mask, purse, progress, contracts with a button to close each, loans, tip, letters and last entries.

    The last button changes whether calls are told by direct message; `telling` is whether they are.
    """
    parts: list[discord.ui.Item[Any]] = [discord.ui.TextDisplay(_head(books)), discord.ui.Separator()]
    parts.append(discord.ui.TextDisplay(_contracts(books.contracts)))
    if books.contracts:
        row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
        for line in books.contracts[:5]:
            label = say("Close #{number} ({result})", number=line.number, result=faces.signed(line.result))
            row.add_item(DeedButton("close", world_id, line.number, label))
        parts.append(row)
    blocks = (_loans(books.loans), _forecast(books), _letters(books), _lines(books))
    parts += [discord.ui.TextDisplay(block) for block in blocks if block]
    last: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
    last.add_item(DeedButton("bet" if books.contracts else "learn", world_id))
    last.add_item(DeedButton("prices", world_id))
    if telling:
        last.add_item(DeedButton("tell-off", world_id, label=say("Tell me nothing")))
    else:
        last.add_item(DeedButton("tell-on", world_id))
    parts.append(last)
    layout = discord.ui.LayoutView(timeout=None)
    colour = _GAIN if books.net_worth >= books.stake else _LOSS
    layout.add_item(discord.ui.Container(*parts, accent_colour=colour))
    return layout


def result_card(receipt: Receipt, line: ContractLine | None, view: PublicView, world_id: str) -> discord.ui.LayoutView:
    """Return what closing a contract came to, in pebbles, and what moved its price in the last turn."""
    result = receipt.figures["result"]
    parts: list[discord.ui.Item[Any]] = [discord.ui.TextDisplay(f"## {_outcome(result)}\n{told(receipt.text)}")]
    if line is not None:
        parts += [discord.ui.Separator(), discord.ui.TextDisplay("\n".join(_reasons(line, view)))]
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
    row.add_item(DeedButton("first", world_id, label=say("Trade again")))
    row.add_item(DeedButton("ledger", world_id))
    parts.append(row)
    layout = discord.ui.LayoutView(timeout=None)
    layout.add_item(discord.ui.Container(*parts, accent_colour=_LOSS if result < 0 else _GAIN))
    return layout


def _outcome(result: int) -> str:
    if result > 0:
        return say("💰 Won {sum:pebbles}", sum=pebbles(result))
    return say("🍂 Lost {sum:pebbles}", sum=pebbles(-result)) if result else say("🍃 Even")


def _reasons(line: ContractLine, view: PublicView) -> list[str]:
    """Return why a contract stands where it does: its price's way, and the last turn's news of its good."""
    way = say_count(
        "{good} went from {entry:int} to {price:int}, {count:int} unit.",
        "{good} went from {entry:int} to {price:int}, {count:int} units.",
        line.quantity,
        good=faces.good(line.good),
        entry=line.entry,
        price=line.price,
    )
    news = [f"• {plain(told(news))}" for news in view.news if news.lower().startswith(str(line.good))]
    return [joined([way, _verdict(line)]), *news]


def _verdict(line: ContractLine) -> str:
    if line.price == line.entry:
        return say("It stood still.")
    wished = (line.price < line.entry) is (line.stance is Stance.SHORT)
    return say("It went your way.") if wished else say("It went against you.")


def _head(books: PatronBooks) -> str:
    sums = say(
        "Purse **{purse:int}** · net worth **{net_worth:int}** ({result} on your stake of {stake:int})",
        purse=books.purse,
        net_worth=books.net_worth,
        result=faces.signed(books.net_worth - books.stake),
        stake=books.stake,
    )
    objective = say("{progress}: your objective", progress=progress(books))
    return f"### 🎭 {word('Mask', capital(books.mask))}\n{sums}\n{objective}\n{magistrate_line(books)}"


def _contracts(lines: tuple[ContractLine, ...]) -> str:
    if not lines:
        return say("**Contracts**\nNone open. `/short` bets on a fall, `/long` on a rise.")
    return "\n".join([say("**Contracts** (opened → now, result)"), *map(_contract, lines)])


def _contract(line: ContractLine) -> str:
    held = say("{stance:stance} {goods:goods}", stance=line.stance, goods=counted(line.quantity, line.good))
    prices = f"{line.entry} → {line.price} · **{faces.signed(line.result)}**"
    return f"{faces.GOOD_FACE[line.good]} #{line.number} {held} · {prices}"


def _loans(loans: tuple[LoanLine, ...]) -> str:
    """Return what is lent and offered, or nothing for one who lends nothing."""
    return "\n".join([say("**Loans**"), *map(_loan, loans)]) if loans else ""


def _loan(loan: LoanLine) -> str:
    pledge = say("{goods:goods} (now worth {worth:int})", goods=counted(loan.pledge, loan.good), worth=loan.worth)
    terms = {"borrower": loan.borrower, "principal": loan.principal, "owed": loan.owed, "pledge": pledge}
    if loan.offered:
        return say(
            "🏦 {borrower:name} is asked: {principal:int} for {owed:int} after {term:turns}, on {pledge}",
            **terms,
            term=turns(loan.due),
        )
    call = ""
    if loan.called:
        call = " · " + say("⚠️ called: {goods:goods} more, or ruin", goods=counted(loan.called, loan.good))
    owes = say(
        "🏦 {borrower:name} owes **{owed:int}** for {principal:int}, due in turn {due:int}, on {pledge}",
        **terms,
        due=loan.due,
    )
    return owes + call


def _forecast(books: PatronBooks) -> str:
    return say("🔮 **Your tip** {forecast}", forecast=told(books.forecast)) if books.forecast else ""


def _letters(books: PatronBooks) -> str:
    if not books.letters:
        return ""
    rows = [
        say("✉️ turn {turn:int}: {letter}", turn=turn, letter=told(text)[:200])
        for turn, text in books.letters[:_LETTERS_SHOWN]
    ]
    return "\n".join([say("**Letters**"), *rows])


def _lines(books: PatronBooks) -> str:
    if not books.lines:
        return ""
    rows = [
        f"{say('turn {turn:int}', turn=line.turn)} · **{faces.signed(line.change)}** · {told(line.memo)[:40]}"
        for line in books.lines[:_LINES_SHOWN]
    ]
    return "\n".join([say("**Last entries** (pebbles)"), *rows])
