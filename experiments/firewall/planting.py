"""How a leak is planted: the places of the code through which a secret can slip, each opened by one function.

They open the vault on purpose; nothing else of the project imports them.
"""

from collections.abc import Callable
from typing import Any, Final

from engine import deck, releases, tips, turn_runner
from engine import turn as turns
from engine.legends import DECK
from engine.vault import Tip
from engine.views import CreatureView
from engine.world import Wood
from experiments.firewall.mutants import Patcher
from inference.council import MindCouncil

smuggled: Final[dict[str, Any]] = {}
"""What a leak below the council would have had to import from the vault."""


def card(wood: Wood) -> int:
    """Return the number of the next legend: a secret."""
    return DECK.index(deck.upcoming(wood))


def due(wood: Wood) -> int:
    """Return the turns until the next legend falls: a secret."""
    return wood.vault.due.reveal() - wood.world.turn


def truths(wood: Wood, creature: str) -> dict[tuple[str, str, str], bool]:
    """Return of each whisper to a creature, by speaker, good and direction, whether it is true: a secret."""
    told = [tip for tip in wood.vault.tips.reveal() if tip.creature == creature]
    return {(tip.mask, tip.claim.good, tip.claim.direction): tip.true for tip in told}


def change_views(patch: Patcher, change: Callable[[Wood, CreatureView], dict[str, Any]]) -> None:
    """Let every creature's view be updated by `change`."""

    def wrap(original: Callable[[Wood, str], CreatureView]) -> Callable[[Wood, str], CreatureView]:
        def leaking(wood: Wood, name: str) -> CreatureView:
            view = original(wood, name)
            return view.model_copy(update=change(wood, view))

        return leaking

    patch.wrap(releases, "creature_view", wrap)


def change_request(patch: Patcher, change: Callable[[Wood, Any], dict[str, Any]]) -> None:
    """Let the request to the council be updated by `change`."""

    def wrap(original: Callable[[Wood, str], Any]) -> Callable[[Wood, str], Any]:
        def leaking(wood: Wood, opened_hash: str) -> Any:
            request = original(wood, opened_hash)
            return request.model_copy(update=change(wood, request))

        return leaking

    patch.wrap(turn_runner, "turn_request", wrap)


def smuggle(patch: Patcher, secret: Callable[[Wood], Any]) -> None:
    """Keep a secret of the wood whose turn opens where prompts and minds can reach it."""

    def wrap(original: Callable[[Wood], Any]) -> Callable[[Wood], Any]:
        def leaking(before: Wood) -> Any:
            step = original(before)
            smuggled["secret"] = secret(step.wood)
            return step

        return leaking

    patch.wrap(turns, "open_turn", wrap)


def change_ask(patch: Patcher, change: Callable[[Any, int], dict[str, Any]]) -> None:
    """Let every request to a mind be updated by `change`, given the number of the next legend."""
    smuggle(patch, card)

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        def leaking(*args: Any, **named: Any) -> Any:
            request = original(*args, **named)
            return request.model_copy(update=change(request, smuggled["secret"]))

        return leaking

    patch.wrap(MindCouncil, "_request", wrap)


def after_whisper(patch: Patcher, leak: Callable[[Wood, Tip], None]) -> None:
    """Let every whisper be followed by `leak`."""

    def wrap(original: Callable[..., None]) -> Callable[..., None]:
        def leaking(wood: Wood, *args: Any) -> None:
            original(wood, *args)
            leak(wood, wood.vault.tips.reveal()[-1])

        return leaking

    patch.wrap(tips, "whisper", wrap)


def after_action(patch: Patcher, action: type[Any], leak: Callable[[Any, Wood, Any], None]) -> None:
    """Let every `action` that is applied be followed by `leak`."""

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        def leaking(self: Any, wood: Wood, user: str, effects: Any) -> Any:
            receipt = original(self, wood, user, effects)
            leak(self, wood, effects)
            return receipt

        return leaking

    patch.wrap(action, "apply", wrap)


def after_keeping(patch: Patcher, module: Any, step: str, leak: Callable[[Wood, Wood], None]) -> None:
    """Let a keeper's `step`, an end or a voiding, be followed by `leak`, which is given the woods after and before."""

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        def leaking(before: Wood, *more: Any) -> Any:
            done = original(before, *more)
            leak(done.wood, before)
            return done

        return leaking

    patch.wrap(module, step, wrap)


def after_close(patch: Patcher, leak: Callable[[Wood], None]) -> None:
    """Let every turn that is closed be followed by `leak`."""

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        def leaking(*closing: Any) -> Any:
            step = original(*closing)
            leak(step.wood)
            return step

        return leaking

    patch.wrap(turns, "close_turn", wrap)
