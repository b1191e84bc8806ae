"""Shards: every server in exactly one, by Discord's rule, and a sentence for those that cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.shards import ALL, Shards


@given(st.integers(0, 2**63 - 1), st.integers(1, 64))
def test_a_server_is_in_one_shard(guild_id: int, count: int):
    assert sum(Shards(count, (shard,)).holds(guild_id) for shard in range(count)) == 1
    assert Shards.named(count, None).holds(guild_id)
    assert ALL.holds(guild_id)


def test_which_one_is_discords_rule():
    # From Discord's documentation: shard_id = (guild_id >> 22) % num_shards.
    assert [Shards(4, (3,)).holds(number << 22) for number in (3, 4, 7)] == [True, False, True]
    assert Shards(2, (1,)).holds((1 << 22) + 12_345)


@pytest.mark.parametrize(
    ("text", "ids"), [(None, (0, 1, 2, 3)), ("0-3", (0, 1, 2, 3)), ("2", (2,)), ("3,0", (0, 3)), ("0-1,3", (0, 1, 3))]
)
def test_are_named(text: str | None, ids: tuple[int, ...]):
    shards = Shards.named(4, text)
    assert shards.ids == ids
    assert shards.all == (len(ids) == 4)


@pytest.mark.parametrize("text", ["", "a", "4", "0-4", "3-1", "-1", "0;1"])
def test_what_names_none_is_told(text: str):
    with pytest.raises(ValueError, match="like 0-3 or 0,2,5"):
        Shards.named(4, text)
