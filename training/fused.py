"""A low-rank linear layer that costs hardly more than the plain one it adapts.

PEFT computes the base layer and the adapter apart and adds them, which on a CPU moves several
large arrays through memory for every layer. Here both are one product with the merged weight, and
the gradients of the two small matrices come from skinny products.

Where the processor multiplies bfloat16 in hardware the products are taken in it; weights, activations and gradients
stay in 32-bit floats between them (decision 0041).
"""

from typing import Any


def product_type(device: Any) -> Any:
    """Return the torch type to multiply in on a torch device: bfloat16 where that has instructions for it."""
    import torch

    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32
    can = torch.cpu.get_capabilities()
    return torch.bfloat16 if any(can.get(kind) for kind in ("avx512_bf16", "amx_bf16", "bf16")) else torch.float32


def fuse(model: Any, kind: Any = None) -> int:
    """Let every adapted linear layer of a PEFT model compute with its merged weight; return how many there are.

    Args:
        model: A PEFT model with LoRA layers.
        kind: The torch type of the products; left out, `product_type`'s.
    """
    import torch
    from peft.tuners.lora import Linear

    kind = kind or product_type(next(model.parameters()).device)

    class LowRank(torch.autograd.Function):
        """`x @ (weight + scale * up @ down).T`, with gradients for `x`, `down` and `up`."""

        @staticmethod
        def forward(ctx: Any, *inputs: Any) -> Any:
            x, weight, down, up, scale = inputs
            x, merged = x.to(kind), torch.addmm(weight, up, down, alpha=scale).to(kind)
            ctx.save_for_backward(x, merged, down.to(kind), up.to(kind))
            ctx.scale = scale
            return torch.nn.functional.linear(x, merged).float()

        @staticmethod
        def backward(ctx: Any, *grads: Any) -> Any:
            x, merged, down, up = ctx.saved_tensors
            grad = grads[0].reshape(-1, merged.shape[0]).to(kind)
            rows = x.reshape(-1, merged.shape[1])
            for_x = (grad @ merged).view_as(x).float() if ctx.needs_input_grad[0] else None
            for_down = ((grad @ up).T @ rows).float() * ctx.scale
            for_up = (grad.T @ (rows @ down.T)).float() * ctx.scale
            return for_x, None, for_down, for_up, None

    def forward_of(layer: Any) -> Any:
        weight, scale = layer.base_layer.weight, layer.scaling["default"]
        down, up = layer.lora_A["default"].weight, layer.lora_B["default"].weight
        return lambda x: LowRank.apply(x, weight, down, up, scale)

    layers = [module for module in model.modules() if isinstance(module, Linear)]
    for layer in layers:
        layer.forward = forward_of(layer)
    return len(layers)
