"""What an operator sets, from the environment or a file `.env`."""

from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.logs import LogFormat
from bot.ui.art.theme import ThemeName
from engine.shards import Shards


class SettingsError(Exception):
    """A setting is missing or wrong; the text is one sentence that says what to do."""


class Settings(BaseSettings):
    """The bot's settings; every name is that of an environment variable.

    `tick_seconds` is how often the clock looks for woods whose turn is due. `commands_stamp` is the file in which
    the bot remembers which slash commands it last told Discord, so that it does so only when they changed. `heartbeat`
    is a file that the clock touches at every look, for a watchman outside; without it none is touched. `metrics_port`
    is where Prometheus may scrape, on `metrics_host`; without it there is nothing to scrape. `log_format` is `text`,
    or `json` for one object a line. `shard_count` is into how many shards Discord divides the servers, and `shard_ids`
    which of them this process keeps; without them Discord says the number, and this process keeps all. `pictures` is
    `dark`, or `light` for a community that reads by day.
    """

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", populate_by_name=True)

    token: SecretStr = Field(validation_alias="DISCORD_TOKEN", min_length=1)
    database_url: str = Field(default="sqlite+aiosqlite:///wood.db", validation_alias="WOOD_DATABASE_URL")
    council: str = Field(default="embedded", validation_alias="WOOD_COUNCIL", min_length=1)
    tick_seconds: float = Field(default=5.0, gt=0, le=3600, validation_alias="WOOD_TICK_SECONDS")
    commands_stamp: Path = Field(default=Path(".wood-commands"), validation_alias="WOOD_COMMANDS_STAMP")
    metrics_port: int | None = Field(default=None, ge=1, le=65_535, validation_alias="WOOD_METRICS_PORT")
    metrics_host: str = Field(default="127.0.0.1", validation_alias="WOOD_METRICS_HOST", min_length=1)
    heartbeat: Path | None = Field(default=None, validation_alias="WOOD_HEARTBEAT")
    log_format: LogFormat = Field(default="text", validation_alias="WOOD_LOG_FORMAT")
    shard_count: int | None = Field(default=None, ge=1, le=16_384, validation_alias="WOOD_SHARD_COUNT")
    shard_ids: str | None = Field(default=None, validation_alias="WOOD_SHARD_IDS")
    pictures: ThemeName = Field(default="dark", validation_alias="WOOD_PICTURES")

    @property
    def shards(self) -> Shards | None:
        """Return the shards of this process, or None where Discord says how many there are.

        Raises:
            SettingsError: If they cannot be used.
        """
        if self.shard_count is None:
            if self.shard_ids is not None:
                raise SettingsError(
                    "WOOD_SHARD_IDS says which shards this process keeps, and not of how many. Set WOOD_SHARD_COUNT."
                )
            return None
        try:
            return Shards.named(self.shard_count, self.shard_ids)
        except ValueError as error:
            raise SettingsError(
                f"WOOD_SHARD_IDS cannot be used: {error}. Correct it in the environment or in .env."
            ) from None


def load_settings(env_file: Path | str | None = ".env") -> Settings:
    """Read the settings from the environment, then from `env_file`.

    Raises:
        SettingsError: If the token is missing or a value cannot be used.
    """
    try:
        return Settings(_env_file=env_file)  # pyright: ignore[reportCallIssue] - the fields come from the environment
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        if name == "DISCORD_TOKEN":
            raise SettingsError(
                "There is no Discord token: put DISCORD_TOKEN=… into the environment or into a file .env, "
                "as .env.example shows."
            ) from None
        raise SettingsError(
            f"{name} cannot be used: {first['msg']}. Correct it in the environment or in .env."
        ) from None
