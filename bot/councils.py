"""The councils of this process: each loaded once, whichever woods it thinks for."""

from collections.abc import Callable, Mapping

from inference.council import MindCouncil, load_council

Listener = Callable[[str, int, str], None]
"""Is told of a wood, a turn of it and a creature that has decided."""


class Councils:
    """Returns the council of a name, as the Keeper asks for it."""

    def __init__(self) -> None:
        self._loaded: dict[str, MindCouncil] = {}
        self._listener: Listener | None = None

    def __call__(self, name: str) -> MindCouncil:
        """Return the council called `name`, loading it the first time.

        Raises:
            CouncilConfigError: If there is no such council, or its file has a mistake.
        """
        if name not in self._loaded:
            self._loaded[name] = load_council(name)
            if self._listener is not None:
                self._loaded[name].on_decided = self._listener
        return self._loaded[name]

    def tell(self, listener: Listener) -> None:
        """Tell `listener` of each creature that has decided, in every council, from now on."""
        self._listener = listener
        for council in self._loaded.values():
            council.on_decided = listener

    def seating(self, name: str) -> Mapping[str, Mapping[str, str]]:
        """Return the mind, lab and kind behind each creature of the council called `name`."""
        return self(name).seating()

    async def close(self) -> None:
        """Close every council."""
        for council in self._loaded.values():
            await council.aclose()
        self._loaded.clear()
