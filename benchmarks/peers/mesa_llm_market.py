"""The Wood's work in mesa-llm, as nearly as it goes; run by a Python in which mesa-llm is installed, not by ours.

Five `LLMAgent`s, the defaults of the library: an observation, chain-of-thought reasoning (a call to reason and a call
to act), a tool that places the order, short- and long-term memory with its summaries. What every agent holds and the
last prices are its internal state. The library has no market, so orders meet in the shortest auction that will do,
which is in the library's favour, as is that the terminal output of memories is turned off.

The library reaches every model through LiteLLM. So the instant one is a provider of LiteLLM's own kind for models of
one's own; with `bare` after the turns it stands in LiteLLM's place instead, and nothing of LiteLLM is counted but the
type of its messages.
"""

import json
import os
import sys
import time
from typing import Any

os.environ["INSTANT_API_KEY"] = "none"
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm
import mesa
import mesa_llm.module_llm
from litellm import CustomLLM, ModelResponse
from mesa_llm.llm_agent import LLMAgent
from mesa_llm.reasoning.cot import CoTReasoning
from mesa_llm.tools.tool_decorator import tool
from peak import peak_kib

GOODS = ("acorns", "berries", "mushrooms", "honey", "firewood")
CREATURES = ("Mossback", "Oona", "Bracken", "Sable", "Nettle")
RULES = "You are a creature of a wood and trade goods for pebbles. Never buy what you grow."
SEEN = {"calls": 0, "chars": 0, "orders": 0}


PLACED: list[tuple[Any, dict[str, Any]]] = []


def instant(messages, tools=None, tool_choice=None):
    """Answer at once: in words where tools are off, and with a call of the tool where they are on."""
    SEEN["calls"] += 1
    SEEN["chars"] += sum(len(message["content"]) for message in messages) + len(json.dumps(tools or []))
    if tool_choice in (None, "none"):
        said = {"content": f"Thought 1: I trade. Action: order {SEEN['calls']}.", "tool_calls": None}
    else:
        function = {"name": "place_order", "arguments": json.dumps(next_order())}
        said = {"content": None, "tool_calls": [{"id": "1", "type": "function", "function": function}]}
    return ModelResponse(choices=[{"message": {"role": "assistant", **said}, "finish_reason": "stop"}])


def next_order():
    """Return the order of who acts now: it sells what it grows one turn, and buys of its neighbour the next."""
    turn, trader = divmod(SEEN["orders"], len(CREATURES))
    SEEN["orders"] += 1
    if (turn + trader) % 2:
        return {"side": "buy", "good": GOODS[trader - 1], "quantity": 1, "price": 7}
    return {"side": "sell", "good": GOODS[trader], "quantity": 1, "price": 5}


class Instant(CustomLLM):
    """The instant model as a provider of LiteLLM."""

    def completion(self, *_, messages, optional_params, **__):
        """Answer at once."""
        return instant(messages, optional_params.get("tools"), optional_params.get("tool_choice"))


def attach(bare):
    """Put the instant model where the library looks for one."""
    if bare:
        mesa_llm.module_llm.completion = lambda messages, tools, tool_choice, **_: instant(messages, tools, tool_choice)
    else:
        litellm.custom_provider_map = [{"provider": "instant", "custom_handler": Instant()}]


@tool
def place_order(agent, side: str, good: str, quantity: int, price: int) -> str:
    """Place a sealed order in the market of this turn.

    Args:
        agent: The agent that orders.
        side: buy or sell.
        good: What is bought or sold.
        quantity: How many units.
        price: The limit, in pebbles a unit.

    Returns:
        What was placed.
    """
    PLACED.append((agent, {"side": side, "good": good, "quantity": quantity, "price": price}))
    return f"{side} {quantity} {good} at {price}"


class Creature(LLMAgent):
    """One trader."""

    def __init__(self, model, name, grows):
        super().__init__(model, CoTReasoning, "instant/one", f"{RULES} You are {name} and grow {grows}.", None)
        self.memory.display = False
        self.step_prompt = "Give one order for this turn."
        self.grows, self.purse, self.store = grows, 40, {good: 12 if good == grows else 2 for good in GOODS}

    def step(self):
        """Look, think, and place an order."""
        self.store[self.grows] += 1
        self.internal_state = [f"purse {self.purse}", f"store {self.store}", f"prices {self.model.prices}"]
        self.apply_plan(self.reasoning.plan(obs=self.generate_obs(), selected_tools=["place_order"]))


class Market(mesa.Model):
    """Five traders, and an auction at the end of each turn."""

    def __init__(self):
        super().__init__()
        self.prices, self.trades = dict.fromkeys(GOODS, 5), 0
        for name, grows in zip(CREATURES, GOODS, strict=True):
            Creature(self, name, grows)

    def step(self):
        """Let everybody act, and clear each good at one price."""
        self.agents.do("step")
        for good in GOODS:
            asks = [(agent, order) for agent, order in PLACED if order["good"] == good and order["side"] == "sell"]
            bids = [(agent, order) for agent, order in PLACED if order["good"] == good and order["side"] == "buy"]
            for (seller, ask), (buyer, bid) in zip(asks, bids, strict=False):
                if bid["price"] >= ask["price"] and buyer.purse >= bid["price"] and seller.store[good]:
                    price = (bid["price"] + ask["price"]) // 2
                    buyer.purse, seller.purse = buyer.purse - price, seller.purse + price
                    buyer.store[good], seller.store[good] = buyer.store[good] + 1, seller.store[good] - 1
                    self.prices[good], self.trades = price, self.trades + 1
        PLACED.clear()


def main():
    """Play so many turns, the first two untimed, and print what they took as one line of JSON."""
    from importlib.metadata import version

    rounds = int(sys.argv[1])
    attach(bare=sys.argv[2:] == ["bare"])
    imported = peak_kib()
    market = Market()
    for _ in range(2):
        market.step()
    SEEN.update(calls=0, chars=0)
    untimed = market.trades
    began = time.process_time()
    for _ in range(rounds):
        market.step()
    seconds = time.process_time() - began
    told = {
        "version": version("mesa-llm"),
        "decisions": rounds * len(CREATURES),
        "seconds": seconds,
        "calls": SEEN["calls"],
        "chars": SEEN["chars"],
        "trades": market.trades - untimed,
        "memory_kib": peak_kib(),
        "imported_kib": imported,
    }
    sys.stdout.write(json.dumps(told) + "\n")


main()
