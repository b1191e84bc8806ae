"""What the tests of the keeper share: actions in a row, what was journalled, and a council that is interrupted."""

from engine.actions import Action, Whisper
from engine.keeper import Keeper
from engine.ports import Deliberation, TurnRequest
from engine.vocabulary import Direction, Good
from tests.engine.helpers import ALICE, Script

WHISPER = Whisper(creature="Nettle", good=Good.HONEY, direction=Direction.FALL)


async def act(keeper: Keeper, *actions: Action, user: str = ALICE, prefix: str = "i") -> None:
    for number, action in enumerate(actions):
        await keeper.act("w", user, action, f"{prefix}-{user}-{number}")


async def journalled(keeper: Keeper) -> list[tuple[str, str]]:
    return [(row.kind, row.input_id) for row in await keeper.store.journal_since("w", 0)]


class Interrupting(Script):
    """A council during whose thinking something happens."""

    def __init__(self, happens) -> None:
        super().__init__()
        self.happens = happens

    async def deliberate(self, request: TurnRequest) -> Deliberation:
        await self.happens()
        return await super().deliberate(request)
