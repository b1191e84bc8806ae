"""The versions of a store: older ones are carried forward, newer ones and those too old are refused.

One number, which Alembic keeps in the table `alembic_version`, counts the tables and what lies in them: a change after
which a journal replays otherwise or a snapshot cannot be read is a new version too, even where no table changes. Each
version is one file in `versions/`, forward only. They run in one transaction on the writer's connection: a store is
wholly carried, or left as it was.
"""

import logging
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from engine.schema import VERSION

log = logging.getLogger(__name__)

FOLDER: Final = Path(__file__).parent
OLDEST: Final = 4
"""The oldest version that can be carried forward. What 1 to 3 hold was played by other rules, before any release."""

_MIGRATING: Final = 0x776F6F64
"""The key of PostgreSQL's advisory lock under which a store is carried forward: "wood"."""


class SchemaError(Exception):
    """A store is of a version that this program cannot use; the text says what to do."""


def version_of(connection: sa.Connection) -> int | None:
    """Return the version of a store's schema, or None when the database holds no tables of woods.

    Raises:
        SchemaError: If it names a version that is no number.
    """
    if sa.inspect(connection).has_table("alembic_version"):
        told = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    elif sa.inspect(connection).has_table("meta"):
        told = connection.execute(sa.text("SELECT value FROM meta WHERE key = 'schema'")).scalar()
    else:
        return None
    try:
        return int(str(told))
    except ValueError:
        raise SchemaError("This store does not say of which version it is. Restore it from a backup.") from None


def require_current(connection: sa.Connection) -> None:
    """Check that a store can be read as it is.

    Raises:
        SchemaError: If it holds no woods, or is of another version than this program's.
    """
    version = version_of(connection)
    if version is None:
        raise SchemaError("This database holds no woods. Name one written by wood bot, wood play or wood sim --out.")
    _require_known(version)
    if version < VERSION:
        raise SchemaError(
            f"This store has schema {version} and this program reads schema {VERSION}. Back it up, then open it once "
            f"with wood bot or wood play --db, which carry it forward."
        )


def carry_forward(connection: sa.Connection) -> None:
    """Make the tables of a new store, or carry an older one to this program's version; commit it, or change nothing.

    Args:
        connection: The writer's, outside any transaction.

    Raises:
        SchemaError: If the store is newer than this program, too old, or a migration fails.
    """
    version = version_of(connection)
    if version == VERSION:
        return
    if version is not None:
        _require_known(version)
    connection.rollback()  # what was read began a transaction
    try:
        _begin(connection)
        version = version_of(connection)  # another process may have carried it while this one waited
        if version is not None:
            _require_known(version)
        if version != VERSION:
            _upgrade(connection, version)
        _check_references(connection)
        connection.commit()
        if version not in (None, VERSION):
            log.info("The store is carried forward from schema %s to %s", version, VERSION)
    except SQLAlchemyError as error:
        connection.rollback()
        raise SchemaError(
            f"This store could not be carried from schema {version} to {VERSION} and is as it was: "
            f"{str(error.__cause__ or error).rstrip('.')}. Go on with the version that wrote it."
        ) from error
    except BaseException:
        connection.rollback()
        raise
    finally:
        _end(connection)


def _require_known(version: int) -> None:
    if version > VERSION:
        raise SchemaError(
            f"This store has schema {version} and this program knows no later one than {VERSION}. "
            f"Run the version that wrote it."
        )
    if version < OLDEST:
        raise SchemaError(
            f"This store has schema {version}, from before the first release, and its woods cannot be carried forward. "
            f"Run the version that wrote it, or begin a new file."
        )


def _upgrade(connection: sa.Connection, version: int | None) -> None:
    # Reading a store needs none of it, and it takes a third of a second to import.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    if version is not None and not sa.inspect(connection).has_table("alembic_version"):
        command.stamp(config, str(version))
    command.upgrade(config, "head")


def _begin(connection: sa.Connection) -> None:
    """Begin a transaction that holds every statement of the migrations.

    Python's driver for SQLite begins one by itself before it changes rows, but not before it changes tables. And SQLite
    lets a table be rebuilt, which is how its columns are changed, only while foreign keys are off; they cannot be
    switched within a transaction, so they are checked at its end instead. PostgreSQL needs nothing of this, but there
    several processes may start together, of which one carries the store and the others wait.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATING)))
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _end(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.rollback()


def _check_references(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise SchemaError("This store holds rows of a wood that is not there. Restore it from a backup.")
