from engine.cast import GROWER, NAMES
from engine.ports import Decision, Order
from engine.vocabulary import Good, Side
from inference.config import MindConfig
from prompts.render import creature_messages
from tests.training.views import view_of
from training import listening as module
from training.asking import Answered
from training.listening import KINDS, demand, in_words, listening, questions_of, tidings
from training.teacher import taught_decision


def test_every_kind_of_news_is_in_the_prompt_and_changes_nothing_else_of_it():
    quiet = creature_messages(view_of("fox"))[1]["content"].splitlines()
    told = list(tidings(view_of("fox")))
    assert [news.kind for news in told] == list(KINDS)
    for news in told:
        lines = creature_messages(news.view)[1]["content"].splitlines()
        assert len(set(lines) - set(quiet)) == 1
        assert news.good is not Good.FIREWOOD


def test_claims_are_about_what_it_does_not_grow_and_favours_about_its_crop():
    about = {news.kind: news.good for news in tidings(view_of("owl"))}
    assert about["paid to hoard"] is about["paid to dump"] is about["whispered fall"] is Good.HONEY
    assert GROWER[about["paid to snub"]] != "Oona"


def test_demand_is_what_is_bid_for_less_what_is_offered():
    orders = (
        Order(side=Side.BUY, good=Good.HONEY, quantity=3, price=1),
        Order(side=Side.SELL, good=Good.HONEY, quantity=1, price=9),
        Order(side=Side.SELL, good=Good.ACORNS, quantity=5, price=9),
    )
    assert demand(Decision(orders=orders), Good.HONEY) == 2


async def test_who_listens_is_told_from_who_does_not(monkeypatch):
    async def taught(config, asks, *, constrained, on_answer):
        assert constrained
        deaf = config.model == "deaf"
        answers = []
        for ask in asks:
            view = ask.view
            if deaf:
                view = view.model_copy(update={"heard": (), "news": (), "favour": None, "feelings": ()})
            answers.append(Answered(ask, taught_decision(view, ask.answer_seed)))
            on_answer()
        return answers, 1.0

    monkeypatch.setattr(module, "put", taught)
    steps: list[int] = []
    minds = {name: MindConfig(kind="embedded", model=name) for name in ("deaf", "keen")}
    result = await listening(minds, 4, on_answer=lambda: steps.append(1))
    assert len(steps) == 2 * questions_of(4)
    assert list(result["keen"]) == list(NAMES)
    for kinds in result["deaf"].values():
        assert all(figures["change"]["mean"] == 0 for kind, figures in kinds.items() if not kind.endswith("grower"))
    moved = [figures for kinds in result["keen"].values() for figures in kinds.values() if figures["change"]["mean"]]
    assert len(moved) > 10
    assert result["keen"]["Nettle"]["whispered fall"]["down"]["part"] > 0
    assert result["keen"]["Mossback"]["paid to hoard"]["up"]["part"] > 0
    hedgehog = result["keen"]["Nettle"]
    assert hedgehog["whispered fall"]["heeded"] == hedgehog["whispered fall"]["down"]
    assert hedgehog["whispered rise"]["heeded"] == hedgehog["whispered rise"]["up"]
    assert hedgehog["legend crash"]["heeded"] == hedgehog["legend crash"]["down"]
    assert hedgehog["legend mania"]["heeded"] == hedgehog["legend mania"]["up"]
    fox = result["keen"]["Sable"]
    assert fox["legend crash"]["heeded"] == fox["legend crash"]["up"]
    assert fox["legend mania"]["heeded"] == fox["legend mania"]["down"]
    assert len(list(in_words(result))) == 15
    teacher = result["teacher"]
    for kind in ("whispered rise", "whispered fall"):
        shares = [teacher[name][kind]["heeded"]["share"] for name in ("Mossback", "Sable", "Nettle")]
        assert shares == sorted(shares)
        assert shares[0] < 0.2 < 0.6 < shares[2] < 1
