"""Seeds as they are typed, and as they stand in the command of a result."""


def seeds_in(text: str) -> list[int]:
    """Return the seeds that a text such as `1-8` or `1,2,5` names, as they come.

    Raises:
        ValueError: If it is written otherwise.
    """
    seeds: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        seeds.extend(range(int(first), int(last or first) + 1))
    return seeds
