"""The councils of this process: each loaded once, whichever woods it thinks for."""

from collections.abc import Mapping

from inference.council import MindCouncil, load_council


class Councils:
    """Returns the council of a name, as the Keeper asks for it."""

    def __init__(self) -> None:
        self._loaded: dict[str, MindCouncil] = {}

    def __call__(self, name: str) -> MindCouncil:
        """Return the council called `name`, loading it the first time.

        Raises:
            CouncilConfigError: If there is no such council, or its file has a mistake.
        """
        if name not in self._loaded:
            self._loaded[name] = load_council(name)
        return self._loaded[name]

    def seating(self, name: str) -> Mapping[str, Mapping[str, str]]:
        """Return the mind, lab and kind behind each creature of the council called `name`."""
        return self(name).seating()

    async def close(self) -> None:
        """Close every council."""
        for council in self._loaded.values():
            await council.aclose()
        self._loaded.clear()
