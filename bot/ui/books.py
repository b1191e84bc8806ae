"""A Patron's own books as a private layout."""

from typing import Any, Final

import discord

from bot.i18n import say
from bot.ui import faces
from bot.ui.buttons import DeedButton
from bot.ui.plain import plain
from bot.ui.scores import progress
from engine.actions.base import Receipt
from engine.patronage import ContractLine, LoanLine, PatronBooks
from engine.views import PublicView
from engine.vocabulary import Stance, capital, counted, turns

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
            label = f"Close #{line.number} ({faces.signed(line.result)})"
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
    title = f"💰 Won {result} pebbles" if result > 0 else f"🍂 Lost {-result} pebbles" if result else "🍃 Even"
    parts: list[discord.ui.Item[Any]] = [discord.ui.TextDisplay(f"## {title}\n{receipt.text}")]
    if line is not None:
        parts += [discord.ui.Separator(), discord.ui.TextDisplay("\n".join(_reasons(line, view)))]
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
    row.add_item(DeedButton("first", world_id, label="Trade again"))
    row.add_item(DeedButton("ledger", world_id))
    parts.append(row)
    layout = discord.ui.LayoutView(timeout=None)
    layout.add_item(discord.ui.Container(*parts, accent_colour=_LOSS if result < 0 else _GAIN))
    return layout


def _reasons(line: ContractLine, view: PublicView) -> list[str]:
    """Return why a contract stands where it does: its price's way, and the last turn's news of its good."""
    moved = line.price - line.entry
    wished = moved < 0 if line.stance is Stance.SHORT else moved > 0
    verdict = "It went your way." if wished else "It went against you." if moved else "It stood still."
    told = [f"• {plain(news)}" for news in view.news if news.lower().startswith(str(line.good))]
    return [f"{faces.good(line.good)} went from {line.entry} to {line.price}, {line.quantity} units. {verdict}", *told]


def _head(books: PatronBooks) -> str:
    result = faces.signed(books.net_worth - books.stake)
    return (
        f"### 🎭 {capital(books.mask)}\n"
        f"Purse **{books.purse}** · net worth **{books.net_worth}** ({result} on your stake of {books.stake})\n"
        f"{progress(books)}: your objective\n"
        f"⚖️ The magistrate {books.magistrate}."
    )


def _contracts(lines: tuple[ContractLine, ...]) -> str:
    if not lines:
        return "**Contracts**\nNone open. `/short` bets on a fall, `/long` on a rise."
    rows = [
        f"{faces.GOOD_FACE[line.good]} #{line.number} {line.stance} {counted(line.quantity, line.good)} · "
        f"{line.entry} → {line.price} · **{faces.signed(line.result)}**"
        for line in lines
    ]
    return "\n".join(["**Contracts** (opened → now, result)", *rows])


def _loans(loans: tuple[LoanLine, ...]) -> str:
    """Return what is lent and offered, or nothing for one who lends nothing."""
    return "**Loans**\n" + "\n".join(map(_loan, loans)) if loans else ""


def _loan(loan: LoanLine) -> str:
    pledge = f"{counted(loan.pledge, loan.good)} (now worth {loan.worth})"
    if loan.offered:
        return f"🏦 {loan.borrower} is asked: {loan.principal} for {loan.owed} after {turns(loan.due)}, on {pledge}"
    call = f" · ⚠️ called: {counted(loan.called, loan.good)} more, or ruin" if loan.called else ""
    return f"🏦 {loan.borrower} owes **{loan.owed}** for {loan.principal}, due in turn {loan.due}, on {pledge}{call}"


def _forecast(books: PatronBooks) -> str:
    return f"🔮 **Your tip** {books.forecast}" if books.forecast else ""


def _letters(books: PatronBooks) -> str:
    if not books.letters:
        return ""
    return "**Letters**\n" + "\n".join(f"✉️ turn {turn}: {text[:200]}" for turn, text in books.letters[:_LETTERS_SHOWN])


def _lines(books: PatronBooks) -> str:
    if not books.lines:
        return ""
    rows = [
        f"turn {line.turn} · **{faces.signed(line.change)}** · {line.memo[:40]}" for line in books.lines[:_LINES_SHOWN]
    ]
    return "\n".join(["**Last entries** (pebbles)", *rows])
