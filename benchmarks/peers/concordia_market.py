"""The Wood's work in Concordia, as nearly as it goes; run by a Python in which gdm-concordia is installed, not by ours.

Five entities of the prefab `minimal`, the game master of the prefab `marketplace` with the library's own clearing
house, and the engine `Simultaneous`: everything is the library's. Producers only sell and consumers only buy there, one
order a round each. The language model and the sentence embedder answer at once; logs go nowhere, as nobody asks for
them.
"""

import json
import sys
import threading
import time

import numpy as np
from concordia.associative_memory import basic_associative_memory
from concordia.components.agent import observation as observation_lib
from concordia.contrib.components.game_master import marketplace as market_lib
from concordia.environment.engines import simultaneous
from concordia.language_model import no_language_model
from concordia.prefabs.entity import minimal
from concordia.prefabs.game_master import marketplace as marketplace_prefab
from peak import peak_kib

GOODS = ("acorns", "berries", "mushrooms", "honey", "firewood")
ROLES = {"Mossback": "producer", "Oona": "producer", "Bracken": "consumer", "Sable": "consumer", "Nettle": "consumer"}
RULES = "You are a creature of a wood and trade goods for pebbles. Never buy what you grow."
LOCK = threading.Lock()
SEEN = {"calls": 0, "chars": 0}


class Instant(no_language_model.NoLanguageModel):
    """A language model that answers at once: an ask of a producer, a bid of a consumer, and plain words else."""

    def sample_text(self, prompt, **_):
        """Return the JSON that the call to action asks for."""
        with LOCK:
            SEEN["calls"] += 1
            SEEN["chars"] += len(prompt)
        side, price = ("ask", 5.0) if '"action":"ask"' in prompt else ("bid", 7.0)
        return json.dumps({"action": side, "good": "honey", "price": price, "qty": 1})

    def sample_choice(self, prompt, responses, **_):
        """Return the last choice: the game goes on."""
        with LOCK:
            SEEN["calls"] += 1
            SEEN["chars"] += len(prompt)
        return len(responses) - 1, responses[-1], {}


def memory():
    """Return an empty memory whose embedder answers at once."""
    return basic_associative_memory.AssociativeMemoryBank(lambda _: np.zeros(8))


def sold(traders):
    """Return how many units of honey the producers have sold so far."""
    return sum(900 - trader.inventory["honey"] for trader in traders if trader.role == "producer")


def main():
    """Play so many rounds, the first two untimed, and print what they took as one line of JSON."""
    from importlib.metadata import version

    rounds = int(sys.argv[1])
    imported = peak_kib()
    model = Instant()
    entities = [
        minimal.Entity(params={"name": name, "custom_instructions": f"{RULES} You are {name}."}).build(model, memory())
        for name in ROLES
    ]
    traders = [
        market_lib.MarketplaceAgent(name, role, 4_000.0, dict.fromkeys(GOODS, 900 if role == "producer" else 0), [])
        for name, role in ROLES.items()
    ]
    prefab = marketplace_prefab.GameMaster(
        params={
            "name": "Market",
            "experiment_component_class": market_lib.MarketPlace,
            "experiment_component_init_kwargs": {
                "agents": traders,
                "goods": [market_lib.Good("goods", "plain", good) for good in GOODS],
                "components": [observation_lib.DEFAULT_OBSERVATION_COMPONENT_KEY],
            },
        },
        entities=entities,
    )
    master = prefab.build(model, memory())
    engine = simultaneous.Simultaneous()
    engine.run_loop([master], entities, max_steps=2)
    SEEN.update(calls=0, chars=0)
    untimed = sold(traders)
    began = time.process_time()
    engine.run_loop([master], entities, max_steps=rounds)
    seconds = time.process_time() - began
    told = {
        "version": version("gdm-concordia"),
        "decisions": rounds * len(ROLES),
        "seconds": seconds,
        "calls": SEEN["calls"],
        "chars": SEEN["chars"],
        "trades": sold(traders) - untimed,
        "memory_kib": peak_kib(),
        "imported_kib": imported,
    }
    sys.stdout.write(json.dumps(told) + "\n")


main()
