"""The narrator's headline: what may be posted of any text a mind can write."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ports import HEADLINE_LENGTH
from engine.views import NarratorView
from inference.headline import read_headline

TRADE = NarratorView(season="late autumn", turn=3, lines=("Sable bought 3 honey of Oona at 10.",))
RUIN = NarratorView(
    season="late autumn",
    turn=4,
    lines=("Oona defaults: 6 honey go to its lender.", "Oona cannot pay and is banished. It returns in turn 9."),
)
INQUIRY = NarratorView(
    season="early winter",
    turn=9,
    lines=("The magistrate opens an inquiry into the Patron of the Birch. The verdict comes in turn 12.",),
)


def said(headline: str) -> str:
    return json.dumps({"headline": headline})


@pytest.mark.parametrize(
    ("view", "headline"),
    [
        (TRADE, "Sable bought 3 honey of Oona!"),
        (RUIN, "Oona is banished and returns in turn 9."),
        (INQUIRY, "The magistrate opens an inquiry into the Patron of the Birch."),
    ],
)
def test_a_headline_about_the_news_is_posted_as_it_is(view: NarratorView, headline: str):
    read, report = read_headline(said(headline), view)
    assert read == headline
    assert (report.status, report.valid_json) == ("ok", True)


@pytest.mark.parametrize(
    ("view", "headline", "why"),
    [
        (TRADE, "", "too short or too long"),
        (TRADE, "Snow", "too short or too long"),
        (TRADE, "Sable bought honey of Oona " * 5, "too short or too long"),
        (TRADE, "@everyone Sable bought honey of Oona", "not plain words"),
        (TRADE, "<@123> bought honey of Oona", "not plain words"),
        (TRADE, "Sable bought honey at www.honey of Oona", "not plain words"),
        (TRADE, "Sable bought honey of Oona at oona.example", "not plain words"),
        (TRADE, "**Sable** bought honey of Oona", "not plain words"),
        (TRADE, "Sable bought the true forecast of Oona", "not plain words"),
        (TRADE, "Sable bought 300 honey of Oona", "a number that is not in the news"),
        (TRADE, "Sable bought 3 honey of Nettle", "a name or good that is not in the news"),
        (TRADE, "Sable bought 3 berries of Oona", "a name or good that is not in the news"),
        (INQUIRY, "The magistrate opens an inquiry into the Patron of the Oak", "another Patron than in the news"),
        (INQUIRY, "The magistrate opens an inquiry into the patron of the Oak", "another Patron than in the news"),
        (INQUIRY, "Rowan! The magistrate opens an inquiry.", "another Patron than in the news"),
        (INQUIRY, "The magistrate opens no inquiry into the Patron of the Birch", "a denial that is not in the news"),
        (RUIN, "Oona isn't banished and returns in turn 9", "a denial that is not in the news"),
        (TRADE, "Aboriginal bears dance wildly around the castle", "too little of it is in the news"),
    ],
)
def test_what_is_not_fit_to_post_is_dropped_with_a_reason(view: NarratorView, headline: str, why: str):
    read, report = read_headline(said(headline), view)
    assert read == ""
    assert report.repairs == (why,)


@pytest.mark.parametrize(
    "raw",
    [
        'Here it is: {"headline":"Sable bought 3 honey of Oona"} Enjoy.',
        '{"headline": "Sable bought 3 honey of Oona", "mood": 3}',
        '```json\n{"headline": "sable  bought 3 honey\nof Oona"}\n```',
    ],
)
def test_a_headline_with_something_around_it_is_taken_out(raw: str):
    read, report = read_headline(raw, TRADE)
    assert read.lower() == "sable bought 3 honey of oona."
    assert read[0] == "S"
    assert not report.valid_json


@given(st.text(max_size=300) | st.builds(said, st.text(max_size=200)) | st.just("[" * 1_500))
def test_any_text_gives_a_fit_headline_or_none(raw: str):
    read, _ = read_headline(raw, TRADE)
    assert len(read) <= HEADLINE_LENGTH
    assert not set(read) & set("@#<>*_`\n")
    assert read == "" or read[-1] in ".!?"
