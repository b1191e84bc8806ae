"""The servers of one model: which of them is asked next, and which are left alone until they are well again.

An ask goes to the server with the fewest in flight, and no server is given more at once than it runs side by side. One
that fails several times in a row is left alone, which is logged once; it is probed until it knows the model again, and
then gets one ask on trial.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import openai
from pydantic import BaseModel, ValidationError

from engine.vocabulary import Failure
from inference.mind import MindAwayError, MindError

log = logging.getLogger(__name__)

FAILURES: Final = 3
"""Failures in a row after which a server is left alone."""

PROBE_SECONDS: Final = 3.0
"""Seconds between two probes of a server that is left alone."""

_PROBE_TIMEOUT: Final = 5.0
_DOWN: Final = (openai.APIConnectionError, openai.InternalServerError, asyncio.CancelledError)


class GarbledError(MindError):
    """A server answered with something that is no answer: a page of HTML, or half of a reply."""


class _Model(BaseModel):
    id: str


class _Models(BaseModel):
    """What a server names as the models it serves."""

    data: list[_Model]


@dataclass
class Endpoint:
    """One server. `slots` are the asks it takes at once, `failed` how many in a row came to nothing."""

    url: str
    client: openai.AsyncOpenAI
    slots: asyncio.Semaphore
    in_flight: int = 0
    failed: int = 0
    down: bool = False
    counts_tokens: bool = True
    probing: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def root(self) -> openai.AsyncOpenAI:
        """A client for what vLLM serves beside `/v1`."""
        return self.client.with_options(base_url=self.url.rstrip("/").removesuffix("/v1"))


class Pool:
    """The servers of one model, asked fairly."""

    def __init__(self, model: str, endpoints: Sequence[Endpoint]) -> None:
        self._model = model
        self._endpoints = tuple(endpoints)

    @asynccontextmanager
    async def lend(self) -> AsyncGenerator[Endpoint]:
        """Lend the server with the fewest asks in flight for one ask; how that ends is held for or against it.

        A caller that is cancelled, because its turn could wait no longer, holds it against the server.

        Raises:
            MindAwayError: If every server is left alone now.
        """
        up = [endpoint for endpoint in self._endpoints if not endpoint.down]
        if not up:
            raise MindAwayError(f"no server of {self._model} answers", Failure.AWAY)
        endpoint = min(up, key=lambda each: each.in_flight)
        endpoint.in_flight += 1
        try:
            async with endpoint.slots:
                try:
                    yield endpoint
                except (*_DOWN, GarbledError) as error:
                    self._failed(endpoint, error)
                    raise
                else:
                    endpoint.failed = 0
        finally:
            endpoint.in_flight -= 1

    async def check(self) -> None:
        """Ask every server whether it knows the model.

        Raises:
            MindError: If one does not answer or does not know it.
        """
        for endpoint in self._endpoints:
            try:
                known = await self._knows(endpoint)
            except openai.OpenAIError as error:
                raise MindError(f"the server of {self._model} does not answer ({type(error).__name__})") from error
            if self._model not in known:
                raise MindError(f"the server has no model {self._model!r}; it has {', '.join(known)}")

    async def aclose(self) -> None:
        """Stop probing and close the connections."""
        for endpoint in self._endpoints:
            if endpoint.probing is not None:
                endpoint.probing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await endpoint.probing
            await endpoint.client.close()

    def _failed(self, endpoint: Endpoint, error: BaseException) -> None:
        endpoint.failed += 1
        if endpoint.failed < FAILURES or endpoint.down:
            return
        endpoint.down = True
        why = "it was too slow" if isinstance(error, asyncio.CancelledError) else type(error).__name__
        log.warning(
            "The server %s of %s failed %s times in a row (%s) and is left alone until it is well.",
            endpoint.url, self._model, endpoint.failed, why,
        )  # fmt: skip
        endpoint.probing = asyncio.ensure_future(self._recover(endpoint))

    async def _recover(self, endpoint: Endpoint) -> None:
        """Probe a server until it knows the model, and then give it one ask on trial."""
        while endpoint.down:
            await asyncio.sleep(PROBE_SECONDS)
            with contextlib.suppress(openai.OpenAIError):
                if self._model in await self._knows(endpoint):
                    endpoint.down, endpoint.failed = False, FAILURES - 1
                    log.warning("The server %s of %s is back.", endpoint.url, self._model)

    async def _knows(self, endpoint: Endpoint) -> list[str]:
        """Return the models that a server names; none where its answer names none, such as a page of HTML."""
        models = endpoint.client.with_options(timeout=_PROBE_TIMEOUT).models
        # Read here, because the client breaks on an answer that is no JSON.
        answer = await models.with_raw_response.list()
        try:
            return [model.id for model in _Models.model_validate_json(answer.content).data]
        except ValidationError:
            return []
