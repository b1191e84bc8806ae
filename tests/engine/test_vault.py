"""A secret cannot be shown by accident, and the vault survives its own table."""

import copy
import io
import json
import logging
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from engine.actions import BuyForecast, Join, OpenContract, Whisper, act
from engine.ports import CANARY
from engine.streams import canary
from engine.turn import close_turn, found, open_turn
from engine.vault import LETTERS_KEPT, Secret, SecretLeak, Vault, seal, unseal
from engine.vocabulary import Direction, Good, Stance

HIDDEN = "the owl counts at midnight"


class Envelope(BaseModel):
    content: Any


SHOWINGS: dict[str, Callable[[Secret[Any]], object]] = {
    "str": str,
    "repr": repr,
    "format": lambda secret: format(secret, ""),
    "f-string": lambda secret: f"{secret}",
    "f-string with !r": lambda secret: f"{secret!r}",
    "percent": lambda secret: "%s" % secret,  # noqa: UP031 - the very thing under test
    "str.format": "{}".format,
    "join": lambda secret: "".join(map(str, [secret])),
    "a list's repr": lambda secret: str([secret]),
    "a dict's repr": lambda secret: f"{ {'secret': secret} }",
    "print": print,
    "iteration": list,
    "unpacking": lambda secret: [*secret],
    "membership": lambda secret: "owl" in secret,
    "index": lambda secret: secret[0],
    "length": len,
    "truth": bool,
    "if": lambda secret: 1 if secret else 0,
    "equality": lambda secret: secret == HIDDEN,
    "reflected equality": lambda secret: HIDDEN == secret,  # noqa: SIM300
    "inequality": lambda secret: secret != HIDDEN,
    "order": lambda secret: secret < secret,
    "sorting": lambda secret: sorted([secret, secret]),
    "hash": hash,
    "a set": lambda secret: {secret},
    "pickle": pickle.dumps,
    "shallow copy": copy.copy,
    "json with a fallback": lambda secret: json.dumps(secret, default=str),
    "sort by its text": lambda secret: sorted([secret], key=str),
}


@pytest.mark.parametrize("show", SHOWINGS.values(), ids=SHOWINGS.keys())
@pytest.mark.parametrize(
    "value", [HIDDEN, True, 7, ["a", "b"], {"k": 1}], ids=["text", "flag", "number", "list", "dict"]
)
def test_a_secret_is_never_shown(show: Callable[[Secret[Any]], object], value: object) -> None:
    with pytest.raises(SecretLeak) as leak:
        show(Secret(value))
    assert HIDDEN not in str(leak.value)


def test_a_secret_is_no_json() -> None:
    with pytest.raises(TypeError) as refused:
        json.dumps({"secret": Secret(HIDDEN)})
    assert HIDDEN not in str(refused.value)


def test_pydantic_cannot_dump_a_secret_as_json() -> None:
    envelope = Envelope(content=Secret(HIDDEN))
    with pytest.raises(Exception) as refused:  # noqa: PT011 - pydantic's or the secret's own, both refuse
        envelope.model_dump_json()
    assert HIDDEN not in str(refused.value)
    assert isinstance(envelope.model_dump()["content"], Secret)


def test_a_log_line_does_not_hold_a_secret(capsys: pytest.CaptureFixture[str]) -> None:
    written = io.StringIO()
    logger, handler = logging.Logger("wood"), logging.StreamHandler(written)
    logger.addHandler(handler)
    logger.warning("the secret is %s", Secret(HIDDEN))
    logger.warning("the turn is %s", 3)
    assert written.getvalue() == "the turn is 3\n"
    assert HIDDEN not in capsys.readouterr().err


def test_a_secret_has_no_attributes_to_walk() -> None:
    secret = Secret(HIDDEN)
    with pytest.raises(TypeError):
        vars(secret)
    with pytest.raises(AttributeError):
        secret.value  # type: ignore[attr-defined]  # noqa: B018


def test_deep_copies_are_apart() -> None:
    secret = Secret(["first", "second"])
    twin = copy.deepcopy(secret)
    twin.reveal().append("third")
    assert secret.reveal() == ["first", "second"]


def test_replacing_changes_the_value() -> None:
    secret = Secret(1)
    secret.replace(2)
    assert secret.reveal() == 2


def test_a_vault_says_only_that_it_is_one() -> None:
    vault = Vault(seed=HIDDEN, deck=[HIDDEN], due=3)
    assert repr(vault) == str(vault) == f"{vault}" == "<Vault>"


def lived_in() -> Vault:
    """Return the vault of a wood with every kind of secret in it."""
    wood = found("w", "seed")
    for action in (
        Join(),
        OpenContract(stance=Stance.SHORT, good=Good.HONEY, quantity=3),
        BuyForecast(),
        Whisper(creature="Oona", good=Good.HONEY, direction=Direction.FALL),
    ):
        wood = act(wood, "Ada", action).wood
    return wood.vault


def test_seal_and_unseal_are_inverse() -> None:
    vault = lived_in()
    sealed = seal(vault)
    assert seal(unseal(sealed)) == sealed
    plain = json.loads(sealed)
    assert plain["members"] == {"Ada": plain["positions"][0]["mask"]}
    assert list(plain) == sorted(plain)
    assert set(plain) == set(vars(vault))


def test_a_restored_wood_goes_on_as_the_old_one() -> None:
    wood = found("w", "seed")
    wood = act(wood, "Ada", Join()).wood
    written = wood.write()
    restored = type(wood).restore(written.world, written.sealed)
    for _ in range(6):
        wood, restored = (close_turn(open_turn(one).wood, {}).wood for one in (wood, restored))
        assert wood.state_hash() == restored.state_hash()


def test_every_kind_of_secret_carries_its_own_canary() -> None:
    plain = json.loads(seal(lived_in()))
    planted = [plain["canary"], *(item["canary"] for item in [*plain["tips"], *plain["positions"]])]
    planted += [forecast["canary"] for forecast in plain["forecasts"].values()]
    assert len(planted) == len(set(planted)) == 4
    assert all(CANARY.fullmatch(mark) for mark in planted)


@given(seed=st.text(max_size=20), names=st.lists(st.text(max_size=8) | st.integers(), max_size=3))
def test_a_canary_always_has_the_shape_that_scans_look_for(seed: str, names: list[str | int]) -> None:
    assert CANARY.fullmatch(canary(seed, *names))


def test_letters_keep_the_newest_of_each_patron() -> None:
    worn = {"player-1": "the Patron of the Oak", "player-2": "the Patron of the Birch"}
    vault = Vault(seed="s", deck=[], due=0, members=worn)
    vault.post_letter("the Patron of the Oak", 0, "to another")
    for turn in range(LETTERS_KEPT + 3):
        vault.post_letter("the Patron of the Birch", turn, f"letter {turn}")
    letters = vault.letters.reveal()
    assert [letter.turn for letter in letters if letter.mask.endswith("Birch")] == list(range(3, LETTERS_KEPT + 3))
    assert [letter.text for letter in letters if letter.mask.endswith("Oak")] == ["to another"]
