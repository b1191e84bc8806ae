"""What servers are set to is kept by server, and read by whoever keeps its shard."""

from engine import servers
from engine.shards import ALL, Shards
from engine.store import MEMORY, Store


async def test_the_last_locale_of_every_server_of_the_shards_is_known() -> None:
    store = await Store.open(MEMORY, writer=True)
    try:
        first, second = 5 << 22, 6 << 22
        for guild_id, locale in ((first, "ja"), (second, "es-ES"), (first, "zh-TW")):
            await store.run(lambda c, of=guild_id, to=locale: servers.keep_locale(c, of, to))
        assert await store.run(lambda c: servers.locales(c, ALL)) == {first: "zh-TW", second: "es-ES"}
        assert await store.run(lambda c: servers.locales(c, Shards(2, (0,)))) == {second: "es-ES"}
    finally:
        await store.close()
