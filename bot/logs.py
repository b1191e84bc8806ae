"""Logs: lines to read, or JSON to search, and in neither a secret.

Every record is made into text first and redacted then, so that a secret is gone from message, arguments, fields and
traceback alike, whichever library wrote it. `bind` gives all that an interaction's or a turn's task logs its fields.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from typing import Any, Final, Literal
from urllib.parse import quote, quote_plus

from pythonjsonlogger.json import JsonFormatter

LogFormat = Literal["text", "json"]

REDACTED: Final = "[redacted]"

FIELDS: Final = ("world", "turn", "interaction", "seconds")
"""The fields an operator can search for: a wood, its turn, Discord's number of an interaction, and how long it took."""

_FEWEST_CHARACTERS: Final = 6
"""A shorter value is no secret worth the name, and redacting it would blot out words."""

_SECRET_NAMES: Final = re.compile(r"TOKEN|SECRET|PASSWORD|API_?KEY|_KEY$", re.IGNORECASE)
_SHAPES: Final = (
    # A bot's token: its id, a time and a signature.
    re.compile(r"[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"),
    # The token of an interaction or a webhook in Discord's addresses, with which one could answer in our stead.
    re.compile(r"(?<=/webhooks/)\d+/[\w-]+|(?<=/interactions/)\d+/[\w-]+"),
    # Who it was, as discord.py names users.
    re.compile(r"(?<=User: )\d+|<(?:User|Member) id=[^>]*>"),
    # A password in an address.
    re.compile(r"(?<=://)[^\s/@:]*:[^\s/@]+(?=@)"),
)

_bound: ContextVar[Mapping[str, object] | None] = ContextVar("bound", default=None)


def bind(**fields: object) -> None:
    """Give everything that the running task logs from now on these fields."""
    _bound.set({**(_bound.get() or {}), **fields})


class Redactor:
    """Blots secrets out of text: those it is given, also as JSON, Python and addresses spell them, and known shapes."""

    def __init__(self, secrets: Iterable[str]) -> None:
        spelled = {
            spelling for secret in secrets if len(secret) >= _FEWEST_CHARACTERS for spelling in _spellings(secret)
        }
        longest_first = sorted(spelled, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def __call__(self, text: str) -> str:
        """Return `text` without secrets."""
        if self._known is not None:
            text = self._known.sub(REDACTED, text)
        for shape in _SHAPES:
            text = shape.sub(REDACTED, text)
        return text


def _spellings(secret: str) -> tuple[str, ...]:
    return secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], quote(secret, safe=""), quote_plus(secret)


def secrets_in(environment: Mapping[str, str], names: Iterable[str] = ()) -> set[str]:
    """Return the values in the environment that are secrets: of variables called so, and of those in `names`."""
    wanted = set(names)
    return {value for name, value in environment.items() if name in wanted or _SECRET_NAMES.search(name)}


def install(secrets: Iterable[str], log_format: LogFormat = "text") -> None:
    """Make the root logger write to standard error, redacted; handlers that were there go.

    Args:
        secrets: What no line may hold.
        log_format: `text` to be read, or `json` with one object a line.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_add_fields)
    handler.setFormatter(redacting(Redactor(secrets), log_format))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every look at the clock
    logging.getLogger("alembic").setLevel(logging.WARNING)  # the store says itself that it is carried forward
    logging.captureWarnings(capture=True)


def redacting(redact: Redactor, log_format: LogFormat) -> logging.Formatter:
    """Return the formatter of a format, its text redacted."""
    if log_format == "json":
        inner: logging.Formatter = _JsonFormatter(
            redact,
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
        )
    else:
        inner = _TextFormatter("%(asctime)s %(levelname)-8s %(name)s %(message)s")
    return _Redacting(inner, redact)


class _JsonFormatter(JsonFormatter):
    """Redacts every text before JSON escapes it, and perhaps what was escaped already."""

    def __init__(self, redact: Redactor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._redact = redact

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        plain = super().process_log_record(log_data)
        return {name: self._redact(value) if isinstance(value, str) else value for name, value in plain.items()}


class _TextFormatter(logging.Formatter):
    """Puts the fields behind the message."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        fields = " ".join(f"{name}={record.__dict__[name]}" for name in FIELDS if name in record.__dict__)
        return f"{super().formatMessage(record)} {fields}".rstrip()


class _Redacting(logging.Formatter):
    def __init__(self, inner: logging.Formatter, redact: Redactor) -> None:
        super().__init__()
        self._inner = inner
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(self._inner.format(record))


def _add_fields(record: logging.LogRecord) -> bool:
    for name, value in (_bound.get() or {}).items():
        record.__dict__.setdefault(name, value)
    return True
