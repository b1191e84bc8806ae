import pytest
from aiohttp import web

from inference.config import MindConfig
from inference.mind import Message, MindError, MindRequest, Sampling
from inference.openai_mind import OpenAIMind
from inference.standin import decide
from tests.inference.mind_samples import ordinary_view

VIEW = ordinary_view(1)


def ask(**changes) -> MindRequest:
    fields = {
        "season": 1,
        "turn": 1,
        "creature": VIEW.name,
        "attempt": 0,
        "view": VIEW,
        "messages": (Message(role="user", content="Your JSON:"),),
        "sampling": Sampling(temperature=0.5, top_k=20),
        "seed": 5,
        "max_tokens": 100,
        "constrained": True,
    }
    return MindRequest(**{**fields, **changes})


@pytest.fixture
async def server():
    """A server that answers like vLLM; what it was asked and what it shall say stand in its state."""
    state = {"asked": [], "status": 200, "content": decide(VIEW, 1)}

    async def complete(request: web.Request) -> web.Response:
        state["asked"].append((await request.json(), request.headers.get("Authorization")))
        if state["status"] != 200:
            return web.json_response({"error": {"message": "overloaded"}}, status=state["status"])
        message = {"role": "assistant", "content": state["content"], "reasoning": "Let me see."}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        usage = {"prompt_tokens": 300, "completion_tokens": 40, "total_tokens": 340}
        reply = {
            "id": "1",
            "object": "chat.completion",
            "created": 1,
            "model": "m",
            "choices": [choice],
            "usage": usage,
        }
        return web.json_response(reply)

    async def models(_: web.Request) -> web.Response:
        return web.json_response(
            {"object": "list", "data": [{"id": "m", "object": "model", "created": 1, "owned_by": "x"}]}
        )

    app = web.Application()
    app.router.add_post("/v1/chat/completions", complete)
    app.router.add_get("/v1/models", models)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    state["url"] = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    yield state
    await runner.cleanup()


@pytest.fixture
async def mind(server, monkeypatch):
    monkeypatch.setenv("WOOD_TEST_KEY", "sesame")
    mind = OpenAIMind(
        MindConfig(
            kind="openai",
            model="m",
            endpoints=(server["url"],),
            api_key_env="WOOD_TEST_KEY",
            stop=("<end>",),
            extra={"guided": 1},
        )
    )
    yield mind
    await mind.aclose()


async def test_an_answer_comes_with_its_reasoning_and_tokens(server, mind) -> None:
    answer = await mind.answer(ask())
    assert (answer.text, answer.reasoning) == (server["content"], "Let me see.")
    assert (answer.prompt_tokens, answer.completion_tokens, answer.finish_reason) == (300, 40, "stop")


async def test_the_request_carries_what_the_council_file_says(server, mind) -> None:
    await mind.answer(ask())
    body, authorization = server["asked"][0]
    assert authorization == "Bearer sesame"
    assert (body["temperature"], body["top_k"], body["seed"], body["guided"]) == (0.5, 20, 5, 1)
    assert body["stop"] == ["<end>"]
    assert body["response_format"]["json_schema"]["schema"]["required"] == ["thought", "orders", "gossip"]


async def test_an_unconstrained_ask_has_no_schema(server, mind) -> None:
    await mind.answer(ask(constrained=False))
    assert "response_format" not in server["asked"][0][0]


async def test_no_content_is_an_empty_answer(server, mind) -> None:
    server["content"] = None
    assert (await mind.answer(ask())).text == ""


@pytest.mark.parametrize("status", [400, 429, 500])
async def test_a_refusal_is_a_mind_error_after_one_try(server, mind, status: int) -> None:
    server["status"] = status
    with pytest.raises(MindError, match="gave no answer"):
        await mind.answer(ask())
    assert len(server["asked"]) == 1


async def test_warming_says_which_models_there_are(server) -> None:
    stranger = OpenAIMind(MindConfig(kind="openai", model="other", endpoints=(server["url"],)))
    with pytest.raises(MindError, match="has no model 'other'; it has m"):
        await stranger.warm()
    await stranger.aclose()


async def test_a_server_that_is_not_there_is_a_mind_error() -> None:
    mind = OpenAIMind(MindConfig(kind="openai", model="m", endpoints=("http://127.0.0.1:9/v1",)))
    with pytest.raises(MindError):
        await mind.answer(ask())
    await mind.aclose()
