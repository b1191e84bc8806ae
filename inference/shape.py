"""The shape of the answer that every mind is asked for, as a JSON schema and as a llama.cpp grammar.

Both allow the compact form of the prompt's worked example and nothing else. They are the same for
every creature: a mind is free to ask for what it grows, and how often it does is a measurement.
"""

from typing import Any, Final

from engine.ports import MAX_ORDERS, MAX_PRICE, MAX_QUANTITY
from engine.vocabulary import GOODS, Side

THOUGHT_LENGTH: Final = 100
GOSSIP_LENGTH: Final = 80

_SPEECH: Final = "A-Za-z ,.'!?-"

ANSWER_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "thought": {"type": "string", "pattern": f"^[{_SPEECH}]{{1,{THOUGHT_LENGTH}}}$"},
        "orders": {
            "type": "array",
            "maxItems": MAX_ORDERS,
            "items": {
                "type": "object",
                "properties": {
                    "side": {"enum": [str(side) for side in Side]},
                    "good": {"enum": [str(good) for good in GOODS]},
                    "quantity": {"type": "integer", "minimum": 1, "maximum": MAX_QUANTITY},
                    "price": {"type": "integer", "minimum": 1, "maximum": MAX_PRICE},
                },
                "required": ["side", "good", "quantity", "price"],
                "additionalProperties": False,
            },
        },
        "gossip": {"type": "string", "pattern": f"^[{_SPEECH}]{{1,{GOSSIP_LENGTH}}}$"},
    },
    "required": ["thought", "orders", "gossip"],
    "additionalProperties": False,
}


def _one_of(words: list[str]) -> str:
    return " | ".join(f'"{word}"' for word in words)


def _up_to(most: int) -> str:
    """Return GBNF for the integers from 1 to `most` (10 to 99), without a leading zero."""
    tens, ones = divmod(most, 10)
    full = f"[1-{tens - 1}] [0-9] | " if tens > 1 else ""
    return f"{full}[{tens}] [0-{ones}] | [1-9]"


ANSWER_GRAMMAR: Final = rf"""
root ::= "{{\"thought\":\"" [A-Z] [{_SPEECH}]{{0,{THOUGHT_LENGTH - 1}}} "\",\"orders\":[" orders "],\"gossip\":\"" [A-Z] [{_SPEECH}]{{0,{GOSSIP_LENGTH - 1}}} "\"}}"
orders ::= (order ("," order){{0,{MAX_ORDERS - 1}}})?
order ::= "{{\"side\":\"" side "\",\"good\":\"" good "\",\"quantity\":" quantity ",\"price\":" price "}}"
side ::= {_one_of([str(side) for side in Side])}
good ::= {_one_of([str(good) for good in GOODS])}
quantity ::= {_up_to(MAX_QUANTITY)}
price ::= {_up_to(MAX_PRICE)}
""".strip()  # noqa: E501  (a grammar rule is one line)
