"""The options of commands that are chosen from lists, read into the words of the game."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final, TypeAlias

import discord
from discord import app_commands

from bot.i18n import Language, listed, say, spoken, words
from bot.i18n.catalogs import translation
from bot.i18n.commands import CHOICE
from bot.ui import faces
from engine.actions.base import Refusal
from engine.cast import BY_NAME, CAST
from engine.records import THEMES
from engine.vocabulary import Direction, Flavour, Good, Poke, Strength, Task


class _Word(app_commands.Transformer[Any]):
    """An option whose choices are the words of one vocabulary; `refusal` is for a word that is none of them."""

    def __init__(self, refusal: str, vocabulary: type[StrEnum], labels: Mapping[Any, str]) -> None:
        self._refusal = refusal
        self._vocabulary = vocabulary
        self._labels = labels

    @property
    def choices(self) -> list[app_commands.Choice[str | int | float]]:
        """The words, as a player sees and as Discord sends them."""
        return [app_commands.Choice(name=self._labels[word], value=word.value) for word in self._vocabulary]

    async def transform(self, _: discord.Interaction[Any], value: Any, /) -> StrEnum:
        """Read a word.

        Raises:
            Refusal: If it is not in the vocabulary.
        """
        try:
            return self._vocabulary(value)
        except ValueError:
            raise Refusal(say(self._refusal, words=_offered(self.choices))) from None


def _offered(choices: Iterable[app_commands.Choice[Any]]) -> str:
    """Return choices as Discord shows them to who reads."""
    return listed(translation(spoken(), choice.name, CHOICE) for choice in choices)


MAGISTRATE: Final = words("the magistrate")


class _CreatureName(app_commands.Transformer[Any]):
    """An option that names one of the five creatures."""

    @property
    def choices(self) -> list[app_commands.Choice[str | int | float]]:
        """The creatures with their faces and crops."""
        return [
            app_commands.Choice(
                name=f"{faces.SPECIES_FACE[member.species]} {member.name} the {member.species} ({member.grows})",
                value=member.name,
            )
            for member in CAST
        ]

    async def transform(self, _: discord.Interaction[Any], value: Any, /) -> str:
        """Read a name.

        Raises:
            Refusal: If nobody of that name lives in the wood.
        """
        if value not in BY_NAME:
            raise Refusal(say("Nobody of that name lives in this wood. Choose one of: {names}.", names=listed(BY_NAME)))
        return value


class _Bribed(_CreatureName):
    """An option that names the magistrate or one of the creatures."""

    @property
    def choices(self) -> list[app_commands.Choice[str | int | float]]:
        """The magistrate, and the creatures with their faces and crops."""
        return [app_commands.Choice(name="⚖️ the magistrate", value=MAGISTRATE), *super().choices]

    async def transform(self, interaction: discord.Interaction[Any], value: Any, /) -> str:
        """Read a name.

        Raises:
            Refusal: If it is neither the magistrate nor anybody in the wood.
        """
        return MAGISTRATE if value == MAGISTRATE else await super().transform(interaction, value)


_TASKS: Final = {
    Task.HOARD: "hoard: sell none of its crop next turn",
    Task.DUMP: "dump: sell all of its crop it can spare",
    Task.SNUB: "snub: buy nothing of another creature's",
}
_GOODS: Final = {name: faces.good(name) for name in Good}
_DIRECTIONS: Final = {Direction.RISE: "▲ rise", Direction.FALL: "▼ fall"}
_POKES: Final = {
    Poke.DROUGHT: "🌵 drought: thin harvests of every food",
    Poke.FROST: "❄️ frost: hearths burn more firewood",
    Poke.WINDFALL: "🍃 windfall of one good",
    Poke.RUMOUR: "🗣️ rumour about one good",
}

_NO_GOOD: Final = words("There is no such good in this wood. Choose one of: {words}.")
_NO_DIRECTION: Final = words("There is no such direction in this wood. Choose one of: {words}.")
_NO_STRENGTH: Final = words("There is no such strength in this wood. Choose one of: {words}.")
_NO_SOURCE: Final = words("There is no such source in this wood. Choose one of: {words}.")
_NO_POKE: Final = words("There is no such poke in this wood. Choose one of: {words}.")
_NO_FAVOUR: Final = words("There is no such favour in this wood. Choose one of: {words}.")


_AS_SERVER: Final = "server"


class _Language(app_commands.Transformer[Any]):
    """An option that names a language, or the one that the server is set to."""

    @property
    def choices(self) -> list[app_commands.Choice[str | int | float]]:
        """The server's own, and every language by the name that its speakers call it."""
        each = [app_commands.Choice[str | int | float](name=each.own_name, value=each.value) for each in Language]
        return [app_commands.Choice(name="the server's own", value=_AS_SERVER), *each]

    async def transform(self, _: discord.Interaction[Any], value: Any, /) -> str:
        """Read a language's code; it is checked where it is used."""
        return "" if value == _AS_SERVER else str(value)


_AS_BOT: Final = "bot"


class _Theme(app_commands.Transformer[Any]):
    """An option that names a theme of pictures, or the one that the bot is run with."""

    @property
    def choices(self) -> list[app_commands.Choice[str | int | float]]:
        """The bot's own, and every theme."""
        each = [app_commands.Choice[str | int | float](name=name, value=name) for name in THEMES]
        return [app_commands.Choice(name="the bot's own", value=_AS_BOT), *each]

    async def transform(self, _: discord.Interaction[Any], value: Any, /) -> str:
        """Read a theme's name; it is checked where it is used."""
        return "" if value == _AS_BOT else str(value)


GoodOption: TypeAlias = app_commands.Transform[Good, _Word(_NO_GOOD, Good, _GOODS)]
DirectionOption: TypeAlias = app_commands.Transform[Direction, _Word(_NO_DIRECTION, Direction, _DIRECTIONS)]
StrengthOption: TypeAlias = app_commands.Transform[
    Strength, _Word(_NO_STRENGTH, Strength, {word: word.value for word in Strength})
]
FlavourOption: TypeAlias = app_commands.Transform[
    Flavour, _Word(_NO_SOURCE, Flavour, {word: word.value for word in Flavour})
]
PokeOption: TypeAlias = app_commands.Transform[Poke, _Word(_NO_POKE, Poke, _POKES)]
TaskOption: TypeAlias = app_commands.Transform[Task, _Word(_NO_FAVOUR, Task, _TASKS)]
BribedOption: TypeAlias = app_commands.Transform[str, _Bribed()]
CreatureOption: TypeAlias = app_commands.Transform[str, _CreatureName()]
LanguageOption: TypeAlias = app_commands.Transform[str, _Language()]
ThemeOption: TypeAlias = app_commands.Transform[str, _Theme()]
