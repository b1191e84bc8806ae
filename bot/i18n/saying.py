"""The bot's own sentences in the language that is spoken."""

from collections.abc import Iterable, Mapping

from bot.i18n.catalogs import plural, translation
from bot.i18n.kinds import KINDS, PLACE
from bot.i18n.languages import Language, spoken
from engine import phrases


def say(template: str, /, **values: object) -> str:
    """Return a sentence in the language that is spoken: `say("{goods:goods} at {price:int}", …)`.

    Values come in English words or as numbers, as for `engine.phrases.say`; what is in a place with a kind is said in
    the language as well, what is in a place without one stays as it is.
    """
    return _filled(translation(spoken(), template), values)


def say_count(one: str, many: str, count: int, /, **values: object) -> str:
    """Return the sentence of the two that is right of `count` things, which fills the place `{count}`."""
    return _filled(plural(spoken(), one, many, count), {"count": count, **values})


def said(sentence: str) -> str:
    """Return a sentence that `engine.phrases.words` marked, in the language that is spoken."""
    return translation(spoken(), sentence)


def word(kind: str, english: str) -> str:
    """Return a word of a closed kind, or a sum, as it stands alone: `word("label", "honey")`."""
    return english if spoken() is Language.ENGLISH else KINDS[kind].say(spoken(), english)


def joined(sentences: Iterable[str]) -> str:
    """Return sentences in a row, without those that are empty."""
    return spoken().gap.join(filter(None, sentences))


def listed(items: Iterable[str]) -> str:
    """Return items in a row."""
    return spoken().comma.join(items)


def labelled(label: str, text: str) -> str:
    """Return a label and what stands after it: a name and its figure, or a title and its sentence."""
    return f"{label}{spoken().colon}{text}"


def _filled(template: str, values: Mapping[str, object]) -> str:
    language = spoken()
    if not values:
        return template
    if language is Language.ENGLISH:
        return phrases.say(template, **values)
    worded = {name: KINDS[kind].say(language, str(values[name])) for name, kind in PLACE.findall(template)}
    return phrases.say(template, **{**values, **worded})
