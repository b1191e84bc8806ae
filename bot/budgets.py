"""How much one player and one server may ask of the bot in a while. All of it is in memory, and that is bounded.

After a restart everybody begins afresh. The libraries for this read the system's clock, and the project's only clock is
`Clock`; the rule itself (the generic cell rate algorithm) keeps one time a player.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from bot.durations import about
from bot.i18n import say, words
from engine.actions.base import Refusal
from engine.ports import Clock

WINDOW: Final = timedelta(minutes=1)

OF_A_USER: Final = 30
"""Interactions of one player in a window, in all servers: a whole gambit with all its looking in one go, and one every
two seconds for as long as one likes, which nobody who reads the answers needs."""

OF_A_GUILD: Final = 1_800
"""Interactions in one server in a window: sixty players at their limit, and 30 a second, a hundredth of the durable
actions that a small machine takes, so that no server starves the others."""

USERS_KEPT: Final = 100_000
GUILDS_KEPT: Final = 20_000
"""Players and servers remembered, some 200 bytes each. Beyond that the one longest silent is forgotten, which had its
whole budget again, unless there is a flood of accounts."""

INPUTS_KEPT: Final = 20_000
"""Interactions remembered as admitted, so that a retry is not charged twice: those of minutes under full load."""

ABSENCE: Final = timedelta(days=1)
"""How long one who left every wood waits before joining again. Without it, leaving and joining would be a new stake
each time, paid by the treasury, and a way out of every sentence."""

LEAVERS_KEPT: Final = 10_000


_PLAYER_TOO_FAST: Final = words("You are faster than the wood can follow. Try again in {time}.")
_SERVER_TOO_FAST: Final = words("This server is faster than the wood can follow. Try again in {time}.")


class TooFast(Refusal):
    """The budget of a player or a server is used up; `sentence` says whose, with a place for the time to wait."""

    def __init__(self, sentence: str, seconds: int) -> None:
        super().__init__(say(sentence, time=about(seconds)))


class LeftLately(Refusal):
    """Who left every wood a short time ago wants to join one."""

    def __init__(self, seconds: int) -> None:
        super().__init__(say("You left the woods not long ago. You can join again in {time}.", time=about(seconds)))


class Allowance:
    """So many interactions in a window for each key, in a bucket that fills up again steadily."""

    def __init__(self, most: int, window: timedelta, keys: int) -> None:
        self._each = window / most
        self._window = window
        self._keys = keys
        self._spent_until: OrderedDict[int, datetime] = OrderedDict()

    def wait(self, key: int, now: datetime) -> timedelta:
        """Return how long `key` must wait for its next interaction; zero or less when it need not."""
        return self._spent_until.get(key, now) + self._each - self._window - now

    def charge(self, key: int, now: datetime) -> None:
        """Take one interaction off what `key` has left."""
        self._spent_until[key] = max(self._spent_until.get(key, now), now) + self._each
        self._spent_until.move_to_end(key)
        if len(self._spent_until) > self._keys:
            self._spent_until.popitem(last=False)

    def __len__(self) -> int:
        return len(self._spent_until)


class Budgets:
    """The budgets of every player and server, and who left the woods lately."""

    def __init__(self, clock: Clock, *, of_a_user: int = OF_A_USER, of_a_guild: int = OF_A_GUILD) -> None:
        self._clock = clock
        self._users = Allowance(of_a_user, WINDOW, USERS_KEPT)
        self._guilds = Allowance(of_a_guild, WINDOW, GUILDS_KEPT)
        self._admitted: OrderedDict[int, None] = OrderedDict()
        self._left: OrderedDict[int, datetime] = OrderedDict()

    def charge(self, interaction_id: int, user_id: int, guild_id: int) -> None:
        """Take one interaction off both budgets, before any work is done for it. A retry is not charged again.

        Raises:
            TooFast: If either budget is used up; neither is charged then.
        """
        if interaction_id in self._admitted:
            return
        now = self._clock.now()
        asked = ((_PLAYER_TOO_FAST, self._users, user_id), (_SERVER_TOO_FAST, self._guilds, guild_id))
        for sentence, allowance, key in asked:
            wait = allowance.wait(key, now)
            if wait > timedelta():
                raise TooFast(sentence, _whole_seconds(wait))
        self._users.charge(user_id, now)
        self._guilds.charge(guild_id, now)
        self._admitted[interaction_id] = None
        if len(self._admitted) > INPUTS_KEPT:
            self._admitted.popitem(last=False)

    def note_leaving(self, user_id: int) -> None:
        """Remember for a day that a player left every wood."""
        self._left[user_id] = self._clock.now() + ABSENCE
        self._left.move_to_end(user_id)
        if len(self._left) > LEAVERS_KEPT:
            self._left.popitem(last=False)

    def require_return(self, user_id: int) -> None:
        """Check that a player did not leave every wood within the last day.

        Raises:
            LeftLately: If it did.
        """
        back = self._left.get(user_id)
        if back is None:
            return
        wait = back - self._clock.now()
        if wait > timedelta():
            raise LeftLately(_whole_seconds(wait))
        del self._left[user_id]


def _whole_seconds(wait: timedelta) -> int:
    return -(-wait // timedelta(seconds=1))
