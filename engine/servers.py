"""What servers are set to, as Discord last said: of no weight in the game, and no part of a wood."""

import sqlalchemy as sa

from engine import schema as t
from engine.claims import server_in
from engine.shards import Shards


def locales(connection: sa.Connection, shards: Shards) -> dict[int, str]:
    """Return the locale of every server in some shards, such as `es-ES`, by the server's id."""
    s = t.servers
    query = sa.select(s.c.guild_id, s.c.locale).where(server_in(s.c.guild_id, shards))
    return {row.guild_id: row.locale for row in connection.execute(query)}


def keep_locale(connection: sa.Connection, guild_id: int, locale: str) -> None:
    """Note the locale that a server is set to."""
    s = t.servers
    if connection.execute(sa.update(s).where(s.c.guild_id == guild_id).values(locale=locale)).rowcount == 0:
        connection.execute(sa.insert(s).values(guild_id=guild_id, locale=locale))
