import json

import numpy as np
import pytest

from training.export import ExportError, gguf_tensors, interleave, separate, to_gguf

PREFIX = "base_model.model.model.layers.0."


def test_interleave_puts_the_halves_of_each_rotary_pair_next_to_each_other():
    rows = np.arange(8).reshape(8, 1)  # two heads of four rows: 0 1 | 2 3 are the halves of the first
    assert interleave(rows, heads=2).ravel().tolist() == [0, 2, 1, 3, 4, 6, 5, 7]


def test_only_the_output_side_of_query_and_key_is_reordered():
    side_a, side_b = np.arange(4.0).reshape(2, 2), np.arange(16.0).reshape(8, 2)
    tensors = {
        f"{PREFIX}{module}.lora_{which}.weight": values
        for module in ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "mlp.down_proj")
        for which, values in (("A", side_a), ("B", side_b))
    }
    named = gguf_tensors(tensors, heads=2, key_heads=1)
    assert set(named) == {
        f"blk.0.{name}.weight.lora_{which}" for name in ("attn_q", "attn_k", "attn_v", "ffn_down") for which in "ab"
    }
    np.testing.assert_array_equal(named["blk.0.attn_q.weight.lora_a"], side_a)
    np.testing.assert_array_equal(named["blk.0.attn_q.weight.lora_b"][:, 0], [0, 4, 2, 6, 8, 12, 10, 14])
    np.testing.assert_array_equal(named["blk.0.attn_k.weight.lora_b"][:, 0], [0, 8, 2, 10, 4, 12, 6, 14])
    np.testing.assert_array_equal(named["blk.0.attn_v.weight.lora_b"], side_b)
    np.testing.assert_array_equal(named["blk.0.ffn_down.weight.lora_b"], side_b)
    assert {values.dtype for values in named.values()} == {np.dtype(np.float16)}


def test_the_reordered_rows_rotate_as_the_plain_ones_do():
    """Rotating halves and then reordering equals reordering and then rotating neighbours."""
    turn = np.array([0.3, 1.1])
    rows = np.random.default_rng(0).normal(size=4)
    first, second = rows[:2], rows[2:]
    halves = np.concatenate(
        [first * np.cos(turn) - second * np.sin(turn), second * np.cos(turn) + first * np.sin(turn)]
    )
    even, odd = interleave(rows, 1)[0::2], interleave(rows, 1)[1::2]
    pairs = np.stack([even * np.cos(turn) - odd * np.sin(turn), odd * np.cos(turn) + even * np.sin(turn)], axis=1)
    np.testing.assert_allclose(interleave(halves, 1), pairs.ravel())


@pytest.mark.parametrize(
    "name",
    ["base_model.model.lm_head.lora_A.weight", f"{PREFIX}input_layernorm.lora_A.weight", f"{PREFIX}mlp.up_proj.lora_C"],
)
def test_a_tensor_of_another_layer_is_refused(name):
    with pytest.raises(ExportError, match="cannot be exported"):
        gguf_tensors({name: np.zeros((2, 2))}, heads=1, key_heads=1)


def test_the_committed_adapter_is_the_one_its_card_describes():
    import hashlib
    from pathlib import Path

    from training.export import ADAPTER_NAME

    adapters = Path(__file__).parents[2] / "inference" / "adapters"
    file = adapters / f"{ADAPTER_NAME}.gguf"
    content = file.read_bytes()
    assert content[:4] == b"GGUF"
    assert hashlib.sha256(content).hexdigest() in (adapters / f"{ADAPTER_NAME}.md").read_text()
    for name in ("blk.0.attn_q.weight.lora_a", "blk.29.ffn_down.weight.lora_b", "adapter.lora.alpha"):
        assert name.encode() in content


def test_an_empty_folder_is_no_adapter(tmp_path):
    (tmp_path / "adapter_config.json").write_text(json.dumps({"lora_alpha": 8}))
    with pytest.raises(ExportError, match="holds no trained adapter"):
        to_gguf(tmp_path, tmp_path / "x.gguf")


def test_separating_undoes_interleaving():
    rows = np.arange(24).reshape(12, 2)
    np.testing.assert_array_equal(separate(interleave(rows, 3), 3), rows)
