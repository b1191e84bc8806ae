"""Whether a text really spells out the orders that were read in it, told without the parser's own code.

`complaint` is what properties and the fuzzer both ask. `spells_out` takes a text apart at its braces and asks for one
region after another that holds, behind its four keys, the words and the number of each order, and no second price or
quantity that says something else.
"""

import json
import re
import unicodedata
from typing import Final

from engine.ports import Decision, Order, ParseReport
from inference.shape import Form

_KEYS: Final = {
    "side": "side|action",
    "good": "goods?|item|product",
    "quantity": "quantity|qty|amount",
    "price": "price|limit_price|unit_price|price_per_unit",
}
_SIDES: Final = {"buy": "buy|buys|buying|bid|purchase", "sell": "sell|sells|selling|ask|offer"}
_GOODS: Final = {
    "acorns": "acorns?",
    "berries": "berry|berries",
    "mushrooms": "mushrooms?",
    "honey": "honey",
    "firewood": r"fire\s+wood|fire[-_]?wood|wood",
}
_LOANS: Final = {True: "yes|true|accept(?:ed)?", False: "no|false|declined?|refused?|reject(?:ed)?"}
_ONES: Final = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_ONES += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS: Final = ["", "", "twenty", "thirty", "forty", "fifty", "sixty"]

_NO_PART: Final = re.compile(
    r"<!--.*?-->|//[^\n]*|/\*.*?\*/|<\|[a-z_]{1,20}\|>"
    r"|<(?:think|thinking|thoughts?|reasoning|reflection|scratchpad)>.*?</\w+>|\[THINK\].*?\[/THINK\]|◁think▷.*?◁/think▷",
    re.DOTALL | re.IGNORECASE,
)
_INVISIBLE: Final = re.compile(
    "(?<![0-9])[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+|[\u200b-\u200f\u2060-\u2064\ufeff](?![0-9])"
)
_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_QUOTE: Final = re.compile(r'(?<!\\)"')
_FULL_WIDTH: Final = re.compile("[\uff01-\uff5e]")


_TO: Final = r"""[\s"'\\“”‘’„‟‚‛]*[:=][\s"'\\.,!“”‘’„‟‚‛]*"""
_END: Final = r"""[\s"'\\“”‘’„‟‚‛]*(?:[,;}"'\\“”]|/[/*]|<|\Z|\s)(?!\s*[%\d])"""


def in_words(number: int) -> str:
    """Return a number up to 69 in words."""
    tens, ones = divmod(number, 10)
    if number < 20:
        return _ONES[number]
    return f"{_TENS[tens]}-{_ONES[ones]}" if ones else _TENS[tens]


def complaint(text: str, form: Form, decision: Decision, report: ParseReport) -> str:
    """Return what is wrong with a decision that was read in `text`, or an empty text."""
    rules = {
        "an unknown status": report.status in {"ok", "repaired", "salvaged", "failed"},
        "failed without a reason, or the other way round": (report.status == "failed") == bool(decision.failure),
        "valid JSON that is not ok": report.valid_json == (report.status == "ok"),
        "a failure that decides": not (decision.failure and (decision.orders or decision.loan is not None)),
        "an answer to a loan that was not offered": decision.loan is None or form is Form.ORDERS_AND_LOAN,
        "an order nobody wrote": spells_out(text, decision),
        "an answer to a loan nobody gave": _answers_loan(text, decision.loan),
    }
    json.dumps(decision.model_dump(mode="json"), ensure_ascii=False).encode()
    return "; ".join(rule for rule, kept in rules.items() if not kept)


def spells_out(text: str, decision: Decision) -> bool:
    """Return whether the orders of `decision` stand in `text`, each in a region of its own, in their order."""
    if not decision.orders:
        return True
    return any(_in_order(variant, decision.orders) for variant in _variants(text))


def _answers_loan(text: str, loan: bool | None) -> bool:
    said = rf"\bloan{_TO}(?:{_LOANS[loan]})\b" if loan is not None else ""
    return any(re.search(said, variant, re.IGNORECASE) for variant in _variants(text)) if said else True


def _variants(text: str) -> list[str]:
    """Return the text in plain characters, and without its escapes, as it is and without what is no part of it."""
    text = _FULL_WIDTH.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)
    text = _INVISIBLE.sub("", text).replace("&quot;", '"')
    bare = _NO_PART.sub(" ", text)
    unescaped = [
        _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), each.replace("\\\\", "\\")).replace("\\n", " ")
        for each in (text, bare)
    ]
    return [text, bare, *(each.replace("\\t", " ").replace("\\r", " ").replace("\\/", "/") for each in unescaped)]


def _in_order(text: str, orders: tuple[Order, ...]) -> bool:
    regions = iter(re.split(r"(?=\{)", text))
    return all(any(_holds(part, order) for region in regions for part in _parts(region)) for order in orders)


def _parts(region: str) -> tuple[str, str]:
    """Return a region up to its first brace, and up to the first that stands in no string."""
    brace = next(
        (each for each in re.finditer("}", region) if not len(_QUOTE.findall(region[: each.start()])) % 2), None
    )
    return region.partition("}")[0], region[: brace.start()] if brace else region


def _holds(region: str, order: Order) -> bool:
    good = _GOODS[order.good]
    return (
        _says(region, "side", _SIDES[order.side])
        and _says(region, "good", good)
        and _counts(region, "quantity", order.quantity, rf"units?|{good}")
        and _counts(region, "price", order.price, "pebbles?(?:\\s+each)?|each")
    )


def _says(region: str, field: str, words: str) -> bool:
    return re.search(rf"\b(?:{_KEYS[field]}){_TO}(?:{words})(?![\w%-])", region, re.IGNORECASE) is not None


def _counts(region: str, field: str, number: int, units: str) -> bool:
    said = rf"(?:{number}(?:\.0)?|{in_words(number)})(?:\s+(?:{units}))?"
    if not re.search(rf"\b(?:{_KEYS[field]}){_TO}{said}{_END}", region, re.IGNORECASE):
        return False
    numbers = re.findall(rf"[\"']{field}[\"']\s*[:=]\s*(-?\d[\d.,]*\d|\d)", region)
    return {float(each) if re.fullmatch(r"-?\d+(\.\d+)?", each) else 0 for each in numbers} <= {float(number)}
