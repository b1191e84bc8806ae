"""The disk under SQLite, seen from Python: `disk.c` built, loaded in front of the C library, and told what to do."""

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from enum import IntFlag
from pathlib import Path
from struct import Struct
from typing import Final, NamedTuple

_SOURCE: Final = Path(__file__).with_name("disk.c")
_LOADED: Final = "WOOD_CRASH_SHIM"
_HEAD: Final = Struct("=IIQQ")

KILL: Final = -1
"""The failure that ends the process at once, as SIGKILL does."""


class Change(IntFlag):
    """What can happen to a folder, as `disk.c` numbers it. A mark is a line of the process's own."""

    WRITE = 1
    SYNC = 2
    CUT = 4
    CREATE = 8
    UNLINK = 16
    MARK = 32
    UNSYNCED = 64


class Record(NamedTuple):
    """One change as it was logged; `size` is the length left by a cut, `data` what was written or marked."""

    kind: Change
    name: str
    offset: int
    size: int
    data: bytes


def load(module: str) -> None:
    """Start this program again as `python -m module` with the shim in front of the C library, unless that is done.

    Raises:
        RuntimeError: If there is no C compiler.
    """
    if os.environ.get(_LOADED):
        return
    built = Path(tempfile.mkdtemp(prefix="crash-shim-")) / "disk.so"
    command = ["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", str(built), str(_SOURCE)]
    try:
        subprocess.run([*command, "-ldl", "-lpthread"], check=True)
    except FileNotFoundError:
        raise RuntimeError("There is no C compiler. Install gcc and libc6-dev.") from None
    environment = {**os.environ, "LD_PRELOAD": str(built), _LOADED: str(built)}
    os.execve(sys.executable, [sys.executable, "-m", module, *sys.argv[1:]], environment)


class Shim:
    """The loaded shim."""

    def __init__(self) -> None:
        """Find the functions of the shim in this process; `load` must have been called."""
        library = ctypes.CDLL(os.environ[_LOADED])
        # It is loaded, in this process and in its forks: the file is not needed any more.
        shutil.rmtree(Path(os.environ[_LOADED]).parent)
        library.disk_watch.argtypes = [ctypes.c_char_p, ctypes.c_int]
        library.disk_mark.argtypes = [ctypes.c_char_p, ctypes.c_uint64]
        library.disk_fail.argtypes = [ctypes.c_int, ctypes.c_long, ctypes.c_long, ctypes.c_int]
        library.disk_tried.restype = ctypes.c_long
        self._library = library

    def watch(self, folder: Path, log: int = -1) -> None:
        """Watch the files directly in a folder, and log their changes to a descriptor if one is given."""
        self._library.disk_watch(os.fsencode(folder.resolve()), log)

    def mark(self, line: bytes) -> None:
        """Log a line between the changes."""
        self._library.disk_mark(line, len(line))

    def fail(self, kinds: Change, nth: int, count: int, error: int) -> None:
        """Let `count` changes of some kinds fail with an errno, counted from now on, beginning with the `nth`."""
        self._library.disk_fail(kinds, nth, count, error)

    def heal(self) -> int:
        """Let nothing fail any more, and return how many changes were tried since `fail`."""
        tried = int(self._library.disk_tried())
        self._library.disk_fail(0, 0, 0, 0)
        return tried


def read_log(file: Path) -> Iterator[Record]:
    """Yield what a shim logged, in the order in which it happened."""
    whole = memoryview(file.read_bytes())
    at = 0
    while at < len(whole):
        number, name_length, offset, size = _HEAD.unpack_from(whole, at)
        at += _HEAD.size
        name = bytes(whole[at : at + name_length]).decode()
        at += name_length
        kind = Change(number)
        carried = size if kind in (Change.WRITE, Change.MARK) else 0
        yield Record(kind, name, offset, size, bytes(whole[at : at + carried]))
        at += carried
