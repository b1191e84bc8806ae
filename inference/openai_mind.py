"""Minds behind any OpenAI-compatible server; vLLM is the one we run."""

import os
from itertools import cycle
from typing import Any, Final, cast

import openai
from openai.types.chat import ChatCompletion

from inference.config import MindConfig
from inference.mind import Answer, MindError, MindRequest
from inference.shape import schema

_OPENAI_SAMPLING: Final = frozenset({"temperature", "top_p"})
_TIMEOUT_SECONDS: Final = 120.0
"""A bound for a lost connection; the council's own deadline is what ends an ask."""


class OpenAIMind:
    """A model on one or more servers, which are asked in turn. It never retries: the council does."""

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
        self._clients = [
            openai.AsyncOpenAI(base_url=endpoint, api_key=key, max_retries=0, timeout=_TIMEOUT_SECONDS)
            for endpoint in config.endpoints
        ]
        self._next = cycle(self._clients)

    async def warm(self) -> None:
        """Ask every server which models it has.

        Raises:
            MindError: If a server does not answer or does not know the model.
        """
        for client in self._clients:
            try:
                models = [model.id async for model in client.models.list()]
            except openai.OpenAIError as error:
                raise MindError(
                    f"the server of {self._config.model} does not answer ({type(error).__name__})"
                ) from error
            if self._config.model not in models:
                raise MindError(f"the server has no model {self._config.model!r}; it has {', '.join(models)}")

    async def answer(self, request: MindRequest) -> Answer:
        """Put the messages to the next server."""
        client = next(self._next)
        try:
            reply = cast("ChatCompletion", await client.chat.completions.create(**self._body(request)))
        except openai.OpenAIError as error:
            raise MindError(f"the server of {self._config.model} gave no answer ({type(error).__name__})") from error
        if not reply.choices:
            raise MindError(f"the server of {self._config.model} answered without a choice")
        choice = reply.choices[0]
        # Servers name the reasoning apart from the answer `reasoning` or `reasoning_content`.
        extra = choice.message.model_extra or {}
        return Answer(
            text=choice.message.content or "",
            reasoning=extra.get("reasoning") or extra.get("reasoning_content") or "",
            finish_reason=choice.finish_reason or "",
            prompt_tokens=reply.usage.prompt_tokens if reply.usage else 0,
            completion_tokens=reply.usage.completion_tokens if reply.usage else 0,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        for client in self._clients:
            await client.close()

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
