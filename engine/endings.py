"""What is kept of an ended wood beside its journal: everybody's result, and the story that is told of it."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from engine.actions.base import wearers
from engine.contests.honours import Chronicler
from engine.journal import JournalRow
from engine.replay import Replay
from engine.standings import latest
from engine.world import Wood

_NO_DEEDS = frozenset({"join", "leave"})


def told_of(rows: Sequence[JournalRow], ended: Wood) -> tuple[str, Counter[str]]:
    """Return the story of a wood as JSON, out of its journal up to its end, and how many deeds each player did.

    Joining and leaving are no deeds. All is read again from the founding on, which takes about a second for a season.
    """
    chronicler, replay, deeds = Chronicler(), Replay(), Counter[str]()
    for row in rows:
        after = replay.play(row)
        after.ledger.drain()
        chronicler.see(row.kind, after)
        if row.kind == "act":
            payload = json.loads(row.payload)
            deeds[payload["user"]] += payload["action"]["kind"] not in _NO_DEEDS
    chronicler.see("end", ended)
    return chronicler.story().model_dump_json(), deeds


def before_last_turn(rows: Sequence[JournalRow]) -> Wood:
    """Return the wood as it rested before its last closed turn was opened and anybody did anything for it.

    Raises:
        ValueError: If no turn has closed.
    """
    replay = Replay()
    for row in rows:
        replay.play(row).ledger.drain()
    if replay.before_last_turn is None:
        raise ValueError("a journal without a closed turn has none before it")
    return replay.before_last_turn


def results_of(ended: Wood, deeds: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the rows of `results` for everybody who was a Patron as a wood ended; equal net worths share a place."""
    player_of, ranking = wearers(ended), latest(ended)
    places = {line.net_worth: place for place, line in reversed(list(enumerate(ranking, 1)))}
    return [
        {
            "player": player_of[line.mask],
            "mask": line.mask,
            "place": places[line.net_worth],
            "net_worth": line.net_worth,
            "deeds": deeds[player_of[line.mask]],
        }
        for line in ranking
    ]
