"""Runs a peer's script with the least that will do in place of its library: `stubbed_peers.py SCRIPT ROUNDS [bare]`.

The libraries are too big for a test; what the script itself counts and measures is not.
"""

import importlib.metadata
import json
import runpy
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import benchmarks.peers

TOOLS: dict[str, Any] = {}


def module(name: str, **contents: Any) -> None:
    """Let a module of that name be imported, and those that it lies in."""
    above, _, last = name.rpartition(".")
    if above and above not in sys.modules:
        module(above)
    made = sys.modules.setdefault(name, ModuleType(name))
    vars(made).update(contents, __path__=[])
    if above:
        setattr(sys.modules[above], last, made)


class Model:
    """Mesa's model, whose agents act one after the other."""

    def __init__(self) -> None:
        self.known: list[Any] = []
        self.agents = SimpleNamespace(do=lambda name: [getattr(agent, name)() for agent in self.known])


class LLMAgent:
    """mesa-llm's agent, which calls the tool that the model wants called."""

    def __init__(self, model: Model, *_: object) -> None:
        model.known.append(self)
        self.model, self.memory = model, SimpleNamespace()
        self.reasoning = SimpleNamespace(plan=lambda **_: None)

    def generate_obs(self) -> None: ...

    def apply_plan(self, _plan: None) -> None:
        complete = sys.modules["mesa_llm.module_llm"].completion
        (choice,) = complete(messages=[{"content": "now"}], tools=["place_order"], tool_choice="required")
        (call,) = choice["message"]["tool_calls"]
        TOOLS[call["function"]["name"]](self, **json.loads(call["function"]["arguments"]))


def tool(function: Any) -> Any:
    TOOLS[function.__name__] = function
    return function


module("mesa", Model=Model)
module("mesa_llm.module_llm")
module("mesa_llm.llm_agent", LLMAgent=LLMAgent)
module("mesa_llm.reasoning.cot", CoTReasoning=None)
module("mesa_llm.tools.tool_decorator", tool=tool)
module("litellm", CustomLLM=object, ModelResponse=lambda choices: choices)


class Simultaneous:
    """Concordia's engine, in which every producer sells one unit of honey a step."""

    def run_loop(self, masters: list[Any], entities: list[Any], max_steps: int) -> None:
        for trader in masters[0]["agents"]:
            if trader.role == "producer":
                trader.inventory["honey"] -= max_steps


class Prefab:
    """What builds entities, and the game master out of the traders."""

    def __init__(self, params: dict[str, Any], **_: object) -> None:
        self.params = params

    def build(self, *_: object) -> Any:
        return self.params.get("experiment_component_init_kwargs")


def trader(name: str, role: str, cash: float, inventory: dict[str, int], queue: list[Any]) -> SimpleNamespace:
    return SimpleNamespace(role=role, inventory=inventory)


module("concordia.associative_memory.basic_associative_memory", AssociativeMemoryBank=lambda _: None)
module("concordia.components.agent.observation", DEFAULT_OBSERVATION_COMPONENT_KEY="")
module(
    "concordia.contrib.components.game_master.marketplace",
    MarketplaceAgent=trader,
    MarketPlace=None,
    Good=lambda *_: None,
)
module("concordia.environment.engines.simultaneous", Simultaneous=Simultaneous)
module("concordia.language_model.no_language_model", NoLanguageModel=object)
module("concordia.prefabs.entity.minimal", Entity=Prefab)
module("concordia.prefabs.game_master.marketplace", GameMaster=Prefab)

importlib.metadata.version = lambda distribution_name: "0"
script, *sys.argv[1:] = sys.argv[1:]
sys.path[0] = benchmarks.peers.__path__[0]
runpy.run_path(str(Path(sys.path[0]) / script))
