import pytest
from hypothesis import given

from inference.scan import FirewallBreach, check, leaks
from prompts.render import creature_messages
from tests.inference.mind_samples import views


@given(views())
def test_prompts_made_of_views_are_clean(view) -> None:
    assert [leak for message in creature_messages(view) for leak in leaks(message["content"])] == []


@pytest.mark.parametrize(
    "text",
    [
        "honey xq0123456789abcdef0123 falls",
        "user 123456789012345678",
        "<@42> says",
        "<#42>",
        "planted=True",
        "Claim(good='honey', 'planted': False)",
        "heat: 3",
        "the true forecast is",
        "Secret('...')",
    ],
)
def test_what_is_secret_is_found(text: str) -> None:
    assert leaks(f"You hold: honey 3. {text}")


@pytest.mark.parametrize(
    "text", ["You keep the vault and hate to sell cheap.", "I planted acorns in the heat.", "A deck of wheat.", "1234"]
)
def test_what_creatures_say_is_not(text: str) -> None:
    assert leaks(text) == []


def test_a_breach_names_the_kind_and_not_the_thing() -> None:
    with pytest.raises(FirewallBreach, match="a canary") as breach:
        check(["fine", "xq0123456789abcdef0123"])
    assert "xq0" not in str(breach.value)
