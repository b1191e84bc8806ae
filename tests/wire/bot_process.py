"""The real bot in a process of its own, on a loopback Discord: `python -m tests.wire.bot_process API GATEWAY`.

It is started as `wood bot` starts it, from the environment; only the address of Discord is another.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.run import run_bot
from bot.settings import load_settings
from tests.wire.loopback import LoopbackDiscord, pointed_at

_STOPS_WITHIN_SECONDS = 60.0


@dataclass(frozen=True)
class BotProcess:
    """A running bot, and what the system says of it."""

    process: asyncio.subprocess.Process
    database: Path

    @property
    def resident_kib(self) -> int:
        """Resident memory in KiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))

    @property
    def descriptors(self) -> int:
        """Open files and sockets."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    @property
    def processor_seconds(self) -> float:
        """Seconds of processor time used so far, of all its threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def journal_bytes(self) -> int:
        """Bytes in the database's write-ahead log."""
        wal = self.database.with_name(f"{self.database.name}-wal")
        return wal.stat().st_size if wal.exists() else 0

    async def stop(self) -> None:
        """Stop it as an operator does, and wait until it is gone.

        Raises:
            RuntimeError: If it does not end.
        """
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGINT)
        try:
            await asyncio.wait_for(self.process.wait(), _STOPS_WITHIN_SECONDS)
        except TimeoutError:
            self.process.kill()
            raise RuntimeError("The bot did not stop when it was told to.") from None


@asynccontextmanager
async def bot_process(discord: LoopbackDiscord, database: Path, log: Path) -> AsyncIterator[BotProcess]:
    """Run the bot on a database in a file until it is connected, and stop it afterwards. `log` takes what it says."""
    environment = {
        **os.environ,
        "DISCORD_TOKEN": "no-token",
        "WOOD_DATABASE_URL": f"sqlite+aiosqlite:///{database}",
        "WOOD_COUNCIL": "standin",
        "WOOD_TICK_SECONDS": "1",
        "WOOD_COMMANDS_STAMP": str(database.with_name("commands")),
    }
    with log.open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.wire.bot_process", discord.api, discord.gateway_url,
            env=environment, stdout=out, stderr=out,
        )  # fmt: skip
    running = BotProcess(process, database)
    try:
        await asyncio.wait_for(discord.gateway.connected(discord.gateway.shards), 120)
        yield running
    finally:
        await running.stop()


def main() -> None:
    """Run the bot until it is interrupted."""
    # A shell that runs the tests in the background lets them, and so this process, ignore interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    api, gateway_url = sys.argv[1:]
    with pointed_at(api, gateway_url):
        try:
            asyncio.run(run_bot(load_settings(None)))
        except KeyboardInterrupt:
            sys.exit(0)


if __name__ == "__main__":
    main()
