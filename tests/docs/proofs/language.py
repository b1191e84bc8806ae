"""German is spoken: goods, plural forms and numbers in sentences, and what Discord shows of commands."""

import asyncio

import discord
from discord import app_commands

from bot.i18n import say, speaking
from bot.i18n.commands import CommandTranslator
from bot.i18n.languages import Language, of_locale

german = of_locale(discord.Locale.german)
assert german is Language("de")
assert german.own_name == "Deutsch"
with speaking(german):
    assert say("{good:label}", good="honey") == "Honig"
    assert say("{goods:goods}", goods="1 berry") == "1 Beere"
    assert say("{goods:goods}", goods="3 berries") == "3 Beeren"
    assert say("{price:int}", price=1_000) == "1.000"
    assert say("{good:label}", good="firewood") == "firewood", "what nobody translated yet is English"

where = app_commands.TranslationContextLocation.command_description
told = CommandTranslator().translate(
    app_commands.locale_str("How to play, with a first trade to try, and answers to what people ask"),
    discord.Locale.german,
    app_commands.TranslationContext(where, None),
)
assert (asyncio.run(told) or "").startswith("Wie man spielt")
