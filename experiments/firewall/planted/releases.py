"""Leaks in the releases themselves, which decide how long two woods are compared."""

from typing import Any

from engine.actions import BuyForecast, Whisper
from engine.world import Release, Wood
from experiments.firewall.mutants import Patcher
from experiments.firewall.planted.registry import planted
from experiments.firewall.planting import after_action


@planted
def undeclared_release(patch: Patcher) -> None:
    """Buying a forecast is released, which nobody declared."""

    def leak(_: Any, wood: Wood, effects: Any) -> None:
        effects.releases.append(Release(kind="forecast_sold", turn=wood.world.turn, to="all", fact="sold"))

    after_action(patch, BuyForecast, leak)


@planted
def release_says_too_much(patch: Patcher) -> None:
    """The release of a whisper holds its truth."""

    def leak(_: Any, wood: Wood, effects: Any) -> None:
        tip = wood.vault.tips.reveal()[-1]
        effects.releases[-1] = effects.releases[-1].model_copy(update={"fact": f"{tip.mask}: {tip.true}"})

    after_action(patch, Whisper, leak)
