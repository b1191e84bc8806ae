"""What Discord is told of commands in every language, within its limits."""

from typing import Any

import discord
import pytest

from bot.i18n.languages import TRANSLATED, Language, of_locale
from tests.bot.stage import Stage

LOCALES = {"ja", "zh-TW", "zh-CN", "es-ES", "es-419"}
MOST = 8_000
"""Characters of all names, descriptions and values of a command, the longest localization of each; once 4,000."""


async def payloads(stage: Stage) -> list[dict[str, Any]]:
    tree = stage.bot.tree
    assert tree.translator is not None
    return [await command.get_translated_payload(tree, tree.translator) for command in tree.get_commands()]


def parts_of(payload: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a command with all that stands in it: its subcommands, options and choices."""
    found = [payload]
    for part in (*payload.get("options", ()), *payload.get("choices", ())):
        found += parts_of(part)
    return found


def is_choice(part: dict[str, Any]) -> bool:
    return "value" in part


def size_of(payload: dict[str, Any]) -> int:
    size = 0
    for part in parts_of(payload):
        size += max(map(len, (part["name"], *(part.get("name_localizations") or {}).values())))
        size += max(map(len, (part.get("description", ""), *(part.get("description_localizations") or {}).values())))
        size += len(str(part.get("value", "")))
    return size


@pytest.mark.usefixtures("brackets")
async def test_descriptions_and_choices_are_told_in_every_language_and_names_in_none(stage: Stage) -> None:
    for part in (part for payload in await payloads(stage) for part in parts_of(payload)):
        if is_choice(part):
            own = part["name"] in {language.own_name for language in Language}
            assert set(part.get("name_localizations", ())) == (set[str]() if own else LOCALES), part
            continue
        assert not part.get("name_localizations"), f"{part['name']} is called alike in all languages"
        assert set(part.get("description_localizations", ())) == LOCALES, part["name"]
        for locale, text in part["description_localizations"].items():
            assert text.startswith(f"⟦{of_locale(discord.Locale(locale))}|")


async def test_commands_fit_into_discord_in_every_language(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """With translations as long as Discord takes them at all."""
    monkeypatch.setattr(
        "bot.i18n.commands.translation", lambda _language, sentence, _context: sentence.ljust(300, "あ")
    )
    for payload in await payloads(stage):
        for part in parts_of(payload):
            told = {**(part.get("description_localizations") or {}), **(part.get("name_localizations") or {})}
            assert all(1 <= len(text) <= 100 for text in told.values())
        assert size_of(payload) <= MOST, payload["name"]


def test_every_translated_language_has_a_locale() -> None:
    assert {of_locale(discord.Locale(each)) for each in LOCALES} == set(TRANSLATED)
