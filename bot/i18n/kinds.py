"""What may stand in a sentence's places, kind by kind: how it is recognised in English, and how a language says it.

A closed word is looked up with its kind as its context, since a language may need another form in another place:
Spanish says a `good` with its article and a `label` without.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from babel.numbers import format_decimal

from bot.i18n.catalogs import plural, translation
from bot.i18n.languages import Language
from engine.cast import CAST, NAMES
from engine.contests.honours import Honour
from engine.feelings import MOOD_WORDS
from engine.heat import ATTENTION
from engine.legends import DECK
from engine.vocabulary import (
    GOODS,
    Direction,
    Flavour,
    Good,
    Sentence,
    Stance,
    Strength,
    Task,
    capital,
    counted,
    pebbles,
    turns,
)
from engine.weather import CHAPTER_NAMES

PLACE: Final = re.compile(r"\{(\w+):(\w+)\}")
"""A place of a template: its name, and its kind."""


@dataclass(frozen=True)
class Kind:
    """What one kind of place holds: the pattern of its English words, and how a language says them.

    `listed` are the words of a closed kind, which a catalogue holds under the kind's name as their context.
    """

    pattern: str
    say: Callable[[Language, str], str]
    listed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counted:
    """A noun of which there may be one or many; the sentence with its number is what a catalogue holds."""

    one: str
    many: str

    @property
    def pattern(self) -> str:
        """The pattern of its English words with their number."""
        nouns = {form.removeprefix("{count} ") for form in (self.one, self.many)}
        return rf"-?\d+ (?:{_one_of(sorted(nouns))})"

    def say(self, language: Language, text: str) -> str:
        """Return so many of it in a language."""
        count = int(text.partition(" ")[0])
        return plural(language, self.one, self.many, count).format(count=_number(language, str(count)))


def _nouns(word: Callable[[int], str]) -> Counted:
    return Counted(word(1).replace("1", "{count}"), word(2).replace("2", "{count}"))


COUNTED_GOODS: Final = {good: _nouns(lambda count, good=good: counted(count, good)) for good in GOODS}
COUNTED: Final = {
    "pebbles": _nouns(pebbles),
    "turns": _nouns(turns),
    "chapters": Counted("{count} chapter", "{count} chapters"),
}


def _as_it_is(_language: Language, text: str) -> str:
    return text


def _number(language: Language, text: str) -> str:
    return format_decimal(int(text), locale=str(language))


_GOOD_OF_NOUN: Final = {counted(count, good).partition(" ")[2]: good for good in GOODS for count in (1, 2)}


def quantity_of(text: str) -> tuple[int, Good]:
    """Return the units and the good of an English quantity such as `3 berries`: what is in a place of kind `goods`."""
    count, _, noun = text.partition(" ")
    return int(count), _GOOD_OF_NOUN[noun]


def _decimal(language: Language, text: str) -> str:
    places = len(text.partition(".")[2])
    return format_decimal(Decimal(text), format=f"#,##0.{'0' * places}", locale=str(language))


def _goods(language: Language, text: str) -> str:
    return COUNTED_GOODS[quantity_of(text)[1]].say(language, text)


_MASK: Final = "the Patron of the {tree}"


def _mask(language: Language, text: str) -> str:
    tree = text.partition(" Patron of the ")[2]
    return translation(language, _MASK, "mask").format(tree=tree)


def _closed(context: str, listed: Sequence[str]) -> Kind:
    """Return the kind of a closed list of words; one that began an English sentence is known all the same."""
    known = {capital(word): word for word in listed}

    def say(language: Language, word: str) -> str:
        return translation(language, known.get(word, word), context)

    return Kind(_one_of(listed), say, tuple(listed))


def _begun(kind: Kind) -> Kind:
    """Return a kind as it begins a sentence, with its first letter large."""
    first = re.sub(r"(?:^|(?<=\|))[a-z]", lambda letter: letter[0].upper(), kind.pattern)
    return Kind(first, lambda language, word: capital(kind.say(language, word)))


def _list_of(pattern: str) -> Kind:
    """Return the kind of a list of what stays as it is, with the commas of a language."""
    comma = Language.ENGLISH.comma
    return Kind(
        rf"(?:{pattern})(?:{comma}(?:{pattern}))*", lambda language, text: language.comma.join(text.split(comma))
    )


def _one_of(listed: Sequence[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", " ") for word in sorted(listed, key=len, reverse=True))


_GOOD: Final = _closed("good", GOODS)
_HONOUR: Final = _closed("honour", tuple(Honour))
_SEASON: Final = _closed("season", CHAPTER_NAMES)
_PATRON: Final = Kind(r"the Patron of the [A-Z][\w ]*?", _mask, (_MASK,))

KINDS: Final[dict[str, Kind]] = {
    "int": Kind(r"-?\d+", _number),
    "decimal": Kind(r"-?\d+\.\d+", _decimal),
    "name": Kind(r"[\w'][\w' -]*?", _as_it_is),
    "text": Kind(r".*?", _as_it_is),
    "id": Kind(r"\d+", _as_it_is),
    "creature": Kind(_one_of(NAMES), _as_it_is),
    "creatures": _list_of(_one_of(NAMES)),
    "numbers": _list_of(r"#\d+"),
    "good": _GOOD,
    "Good": _begun(_GOOD),
    "label": _closed("label", GOODS),
    "goods": Kind("|".join(noun.pattern for noun in COUNTED_GOODS.values()), _goods),
    "pebbles": Kind(COUNTED["pebbles"].pattern, COUNTED["pebbles"].say),
    "turns": Kind(COUNTED["turns"].pattern, COUNTED["turns"].say),
    "chapters": Kind(COUNTED["chapters"].pattern, COUNTED["chapters"].say),
    "mask": _PATRON,
    "Mask": _begun(_PATRON),
    "stance": _closed("stance", tuple(Stance)),
    "direction": _closed("direction", tuple(Direction)),
    "strength": _closed("strength", tuple(Strength)),
    "flavour": _closed("flavour", tuple(Flavour)),
    "task": _closed("task", tuple(Task)),
    "sentence": _closed("sentence", tuple(Sentence)),
    "season": _SEASON,
    "Season": _begun(_SEASON),
    "mood": _closed("mood", MOOD_WORDS),
    "look": _closed("look", (*MOOD_WORDS, "asleep")),
    "species": _closed("species", tuple(member.species for member in CAST)),
    "attention": _closed("attention", ATTENTION),
    "honour": _HONOUR,
    "Honour": _begun(_HONOUR),
    "title": _closed("title", tuple(legend.title for legend in DECK)),
}
"""Every kind, by the name that stands in the templates. `bot.i18n.told` adds its own: `told`, a sentence within one."""


def label(language: Language, good: Good) -> str:
    """Return a good's name as it stands alone: on a chart, a button or in a list."""
    return KINDS["label"].say(language, good)
