"""The masks: a thousand, all different, none of a player's making."""

from engine.masks import MASKS, mask_for


def test_there_are_a_thousand_different_ones():
    assert len(MASKS) == len(set(MASKS)) == 1_000
    assert "the Patron of the Birch" in MASKS
    assert all(mask.startswith("the Patron of the ") for mask in MASKS)


def test_a_thousand_patrons_wear_a_thousand_masks():
    worn = [mask_for("seed", number) for number in range(1_000)]
    assert sorted(worn) == sorted(MASKS)


def test_who_comes_first_wears_a_plain_name_drawn_by_the_seed():
    assert all(len(mask_for("seed", number).split()) == 5 for number in range(40))
    assert mask_for("seed", 0) == mask_for("seed", 0)
    assert len({mask_for(str(seed), 0) for seed in range(20)}) > 5
