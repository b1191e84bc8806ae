"""A person at the playground without a browser: speaks to a frame as its page's scripts do."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

from aiohttp import ClientSession


class Visitor:
    """One person in one place, over HTTP."""

    def __init__(self, session: ClientSession, address: str, capability: str) -> None:
        self._session = session
        self.address = address
        self._headers = {"X-Simcord-Capability": capability}
        self.page: dict[str, Any] = {}

    @classmethod
    async def arrive(cls, session: ClientSession, url: str, person: str, place: str) -> Visitor:
        shell = await (await session.get(url)).text()
        found = re.search(r'<script type="application/json" id="outline">(.*?)</script>', shell, re.DOTALL)
        assert found is not None
        outline = json.loads(found[1])
        places = next(each["places"] for each in outline["people"] if each["key"] == person)
        address, _, capability = next(each["address"] for each in places if each["key"] == place).partition("#")
        visitor = cls(session, url + address, capability)
        async with session.post(visitor.address + "api/pages", json={}, headers=visitor._headers) as answer:
            visitor.page = await answer.json()
        visitor._headers["X-Simcord-Context"] = visitor.page["context"]["id"]
        return visitor

    async def look(self) -> dict[str, Any]:
        async with self._session.get(self.address + "api/state", headers=self._headers) as answer:
            self.page = await answer.json()
        return self.page

    def texts(self) -> list[str]:
        return [json.dumps(self.page["messages"][each], ensure_ascii=False) for each in self.page["timeline"]]

    async def wait_for(self, text: str, *, seconds: float = 10) -> dict[str, Any]:
        """Look until a message holds the text, and return the newest such message."""
        return await self._until(
            lambda: next(
                (
                    self.page["messages"][each]
                    for each in reversed(self.page["timeline"])
                    if text in json.dumps(self.page["messages"][each], ensure_ascii=False)
                ),
                None,
            ),
            seconds,
        )

    async def run(self, command: str, **options: str) -> dict[str, Any]:
        entry = await self.entry(command)
        return await self._act("run_command", **self._named(entry), options=options)

    async def complete(self, command: str, option: str, typed: str) -> list[str]:
        entry = await self.entry(command)
        receipt = await self._act("autocomplete_command", **self._named(entry), focused=option, value=typed, options={})
        return [choice["name"] for choice in receipt["result"]["choices"]]

    async def click(self, message: dict[str, Any], label: str) -> dict[str, Any]:
        key = next(part["control_key"] for part in _parts(message["components"]) if part.get("label") == label)
        return await self._act("click", target_id=str(message["id"]), control_key=key)

    async def submit(self, **values: str) -> dict[str, Any]:
        """Submit the open dialog; values by the fields' labels."""
        modal = (await self.look())["modal"]
        fields = {
            part.get("label"): part["custom_id"] for part in _parts(modal["payload"]["components"]) if part["type"] == 4
        }
        named = {fields[label]: value for label, value in values.items()}
        return await self._act("modal_submit", modal_handle=modal["handle"], values=named)

    async def say(self, text: str) -> dict[str, Any]:
        return await self._act("send_message", content=text, target_id=None, reply_to_id=None)

    async def entry(self, command: str) -> dict[str, Any]:
        async with self._session.get(self.address + "api/commands", headers=self._headers) as answer:
            entries = (await answer.json())["entries"]
        return next(entry for entry in entries if entry["invocation"] == command)

    @staticmethod
    def _named(entry: dict[str, Any]) -> dict[str, Any]:
        return {
            "command_id": entry["commandId"],
            "path": entry["path"],
            "schema_fingerprint": entry["schemaFingerprint"],
        }

    async def _act(self, kind: str, **body: Any) -> dict[str, Any]:
        await self.look()
        sequence = (self.page["lastAction"] or {}).get("expectedSequence", 0) + 1
        envelope = {
            "protocol_version": 3,
            "kind": kind,
            "sequence": sequence,
            "request_id": f"{kind}-{sequence}",
            "generation": self.page["context"]["generation"],
            "bot_generation": self.page["botGeneration"],
            "published_revision": self.page["publishedRevision"],
        }
        async with self._session.post(
            self.address + "api/action", json=envelope | body, headers=self._headers
        ) as answer:
            receipt = await answer.json()
        assert not receipt["rejected"], receipt["diagnostics"]
        return receipt

    async def _until(self, found: Callable[[], Any], seconds: float) -> Any:
        async with asyncio.timeout(seconds):
            while True:
                await self.look()
                if (result := found()) is not None:
                    return result
                await asyncio.sleep(0.05)


def _parts(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    flat = []
    for part in components:
        flat.append(part)
        flat += _parts(part.get("components") or [])
        if part.get("component"):
            flat += _parts([part["component"]])
    return flat
