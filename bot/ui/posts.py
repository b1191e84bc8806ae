"""What each kind of post looks like in a channel, and by what it is known there again."""

from typing import Any

from bot.i18n import told
from bot.languages import in_every_language
from bot.ui.buttons import custom_id_of
from bot.ui.cards import turn_card
from bot.ui.pictures import of_season, of_turn
from bot.ui.seasons import ended_card, standings_card
from bot.ui.studio import Studio
from engine.contests.honours import SeasonStory
from engine.keeper import Keeper
from engine.records import Post, PostKind
from engine.staging import hall


class Posts:
    """Draws posts; what an ended wood was is read from the store."""

    def __init__(self, keeper: Keeper, studio: Studio) -> None:
        """Draw posts of the woods in the store of `keeper`, their pictures in `studio`."""
        self._keeper = keeper
        self._studio = studio

    async def message_of(self, post: Post) -> dict[str, Any]:
        """Return what to send for a post, as arguments of `Messageable.send`; sending it uses a file in it up."""
        if post.kind is PostKind.NOTICE:
            return {"content": _notice(post)}
        if post.kind is PostKind.ENDED:
            return await self._ended(post)
        assert post.view is not None, "every card shows a turn that has closed"
        if post.kind is PostKind.STANDINGS:
            last = self._keeper.record(post.world_id).last_turn if self._keeper.keeps(post.world_id) else None
            return {"view": standings_card(post.content, post.view, post.world_id, last)}
        files = await self._studio.files(of_turn(post.view), post.theme)
        return {"view": turn_card(post.view, post.world_id), "files": files}

    async def _ended(self, post: Post) -> dict[str, Any]:
        ended = await self._keeper.store.run(lambda c: hall.ended_wood(c, post.world_id))
        assert ended is not None, "the post was written by the transaction that ended the wood"
        story = SeasonStory.model_validate_json(ended.story)
        shown = of_season(ended, story)
        files = await self._studio.files(shown, post.theme)
        return {"view": ended_card(ended, story, shown, post.turn), "files": files}


def marks_of(post: Post) -> frozenset[str]:
    """Return the custom_id, or the texts of which it has one, by which a post's message is known in any language."""
    if post.kind is PostKind.NOTICE:
        return in_every_language(lambda: _notice(post))
    return frozenset({_custom_id_of(post)})


def _notice(post: Post) -> str:
    return f"📣 {told(post.content)}"


def _custom_id_of(post: Post) -> str:
    match post.kind:
        case PostKind.STANDINGS:
            return custom_id_of("board", post.world_id, post.turn)
        case PostKind.ENDED:
            return custom_id_of("hall", post.world_id, post.turn)
        case _:
            return custom_id_of("ledger", post.world_id, post.turn)
