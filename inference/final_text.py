"""Which part of a raw answer is the answer: what stands in its final channel, and outside of its thinking.

Also the plain characters that text is brought to before its words are compared: full-width forms and curly quotes
become ASCII and zero-width characters go. It is no Unicode normalisation on purpose: that would read 9² as 92.
"""

import re
from collections.abc import Sequence
from typing import Final

LONGEST_TEXT: Final = 4_096

_FINAL: Final = re.compile(r"<\|channel\|>final\b")
_NEXT_CHANNEL: Final = re.compile(r"<\|(?:channel|start|end|return|call)\|>")
_BARE_FINAL: Final = "assistantfinal"
_BARE_ANALYSIS: Final = re.compile(r"\s*analysis(?=[A-Z])")
"""What is left of the channels where a server has dropped their tokens."""

_THINKING: Final = re.compile(
    r"<(/?)(?:think|thinking|thought|thoughts|reasoning|reflection|scratchpad)>|\[(/?)THINK\]|◁(/?)think▷",
    re.IGNORECASE,
)
_MARK: Final = re.compile(r"[<\[◁]")
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)

NEXT_TURN: Final = re.compile(
    r"<\|(?:im_end|im_start|endoftext|eot_id|end|start|return|call)\|>|<end_of_turn>|<start_of_turn>|</s>|<extra_id_1>"
    r"|\[INST\]|\bYour JSON:",
    re.IGNORECASE,
)
"""What ends a turn, or begins the next: small minds go on into turns that they make up."""

THOUGHT_KEY: Final = re.compile(r"[\"']thought[\"']\s*:", re.IGNORECASE)
"""With which an answer begins."""

_SPEECH: Final = re.compile(r"([\"'])(?:thought|gossip)\1\s*:\s*([\"'])", re.IGNORECASE)
"""With which a mind begins to speak within an answer."""

_INVISIBLE: Final = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
_SPLIT_NUMBER: Final = re.compile(rf"(?<=[0-9])[{_INVISIBLE}]+(?=[0-9])")
_CHARACTERS: Final[dict[int, str | None]] = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys(map(ord, "“”„‟"), '"'),
    **dict.fromkeys(map(ord, "‘’‚‛"), "'"),
    **dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2009\u202f\u3000"), " "),
    **dict.fromkeys((0x00AD, *range(0x200B, 0x2010), *range(0x2060, 0x2065), 0xFEFF), None),
}


def plain(text: str) -> str:
    """Return `text` in plain characters; digits that an invisible character keeps apart stay apart."""
    if text.isascii():
        return text
    storable = text.encode("utf-8", "replace").decode()
    return _SPLIT_NUMBER.sub(" ", storable).translate(_CHARACTERS)


def final_text(raw: str) -> tuple[str | None, list[str]]:
    """Return the part of `raw` that is the answer, or None where it ended within its thinking, and what was done."""
    repairs: list[str] = []
    text = _final_channel(raw, repairs)
    if text is not None:
        text = _outside_thinking(text, repairs)
    if text is None:
        return None, repairs
    if len(text) > LONGEST_TEXT:
        text = text[:LONGEST_TEXT]
        repairs.append("cut the text")
    return _together(_COMMENT.split(text), repairs) if "<!--" in text else text, repairs


def _final_channel(text: str, repairs: list[str]) -> str | None:
    """Return the first final channel, or all of a text without channels."""
    final = _FINAL.search(text)
    if final is not None:
        after = _NEXT_CHANNEL.search(text, final.end())
        # Within the channel stands a token of its own, <|message|>; any other ends it.
        repairs.append("took the final channel")
        return text[final.end() : after.start() if after else len(text)]
    if _BARE_ANALYSIS.match(text):
        _, found, answer = text.partition(_BARE_FINAL)
        repairs.append("took the final channel" if found else "no final channel")
        return answer if found else None
    if "<|channel|>" in text:
        repairs.append("no final channel")
        return None
    return text


def _outside_thinking(text: str, repairs: list[str]) -> str | None:
    """Return `text` without what it thought aloud, or None where that is all there is and it never ended.

    A closing tag without an opening one ends a thought that the prompt began.
    """
    if not _MARK.search(text):
        return text
    kept: list[str] = []
    began: int | None = None
    at = 0
    for tag in _THINKING.finditer(text):
        if any(tag.groups()):
            if began is None:
                kept.clear()
            began, at = None, tag.end()
        elif began is None:
            kept.append(text[at : tag.start()])
            began = tag.start()
    if began is None:
        kept.append(text[at:])
    elif "{" not in "".join(kept):
        repairs.append("the thinking never ended")
        return None
    if began is not None or at:
        repairs.append("left out the thinking")
    return _together(kept, repairs)


def _together(parts: Sequence[str], repairs: list[str]) -> str:
    """Return the parts of a text out of which something was taken as one text again.

    What was taken out may have begun in one order and ended in the next, and the halves of two orders would make one
    that nobody wrote. So parts are put together only outside of any object, or within what is said in one; else the
    later part counts if an object begins in it, and if not the earlier one.
    """
    text = parts[0]
    for part in parts[1:]:
        outside = text.rfind("{") <= text.rfind("}") and text.count("{") <= text.count("}")
        if outside or _within_speech(text):
            text = f"{text} {part}"
        else:
            repairs.append("an answer broken in two")
            text = part if _begins_an_object(part) else text
    return text


def _begins_an_object(text: str) -> bool:
    """Say whether an object begins in a text before any ends."""
    opening, closing = text.find("{"), text.find("}")
    return opening >= 0 and (closing < 0 or opening < closing)


def _within_speech(text: str) -> bool:
    """Say whether a text ends within the thought or the gossip of an answer."""
    keys = list(_SPEECH.finditer(text))
    return bool(keys) and keys[-1][2] not in text[keys[-1].end() :]
