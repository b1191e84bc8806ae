"""A child process that is killed: what both the kills of the Keeper and those of tournaments do to theirs."""

import os
import select
import signal
import time
from collections.abc import Callable
from typing import NoReturn


def heard_until_killed(
    be_the_child: Callable[[int], NoReturn], mark: bytes, most: int | None, life: float, soon: float
) -> bytes:
    """Fork a child, kill it with SIGKILL, and return all that it said until then.

    Args:
        be_the_child: What the child is, given the descriptor that it says things to; it does not return.
        mark: What every event is said with.
        most: Events after which the child is about to be killed; None to let it live.
        life: Seconds after which it is killed at the latest, unless it ends before.
        soon: Seconds between the last of `most` events and the kill.
    """
    ear, mouth = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ear)
        be_the_child(mouth)
    os.close(mouth)
    heard, until = bytearray(), time.monotonic() + life
    while (left := until - time.monotonic()) > 0:
        if select.select([ear], [], [], left)[0]:
            said = os.read(ear, 65_536)
            if not said:
                break
            heard += said
            if most is not None and heard.count(mark) >= most:
                until, most = min(until, time.monotonic() + soon), None
    os.kill(child, signal.SIGKILL)
    while said := os.read(ear, 65_536):
        heard += said
    os.close(ear)
    os.waitpid(child, 0)
    return bytes(heard)
