"""What the bot says, in the language of whom it says it to.

`say` words the bot's own sentences, `told` those of the engine; both in the language that `speaking` set, which is
English where nothing did. What the bot keeps and shows later, such as a notice, it words with `stored`, and shows
through `told`. Commands are described in all languages at once, by `commands`. The creatures speak English.
"""

from bot.i18n.languages import Language, speaking, spoken
from bot.i18n.saying import joined, labelled, listed, said, say, say_count, word
from bot.i18n.told import told
from engine.phrases import say as stored
from engine.phrases import words

__all__ = [
    "Language", "joined", "labelled", "listed", "said", "say", "say_count", "speaking", "spoken", "stored", "told",
    "word", "words",
]  # fmt: skip
