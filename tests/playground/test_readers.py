"""In which language a browser reads the playground."""

import pytest
from aiohttp.test_utils import make_mocked_request
from discord import Locale

from bot.i18n import Language
from bot.i18n.languages import of_locale
from playground.readers import COOKIE, LOCALES, locale_in, locale_of


@pytest.mark.parametrize(
    ("asked", "locale"),
    [
        ("", Locale.american_english),
        ("de-DE,de;q=0.9", Locale.american_english),
        ("de,ja;q=0.8,en;q=0.5", Locale.japanese),
        ("zh-TW,zh;q=0.9", Locale.taiwan_chinese),
        ("zh-Hant-HK", Locale.taiwan_chinese),
        ("zh-CN", Locale.chinese),
        ("zh-SG,zh;q=0.9", Locale.chinese),
        ("es-419,es;q=0.9", Locale.spain_spanish),
    ],
)
def test_a_browser_is_answered_in_the_first_language_it_asks_for(asked: str, locale: Locale) -> None:
    assert locale_of(make_mocked_request("GET", "/", headers={"Accept-Language": asked})) is locale


def test_what_was_chosen_on_the_page_goes_before() -> None:
    headers = {"Accept-Language": "ja", "Cookie": f"{COOKIE}=zh-CN"}
    assert locale_of(make_mocked_request("GET", "/", headers=headers)) is Locale.chinese


def test_a_choice_that_is_none_is_not_heeded() -> None:
    headers = {"Accept-Language": "ja", "Cookie": f"{COOKIE}=tlh"}
    assert locale_of(make_mocked_request("GET", "/", headers=headers)) is Locale.japanese


def test_every_language_of_the_bot_can_be_chosen() -> None:
    assert [of_locale(locale) for locale in LOCALES] == list(Language)
    assert [locale_in(language) for language in Language] == list(LOCALES)
