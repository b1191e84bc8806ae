"""What a disk holds after a power cut: all that was synced, and whatever it pleases of the rest.

The model is as hostile as POSIX allows and SQLite expects. Of what was written and not synced, each sector of 512
bytes holds any of its versions; a length may be old while the bytes are new; a name that was made or removed is there
or not until its folder was synced. Names change in order, as in a journalling file system. A sync that fails decides
what is kept of the writes before it, and no later sync makes them good: the kernel believes them clean.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from random import Random
from typing import Final

from tests.crash.shim import Change, Record

SECTOR: Final = 512


class Kept(Enum):
    """How much of what was not synced outlives a power cut."""

    NOTHING = "nothing"
    EVERYTHING = "everything"
    BEGINNING = "a beginning, its last write torn"
    SECTORS = "any sectors"


@dataclass(frozen=True)
class _Pending:
    """A write or a cut (whose `data` is None) that was not synced."""

    offset: int
    data: bytes | None

    def onto(self, content: bytearray) -> None:
        if self.data is None:
            _resize(content, self.offset)
        else:
            _resize(content, max(len(content), self.offset))
            content[self.offset : self.offset + len(self.data)] = self.data


@dataclass
class _File:
    """A file's content on the disk, and what is on its way there."""

    content: bytearray = field(default_factory=bytearray)
    pending: list[_Pending] = field(default_factory=list[_Pending])

    def sync(self) -> None:
        for change in self.pending:
            change.onto(self.content)
        self.pending.clear()

    def survivor(self, rng: Random, kept: Kept) -> bytearray:
        """Return the content that a cut could leave now."""
        content = bytearray(self.content)
        if kept is Kept.NOTHING or not self.pending:
            return content
        if kept is Kept.SECTORS:
            return _torn(content, self.pending, rng)
        whole = len(self.pending) if kept is Kept.EVERYTHING else rng.randrange(len(self.pending))
        for change in self.pending[:whole]:
            change.onto(content)
        return _torn(content, self.pending[whole : whole + 1], rng)


class Disk:
    """A folder on a disk, followed change by change."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Begin with these files, all of them safely there."""
        self._names = {name: _File(bytearray(content)) for name, content in files.items()}
        self._safe_names = dict(self._names)
        self._renamings: list[tuple[str, _File | None]] = []

    def follow(self, record: Record, rng: Random) -> None:
        """Take one change; a failed sync draws from `rng` what it kept."""
        name = record.name
        if record.kind is Change.CREATE:
            self._names[name] = _File()
            self._renamings.append((name, self._names[name]))
        elif record.kind is Change.UNLINK:
            del self._names[name]
            self._renamings.append((name, None))
        elif record.kind is Change.WRITE:
            self._names[name].pending.append(_Pending(record.offset, record.data))
        elif record.kind is Change.CUT:
            self._names[name].pending.append(_Pending(record.size, None))
        elif record.kind is Change.SYNC and name:
            self._names[name].sync()
        elif record.kind is Change.SYNC:
            self._safe_names = dict(self._names)
            self._renamings.clear()
        elif record.kind is Change.UNSYNCED and name:
            file = self._names[name]
            file.content = file.survivor(rng, Kept.SECTORS)
            file.pending.clear()

    def survivors(self, rng: Random, kept: Kept) -> dict[str, bytes]:
        """Return the files that a power cut could leave now."""
        names = dict(self._safe_names)
        count = len(self._renamings)
        happened = {Kept.NOTHING: 0, Kept.EVERYTHING: count}.get(kept, rng.randint(0, count))
        for name, file in self._renamings[:happened]:
            if file is None:
                names.pop(name, None)
            else:
                names[name] = file
        return {name: bytes(file.survivor(rng, kept)) for name, file in names.items()}


def _torn(content: bytearray, pending: list[_Pending], rng: Random) -> bytearray:
    """Give every sector that was touched any of the versions it had, and the file any of its lengths."""
    sizes, touching, versions = [len(content)], list[range](), dict[int, list[int]]()
    for number, change in enumerate(pending):
        before, end = sizes[-1], change.offset + len(change.data or b"")
        sizes.append(end if change.data is None else max(before, end))
        begin, end = (change.offset, end) if change.data is not None else sorted((before, end))
        touching.append(range(begin // SECTOR, -(-end // SECTOR)))
        for sector in touching[-1]:
            versions.setdefault(sector, [-1]).append(number)
    chosen = {sector: rng.choice(numbers) for sector, numbers in versions.items()}
    torn, moving = bytearray(content), bytearray(content)
    _resize(torn, max(sizes))
    for number, change in enumerate(pending):
        change.onto(moving)
        for sector in touching[number]:
            if chosen[sector] == number:
                at, end = sector * SECTOR, min((sector + 1) * SECTOR, len(torn))
                torn[at:end] = moving[at:end].ljust(end - at, b"\0")
    _resize(torn, rng.choice(sizes))
    return torn


def _resize(content: bytearray, size: int) -> None:
    if size < len(content):
        del content[size:]
    else:
        content.extend(bytes(size - len(content)))
