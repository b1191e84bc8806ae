"""The most memory that a program has had; the peers' Pythons import this as well, so it needs nothing but Python."""

from pathlib import Path


def peak_kib(status: Path = Path("/proc/self/status")) -> int | None:
    """Return the most KiB of memory this program has had since it began, or None where the system does not tell.

    Linux tells in `status`. What getrusage calls ru_maxrss would not do: it survives exec there, so a small program
    is told the peak of the one that started it.
    """
    try:
        lines = status.read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), None)
