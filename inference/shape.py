"""The forms of answer that minds are asked for, each as a JSON schema and as a llama.cpp grammar.

Both allow the compact form of the prompt's worked example and nothing else. They are the same for
every creature: a mind is free to ask for what it grows, and how often it does is a measurement.
"""

from enum import StrEnum
from functools import cache
from typing import Any, Final

from engine.ports import HEADLINE_LENGTH, MAX_ORDERS, MAX_PRICE, MAX_QUANTITY
from engine.views import CreatureView
from engine.vocabulary import GOODS, Side

THOUGHT_LENGTH: Final = 120
GOSSIP_LENGTH: Final = 80

_SPEECH: Final = "A-Za-z ,.'!?-"
_TIDINGS: Final = f"0-9:{_SPEECH}"


class Form(StrEnum):
    """What a mind is asked for: a creature's orders, these with its answer to a loan, or the narrator's headline."""

    ORDERS = "orders"
    ORDERS_AND_LOAN = "orders and loan"
    HEADLINE = "headline"


def form_of(view: CreatureView) -> Form:
    """Return what the creature of `view` is asked for: with a loan on offer, an answer to it as well."""
    return Form.ORDERS if view.loan is None else Form.ORDERS_AND_LOAN


@cache
def schema(form: Form) -> dict[str, Any]:
    """Return the JSON schema of an answer of this form. It is shared: change nothing in it."""
    if form is Form.HEADLINE:
        return _object({"headline": {"type": "string", "pattern": f"^[{_TIDINGS}]{{1,{HEADLINE_LENGTH}}}$"}})
    order = _object(
        {
            "side": {"enum": [str(side) for side in Side]},
            "good": {"enum": [str(good) for good in GOODS]},
            "quantity": {"type": "integer", "minimum": 1, "maximum": MAX_QUANTITY},
            "price": {"type": "integer", "minimum": 1, "maximum": MAX_PRICE},
        }
    )
    return _object(
        {
            "thought": {"type": "string", "pattern": f"^[{_SPEECH}]{{1,{THOUGHT_LENGTH}}}$"},
            "orders": {"type": "array", "maxItems": MAX_ORDERS, "items": order},
            **({"loan": {"enum": ["yes", "no"]}} if form is Form.ORDERS_AND_LOAN else {}),
            "gossip": {"type": "string", "pattern": f"^[{_SPEECH}]{{1,{GOSSIP_LENGTH}}}$"},
        }
    )


@cache
def grammar(form: Form) -> str:
    """Return the GBNF grammar of an answer of this form."""
    if form is Form.HEADLINE:
        return rf'root ::= "{{\"headline\":\"" [A-Z] [{_TIDINGS}]{{0,{HEADLINE_LENGTH - 1}}} "\"}}"'
    loan, rule = "]", ""
    if form is Form.ORDERS_AND_LOAN:
        loan, rule = r'],\"loan\":\"" loan "\"', 'loan ::= "yes" | "no"\n'
    return rf"""
root ::= "{{\"thought\":\"" [A-Z] [{_SPEECH}]{{0,{THOUGHT_LENGTH - 1}}} "\",\"orders\":[" orders "{loan},\"gossip\":\"" [A-Z] [{_SPEECH}]{{0,{GOSSIP_LENGTH - 1}}} "\"}}"
{rule}orders ::= (order ("," order){{0,{MAX_ORDERS - 1}}})?
order ::= "{{\"side\":\"" side "\",\"good\":\"" good "\",\"quantity\":" quantity ",\"price\":" price "}}"
side ::= {_one_of([str(side) for side in Side])}
good ::= {_one_of([str(good) for good in GOODS])}
quantity ::= {_up_to(MAX_QUANTITY)}
price ::= {_up_to(MAX_PRICE)}
""".strip()  # noqa: E501  (a grammar rule is one line)


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _one_of(words: list[str]) -> str:
    return " | ".join(f'"{word}"' for word in words)


def _up_to(most: int) -> str:
    """Return GBNF for the integers from 1 to `most` (10 to 99), without a leading zero."""
    tens, ones = divmod(most, 10)
    full = f"[1-{tens - 1}] [0-9] | " if tens > 1 else ""
    return f"{full}[{tens}] [0-{ones}] | [1-9]"
