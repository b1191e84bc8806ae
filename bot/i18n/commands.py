"""What commands say of themselves, in every language at once, since Discord shows them to each member in its own.

Names stay as they are in all languages: players tell each other of `/short`, and so do the bot's own sentences.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import discord
from discord import app_commands

from bot.i18n.catalogs import translation
from bot.i18n.languages import Language, of_locale

DESCRIPTION: Final = "description"
CHOICE: Final = "choice"
"""Contexts of the catalogue: a description may have 100 characters, and so may a choice."""

_LONGEST: Final = 100
_OWN_NAMES: Final = frozenset(language.own_name for language in Language)
"""What languages are called by their speakers, whoever reads it."""

AnyCommand = app_commands.Command[Any, Any, Any] | app_commands.Group


class CommandTranslator(app_commands.Translator):
    """Gives Discord descriptions and choices from the catalogues."""

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """Return a description or choice in the language of a locale, or None where it stays English."""
        language, where = of_locale(locale), context_of(context.location)
        if language is Language.ENGLISH or where is None:
            return None
        found = translation(language, string.message, where)
        return found[:_LONGEST] if found != string.message else None


def context_of(location: app_commands.TranslationContextLocation) -> str | None:
    """Return the context under which the catalogue holds what stands in a place of a command; None for names."""
    where = app_commands.TranslationContextLocation
    if location in (where.command_description, where.group_description, where.parameter_description):
        return DESCRIPTION
    return CHOICE if location is where.choice_name else None


def described(commands: Iterable[AnyCommand]) -> Iterator[tuple[str, str]]:
    """Yield every description and choice of commands that is translated, with its context."""
    for command in commands:
        yield DESCRIPTION, command.description
        if isinstance(command, app_commands.Command):
            for parameter in command.parameters:
                yield DESCRIPTION, str(parameter.description)
                for choice in parameter.choices:
                    if choice.name not in _OWN_NAMES:
                        yield CHOICE, choice.name
