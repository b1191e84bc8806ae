"""Minds behind any OpenAI-compatible server; vLLM is the one we run."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

import openai
from openai.types.chat import ChatCompletion

from inference.config import MindConfig
from inference.endpoints import Endpoint, GarbledError, Pool
from inference.mind import MOST_TOKENS, Answer, MindError, MindRequest
from inference.shape import schema

_OPENAI_SAMPLING: Final = frozenset({"temperature", "top_p"})
_TIMEOUT_SECONDS: Final = 120.0
"""A bound for a lost connection; the council's own deadline is what ends an ask."""

_BYTES_A_TOKEN: Final = 2
"""What a token of a prompt is taken to hold where the server cannot count: far less than it does in plain English."""


class OpenAIMind:
    """A model on one or more servers. It never retries: the council does."""

    def __init__(self, config: MindConfig) -> None:
        """Prepare a client for every endpoint.

        Raises:
            MindError: If the environment variable of the key is named but not set.
        """
        key = "none"
        if config.api_key_env:
            key = os.environ.get(config.api_key_env, "")
            if not key:
                raise MindError(f"the environment variable {config.api_key_env} is not set; put the server's key there")
        self._config = config
        self._pool = Pool(
            config.model,
            [
                Endpoint(
                    url=url,
                    client=openai.AsyncOpenAI(base_url=url, api_key=key, max_retries=0, timeout=_TIMEOUT_SECONDS),
                    slots=asyncio.Semaphore(config.concurrency),
                )
                for url in config.endpoints
            ],
        )

    async def warm(self) -> None:
        """Ask every server which models it has.

        Raises:
            MindError: If a server does not answer or does not know the model.
        """
        await self._pool.check()

    async def answer(self, request: MindRequest) -> Answer:
        """Put the messages to the least busy server, if question and answer stay within the thousand tokens.

        Raises:
            MindAwayError: If all servers are known to be down.
            MindError: If the server fails, or what it says is no reply.
        """
        try:
            async with self._pool.lend() as server:
                tokens = await self._count(server, request)
                if tokens + request.max_tokens > MOST_TOKENS:
                    raise MindError(
                        f"the question has {tokens} tokens and the answer may have {request.max_tokens}, "
                        f"together more than {MOST_TOKENS}"
                    )
                create = cast("Callable[..., Awaitable[object]]", server.client.chat.completions.create)
                return _read(await create(**self._body(request)))
        except openai.OpenAIError as error:
            raise MindError(f"the server of {self._config.model} gave no answer ({type(error).__name__})") from error

    async def aclose(self) -> None:
        """Close the connections."""
        await self._pool.aclose()

    async def _count(self, server: Endpoint, request: MindRequest) -> int:
        """Return the tokens of a question by the model's own tokenizer, or a bound where the server cannot count."""
        messages = [message.model_dump() for message in request.messages]
        if server.counts_tokens:
            try:
                body = {"model": self._config.model, "messages": messages}
                counted: Any = await server.root.post("/tokenize", cast_to=object, body=body)
                return int(counted["count"])
            except (openai.NotFoundError, openai.BadRequestError, KeyError, TypeError, ValueError):
                server.counts_tokens = False
        return sum(len(message["content"].encode()) for message in messages) // _BYTES_A_TOKEN

    def _body(self, request: MindRequest) -> dict[str, Any]:
        sampling = request.sampling.given()
        body: dict[str, Any] = {
            "model": self._config.model,
            "messages": [message.model_dump() for message in request.messages],
            "seed": request.seed,
            "max_tokens": request.max_tokens,
            **{key: value for key, value in sampling.items() if key in _OPENAI_SAMPLING},
        }
        others = {key: value for key, value in sampling.items() if key not in _OPENAI_SAMPLING} | self._config.extra
        if others:
            body["extra_body"] = others
        if self._config.stop:
            body["stop"] = list(self._config.stop)
        if request.constrained:
            body["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": schema(request.form), "strict": True},
            }
        return body


def _read(reply: object) -> Answer:
    """Return the answer in a server's reply.

    Raises:
        GarbledError: If it is none.
    """
    if not isinstance(reply, ChatCompletion) or not reply.choices:
        raise GarbledError("the server answered with something that is no reply")
    choice, usage = reply.choices[0], reply.usage
    details = usage.prompt_tokens_details if usage else None
    # Servers name the reasoning apart from the answer `reasoning` or `reasoning_content`.
    extra = choice.message.model_extra or {}
    return Answer(
        text=choice.message.content or "",
        reasoning=extra.get("reasoning") or extra.get("reasoning_content") or "",
        finish_reason=choice.finish_reason or "",
        prompt_tokens=usage.prompt_tokens if usage else 0,
        completion_tokens=usage.completion_tokens if usage else 0,
        cached_tokens=(details.cached_tokens or 0) if details else 0,
    )
