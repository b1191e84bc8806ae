"""The keeper's books: recorded postings explain every account."""

import pytest

from engine import ledger as books
from engine.actions import BuyForecast, CloseContract, Join, Refusal, Spring
from engine.cast import NAMES
from engine.keeper import Keeper
from engine.ledger import Posting
from engine.vocabulary import PEBBLES, Good, Phase
from tests.engine.conftest import KeeperOpener
from tests.engine.helpers import ALICE, BOB, long, purse, short
from tests.engine.keeper.acting import WHISPER, Interrupting, act


class TestBooks:
    async def played(self, keeper: Keeper) -> Keeper:
        await act(keeper, Join(), short(Good.HONEY, 10), long(Good.BERRIES, 3), BuyForecast(), WHISPER, Spring())
        await act(keeper, Join(), long(Good.HONEY, 5), user=BOB)
        for _ in range(3):
            await keeper.advance("w")
        await act(keeper, CloseContract(number=1), prefix="late")
        return keeper

    async def balance(self, keeper: Keeper, account: str) -> dict[str, int]:
        held: dict[str, int] = {}
        for posting in await keeper.store.purse_postings("w", account, 100_000):
            sign = 1 if posting.target == account else -1
            held[posting.asset] = held.get(posting.asset, 0) + sign * posting.quantity
        return {asset: amount for asset, amount in held.items() if amount}

    async def test_the_lines_of_a_purse_sum_to_it(self, keeper: Keeper):
        await self.played(keeper)
        for user in (ALICE, BOB):
            mine = await keeper.books("w", user)
            assert sum(line.change for line in mine.lines) == mine.purse
            assert mine.purse == purse(keeper.wood("w"), mine.mask)
            assert mine.lines[-1].change == 100

    async def test_the_recorded_postings_explain_every_account(self, keeper: Keeper):
        """The store's postings are the books: every purse and store follows from them."""
        await self.played(keeper)
        wood = keeper.wood("w")
        accounts = [books.creature_account(name) for name in NAMES] + [books.COMMONS, books.EXCHANGE]
        accounts += [books.patron_account(mask) for mask in wood.world.patrons]
        unexplained: dict[str, tuple[dict[str, int], dict[str, int]]] = {}
        for account in accounts:
            recorded = await self.balance(keeper, account)
            held = {asset: wood.ledger.balance(account, asset) for asset in (PEBBLES, *Good)}
            held = {asset: amount for asset, amount in held.items() if amount}
            if recorded != held:
                unexplained[account] = (recorded, held)
        assert unexplained == {}

    async def test_a_founding_is_recorded_with_its_postings(self, keeper: Keeper, open_keeper: KeeperOpener):
        again = await open_keeper()
        await again.advance("w")
        for account in (books.COMMONS, books.OPENING, books.creature_account("Oona")):
            held = {asset: again.wood("w").ledger.balance(account, asset) for asset in (PEBBLES, *Good)}
            assert await self.balance(again, account) == {asset: amount for asset, amount in held.items() if amount}

    async def test_no_posting_is_recorded_twice_over_a_restart(self, keeper: Keeper, open_keeper: KeeperOpener):
        await self.played(keeper)

        async def recorded(of: Keeper) -> list[Posting]:
            return await of.store.purse_postings("w", books.TREASURY, 100_000)

        before = await recorded(keeper)
        again = await open_keeper()
        await act(again, WHISPER, user=BOB, prefix="after")
        assert len(await recorded(again)) == len(before) + 1

    async def test_a_stranger_has_no_books(self, keeper: Keeper):
        with pytest.raises(Refusal):
            await keeper.books("w", ALICE)
        assert keeper.contracts_of("w", ALICE) == ()
        assert keeper.mask("w", ALICE) is None


class TestSecrecy:
    async def test_a_reports_view_holds_no_players_id(self, keeper: Keeper):
        await act(keeper, Join(), short(Good.HONEY))
        report = await keeper.advance("w")
        assert ALICE not in report.model_dump_json()

    async def test_the_phase_is_public(self, keeper: Keeper, open_keeper: KeeperOpener):
        seen: list[bool] = []

        async def look() -> None:
            seen.append(current.public("w").thinking)

        current = await open_keeper(Interrupting(look))
        await current.advance("w")
        assert seen == [True]
        assert current.wood("w").world.phase is Phase.RESTING
