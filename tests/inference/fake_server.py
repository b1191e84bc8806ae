"""An OpenAI-compatible server that behaves as badly as it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from inference.standin import decide
from tests.inference.mind_samples import ordinary_view


class FakeServer:
    """Answers like vLLM, unless `mood` says `html`, `null`, `half`, `hang`, `error` or `busy`.

    `tokens` is what it counts, None where it cannot; `failing` is how many asks fail before it is well.
    """

    def __init__(self) -> None:
        self.mood = "well"
        self.asked: list[dict[str, Any]] = []
        self.counted = 0
        self.probed = 0
        self.tokens: int | None = 300
        self.delay = 0.0
        self.failing = 0
        self.at_once = 0
        self.most_at_once = 0
        self.content = decide(ordinary_view(1), 1)
        self.url = ""

    async def complete(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(3_600 if self.mood == "hang" else self.delay)
            return self.reply(request)
        finally:
            self.at_once -= 1

    def reply(self, request: web.Request) -> web.StreamResponse:
        if self.mood in ("error", "busy") or self.failing:
            self.failing = max(0, self.failing - 1)
            status = 429 if self.mood == "busy" else 500
            return web.json_response({"error": {"message": "no"}}, status=status)
        if self.mood == "html":
            return web.Response(text="<html><body>Welcome to nginx!</body></html>", content_type="text/html")
        if self.mood == "half":
            assert request.transport is not None
            request.transport.close()
        message = {"role": "assistant", "content": None if self.mood == "null" else self.content}
        usage = {
            "prompt_tokens": 300,
            "completion_tokens": 40,
            "total_tokens": 340,
            "prompt_tokens_details": {"cached_tokens": 240},
        }
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        plain = {"id": "1", "object": "chat.completion", "created": 1, "model": "m"}
        return web.json_response({**plain, "choices": [choice], "usage": usage})

    async def tokenize(self, request: web.Request) -> web.Response:
        self.counted += 1
        if self.tokens is None:
            raise web.HTTPNotFound
        assert (await request.json())["messages"]
        return web.json_response({"count": self.tokens, "max_model_len": 2048, "tokens": []})

    async def models(self, _: web.Request) -> web.Response:
        self.probed += 1
        if self.mood == "html":
            return web.Response(text="<html></html>", content_type="text/html")
        if self.mood in ("error", "half"):
            raise web.HTTPInternalServerError
        model = {"id": "m", "object": "model", "created": 1, "owned_by": "x"}
        return web.json_response({"object": "list", "data": [model]})


@asynccontextmanager
async def fake_server() -> AsyncIterator[FakeServer]:
    """Run a fake server on a free port."""
    fake = FakeServer()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", fake.complete)
    app.router.add_post("/tokenize", fake.tokenize)
    app.router.add_get("/v1/models", fake.models)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield fake
    finally:
        await runner.cleanup()
