"""What the keeper leaves for the channel."""

from engine.keeper import Keeper
from engine.records import GIVEN_UP
from tests.engine.conftest import KeeperOpener


class TestPosts:
    async def test_a_turns_card_waits_until_it_is_marked(self, keeper: Keeper, open_keeper: KeeperOpener):
        assert await keeper.outbox.pending() == []
        await keeper.advance("w")
        await keeper.advance("w")
        posts = await keeper.outbox.pending()
        assert [(post.world_id, post.turn, post.guild_id, post.channel_id) for post in posts] == [
            ("w", 1, 1, 2), ("w", 2, 1, 2),
        ]  # fmt: skip
        assert posts[1].view == keeper.public("w")
        assert len({post.nonce for post in posts}) == 2
        assert all(0 < len(post.nonce) <= 25 for post in posts)
        await keeper.outbox.mark(posts[0].post_id, 555)
        reborn = await open_keeper()
        assert await reborn.outbox.pending() == posts[1:]

    async def test_those_of_one_wood_are_apart(self, keeper: Keeper):
        await keeper.found("b", 3, 4, seed="b")
        for world_id in ("b", "w", "b"):
            await keeper.advance(world_id)
        assert await keeper.outbox.woods_with_pending() == ["b", "w"]
        assert [(post.world_id, post.turn) for post in await keeper.outbox.pending("b")] == [("b", 1), ("b", 2)]
        for post in await keeper.outbox.pending("b"):
            await keeper.outbox.mark(post.post_id, GIVEN_UP)
        assert await keeper.outbox.woods_with_pending() == ["w"]

    async def test_the_last_one_is_kept_with_its_message_and_can_be_sent_again(self, keeper: Keeper):
        assert await keeper.outbox.card("w") is None
        await keeper.advance("w")
        await keeper.advance("w")
        waiting = await keeper.outbox.pending()
        await keeper.outbox.mark(waiting[1].post_id, 556)
        last = await keeper.outbox.card("w")
        assert last == waiting[1].model_copy(update={"message_id": 556})
        assert last.at == keeper._clock.now()
        await keeper.outbox.mark(last.post_id, None)
        assert await keeper.outbox.pending() == waiting

    async def test_follow_the_channel(self, keeper: Keeper):
        await keeper.advance("w")
        await keeper.configure("w", channel_id=99)
        assert [post.channel_id for post in await keeper.outbox.pending()] == [99]
