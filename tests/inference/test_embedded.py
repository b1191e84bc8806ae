import asyncio
import subprocess
import sys

import pytest

from engine.cast import CAST
from inference.config import MindConfig
from inference.embedded import EmbeddedMind
from inference.mind import MOST_TOKENS, Message, MindError, MindRequest, Sampling
from inference.parse import parse
from prompts.render import creature_messages
from tests.inference.mind_samples import ordinary_view

SMOLLM2 = MindConfig(kind="embedded", model="smollm2-135m")
GEMMA = MindConfig(kind="embedded", model="gemma3-270m", prompt_form="plain", stop=("\n\n",))


def ask(seed: int, **changes) -> MindRequest:
    view = ordinary_view(seed, CAST[seed % len(CAST)])
    fields = {
        "season": 1,
        "turn": 1,
        "creature": view.name,
        "attempt": 0,
        "view": view,
        "messages": tuple(Message.model_validate(message) for message in creature_messages(view)),
        "sampling": Sampling(),
        "seed": seed,
        "max_tokens": 180,
        "constrained": True,
    }
    return MindRequest(**{**fields, **changes})


def test_the_binding_is_imported_only_when_a_mind_is_asked() -> None:
    code = (
        "import sys; from inference.council import load_council; load_council('one-mind'); "
        "sys.exit('xllamacpp' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.minds
@pytest.mark.parametrize("config", [SMOLLM2, GEMMA], ids=lambda config: config.model)
async def test_a_small_mind_answers_in_the_asked_shape(config: MindConfig) -> None:
    mind = EmbeddedMind(config)
    try:
        answer = await mind.answer(ask(1))
    finally:
        await mind.aclose()
    assert parse(answer.text, answer.finish_reason)[1].valid_json
    assert answer.finish_reason == "stop"
    assert 200 < answer.prompt_tokens < answer.prompt_tokens + answer.completion_tokens <= MOST_TOKENS


@pytest.mark.minds
@pytest.mark.parametrize("config", [SMOLLM2, GEMMA], ids=lambda config: config.model)
async def test_the_rules_at_the_head_of_every_prompt_are_read_once(config: MindConfig) -> None:
    mind = EmbeddedMind(config)
    try:
        first, second = [await mind.answer(ask(seed, max_tokens=8)) for seed in (1, 2)]
    finally:
        await mind.aclose()
    assert first.cached_tokens == 0
    assert second.cached_tokens > second.prompt_tokens / 2


@pytest.mark.minds
async def test_a_question_beyond_the_thousand_tokens_is_not_put() -> None:
    mind = EmbeddedMind(SMOLLM2)
    long = (Message(role="user", content="honey " * 1_200),)
    try:
        with pytest.raises(MindError, match="together more than 1000"):
            await asyncio.wait_for(mind.answer(ask(1, messages=long)), 60)
    finally:
        await mind.aclose()


@pytest.mark.minds
async def test_minds_of_the_same_weights_share_one_copy(capfd) -> None:
    minds = [EmbeddedMind(SMOLLM2), EmbeddedMind(SMOLLM2)]
    await asyncio.gather(*(mind.warm() for mind in minds))
    engines = {id(mind._engine) for mind in minds}
    assert len(engines) == 1
    assert len(minds[0]._engine.workers) == 1
    await minds[0].aclose()
    assert capfd.readouterr() == ("", "")


@pytest.mark.minds
def test_a_copy_that_is_closed_as_soon_as_it_is_loaded_closes() -> None:
    code = (
        "from inference.embedded import EmbeddedMind; from inference.config import MindConfig; import asyncio\n"
        "async def main():\n"
        "  for _ in range(5):\n"
        "    mind = EmbeddedMind(MindConfig(kind='embedded', model='smollm2-135m'))\n"
        "    await mind.warm(); await mind.aclose()\n"
        "asyncio.run(main())"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
