"""How the engine words what it tells: templates with named places, so that a reader may have them in another language.

The wood speaks English: that is what its journal, its hashes and its prompts hold. `bot.i18n.told` finds the template
that a sentence was made of and says the same in a reader's language, for which each place names its kind.
"""

import re
from functools import cache
from typing import Final

_KIND: Final = re.compile(r"(?<=\w):\w+(?=\})")


def say(template: str, /, **values: object) -> str:
    """Return a sentence: the template with its places filled, such as `say("{goods:goods} at {price:int}", …)`.

    Values come in English words or as numbers. The kind after a place's colon does nothing here; `bot.i18n.kinds`
    lists those that there are.
    """
    return unmarked(template).format(**values)


def words(sentence: str) -> str:
    """Mark a sentence, a template or a name for translation that stands elsewhere than in a call of `say`."""
    return sentence


def together(*sentences: str) -> str:
    """Return sentences as one text, in their order; empty ones are left out.

    Each is found again for itself, so none may need another for its grammar: what does is one template.
    """
    return " ".join(filter(None, sentences))


@cache
def unmarked(template: str) -> str:
    """Return a template without the kinds of its places."""
    return _KIND.sub("", template)
