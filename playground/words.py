"""What the page itself says, in the reader's language: the words of its shell, and Discord's in simcord's files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.i18n import say, words


def shell_words() -> dict[str, str]:
    """Return the words of the page around the conversations, by the names under which the page asks for them."""
    return {
        "advance": say("Advance now"),
        "advance_hint": say("Let the creatures take their next turn at once, as a keeper does with /advance"),
        "channels": say("Channels"),
        "clock_rests": say("The clock rests"),
        "conversation": say("{place}, as {person}"),
        "direct": say("Direct messages"),
        "direct_of": say("{bot} with {person}"),
        "done": say("Done"),
        "gone": say("The playground has stopped."),
        "gone_hint": say("Start {command} again and open the address that it prints."),
        "languages": say("Languages"),
        "loading": say("The wood is waking up…"),
        "menu": say("Play as, languages, help"),
        "next_turn": say("Next turn in {time}"),
        "due": say("The next turn is due"),
        "people": say("Play as"),
        "play_as": say("Play as {person}, {caption}"),
        "refused": say("That did not work. Try again in a moment."),
        "server_language": say("The server's language"),
        "server_language_hint": say("What everybody reads, such as a turn's card; a card that stands stays as it is."),
        "thinking": say("The creatures are thinking…"),
        "unread": say("unread"),
        "what_is_real": say("What is real here?"),
        "your_language": say("Your language"),
        "your_language_hint": say("What you alone read, this page included: replies, buttons' answers, commands."),
    }


def real_words() -> tuple[str, ...]:
    """Return what is real in every playground, a sentence each."""
    return (
        say("The bot: each command, button and card is the code that runs on a server."),
        say("The rules, the prices and the creatures' memories."),
    )


def simulated_words() -> tuple[str, ...]:
    """Return what is simulated in every playground, a sentence each."""
    return (
        say("Discord: this page and its server are simcord, on your machine. Nothing is sent to Discord."),
        say("The members: Hazel, Rowan, Fern and Ash are all you. Ash is the keeper, who may use /setup and /advance."),
        say("Notifications, and Discord's limits on how much is sent."),
    )


def begin_words() -> str:
    """Return how to begin, in one sentence."""
    return say("To begin, press a button below the newest card in #the-wood, or type / to see every command.")


def empty_words(place: str, person: str) -> str:
    """Return what stands in a place where nobody has written yet, to the person who looks at it."""
    if place == "dm":
        return say(
            "The Wood writes here what is for {person} alone, such as a tip. Buy one with /insider in #the-wood.",
            person=person,
        )
    if place == "tavern":
        return say("Nobody has said anything yet. Patrons talk here, and nothing is true: write the first line.")
    return say("Nothing has been posted here yet. The first card comes with the next turn.")


IN_PAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "index.html": (
        words("Load earlier messages"),
        words("Newer messages"),
        words("New messages · jump to latest"),
        words("Message"),
        words("Send"),
    ),
    "actions.js": (
        words("That did not go through. Nothing was lost: look at the newest card, then try again."),
        words("Whether that arrived is uncertain. Look before you try again."),
        words("The connection was interrupted; trying again…"),
    ),
    "messages.js": (
        words("{person} used {command}"),
        words("Only you can see this"),
        words("Thinking…"),
        words("(edited)"),
        words("APP"),
    ),
    "composer.js": (words("Message {place}"), words("You can use application commands here"), words("Send")),
    "commands.js": (
        words("+{count} optional"),
        words("+{count} more"),
        words("Options"),
        words("Options matching {typed}"),
        words("Looking…"),
        words("Nothing fits that. Delete a letter to see more."),
        words("Loading commands"),
        words("Commands are unavailable"),
        words("This field is required."),
        words("Choose an available option."),
        words("Enter a valid value."),
        words("Value is outside the allowed range."),
        words("Value length is outside the allowed range."),
        words("Exit command mode"),
        words("Loading options failed"),
    ),
    "components.js": (
        words("Cancel"),
        words("Submit"),
        words("Close this form"),
        words("This form is answered by {bot}. On Discord, give no form your passwords."),
    ),
    "modal.js": (
        words("This field is required."),
        words("Choose an available option."),
        words("Choose one option."),
        words("Choose at least one value."),
    ),
    "selects.js": (
        words("Select an option"),
        words("Select one or more options"),
        words("Search options"),
        words("Clear selection"),
        words("Loading options"),
        words("No available options"),
        words("No matching options"),
        words("Options unavailable"),
        words("Apply"),
        words("Cancel"),
        words("Previous"),
        words("Next"),
    ),
}
"""What simcord's page files say to a player, by file; `playground.mending` puts it into the reader's language."""

FAILURES: Final = IN_PAGES["actions.js"]
"""What is shown above the composer while it is true."""
