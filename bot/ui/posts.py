"""What each kind of post looks like in a channel, and by what it is known there again."""

from typing import Any

from bot.ui.buttons import custom_id_of
from bot.ui.cards import turn_card
from bot.ui.charts import price_chart
from engine.records import Post, PostKind


async def message_of(post: Post) -> dict[str, Any]:
    """Return what to send for a post, as arguments of `Messageable.send`; sending it uses a file in it up."""
    if post.kind is PostKind.NOTICE:
        return {"content": f"📣 {post.content}"}
    assert post.view is not None, "every card shows a turn that has closed"
    chart = await price_chart(post.view)
    return {"view": turn_card(post.view, post.world_id), "file": chart}


def mark_of(post: Post) -> str:
    """Return the text or the custom_id by which a post's message is known."""
    if post.kind is PostKind.NOTICE:
        return f"📣 {post.content}"
    return custom_id_of("ledger", post.world_id, post.turn)
