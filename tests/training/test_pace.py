import asyncio

import pytest

from inference.config import MindConfig
from inference.mind import Answer, MindRequest
from training import pace as module
from training.pace import Pair, adapted, in_words, pace, told

TUNED = MindConfig(kind="embedded", model="smollm2-135m", adapter="adapters/wood.gguf")
PLAIN = MindConfig(kind="embedded", model="smollm2-135m")


class Timed:
    """A mind that takes as long as it is told, and remembers what it was asked."""

    def __init__(self, seconds: float, asked: list[tuple[str, int]], name: str) -> None:
        self.seconds, self.asked, self.name, self.closed = seconds, asked, name, False

    async def warm(self) -> None:
        """Do nothing."""

    async def answer(self, request: MindRequest) -> Answer:
        """Answer late."""
        assert request.constrained
        self.asked.append((self.name, request.seed))
        await asyncio.sleep(self.seconds)
        return Answer(text="{}", completion_tokens=10)

    async def aclose(self) -> None:
        """Remember it."""
        self.closed = True


async def test_a_mind_and_its_base_are_asked_the_same_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int]] = []
    made: list[Timed] = []

    def built(config: MindConfig) -> Timed:
        assert config.sampling == TUNED.sampling
        made.append(Timed(0.02 if config.adapter else 0.0, asked, "tuned" if config.adapter else "base"))
        return made[-1]

    monkeypatch.setattr(module, "build_mind", built)
    steps: list[int] = []
    result = await pace({"wood": TUNED, "plain": PLAIN}, 4, on_answer=lambda: steps.append(1))
    assert list(result) == ["wood"]
    assert len(steps) == 8
    counted = asked[2:]
    assert [name for name, _ in counted] == ["base", "tuned", "tuned", "base", "base", "tuned", "tuned", "base"]
    assert all(counted[place][1] == counted[place + 1][1] for place in range(0, 8, 2))
    assert result["wood"]["answer"]["ratio"] > 1
    assert all(mind.closed for mind in made)


def test_the_ratios_are_of_answers_and_of_tokens() -> None:
    figures = told([Pair(2.0, 1.0, 20, 10), Pair(0.5, 1.0, 5, 10)])
    assert figures["answer"]["ratio"] == pytest.approx(1.0)
    assert figures["token"] == {"ratio": 1.0, "low": 1.0, "high": 1.0, "runs": 2}
    assert figures["tokens"]["mean"] == 12.5
    [line] = in_words({"wood": figures})
    assert "wood takes 1.0 times the seconds of its base an answer" in line


def test_only_minds_with_an_adapter_have_a_base() -> None:
    assert adapted({"wood": TUNED, "plain": PLAIN}) == {"wood": TUNED}
