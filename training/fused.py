"""A low-rank linear layer that costs hardly more than the plain one it adapts.

PEFT computes the base layer and the adapter apart and adds them, which on a CPU moves several
large arrays through memory for every layer. Here both are one product with the merged weight, and
the gradients of the two small matrices come from skinny products.
"""

from typing import Any


def fuse(model: Any) -> int:
    """Let every adapted linear layer of a PEFT model compute with its merged weight; return how many there are."""
    import torch
    from peft.tuners.lora import Linear

    class LowRank(torch.autograd.Function):
        """`x @ (weight + scale * up @ down).T`, with gradients for `x`, `down` and `up`."""

        @staticmethod
        def forward(ctx: Any, *inputs: Any) -> Any:
            x, weight, down, up, scale = inputs
            merged = torch.addmm(weight, up, down, alpha=scale)
            ctx.save_for_backward(x, merged, down, up)
            ctx.scale = scale
            return torch.nn.functional.linear(x, merged)

        @staticmethod
        def backward(ctx: Any, *grads: Any) -> Any:
            x, merged, down, up = ctx.saved_tensors
            grad = grads[0].reshape(-1, merged.shape[0])
            rows = x.reshape(-1, merged.shape[1])
            for_x = (grad @ merged).view_as(x) if ctx.needs_input_grad[0] else None
            for_down = ((grad @ up).T @ rows) * ctx.scale
            for_up = (grad.T @ (rows @ down.T)) * ctx.scale
            return for_x, None, for_down, for_up, None

    def forward_of(layer: Any) -> Any:
        weight, scale = layer.base_layer.weight, layer.scaling["default"]
        down, up = layer.lora_A["default"].weight, layer.lora_B["default"].weight
        return lambda x: LowRank.apply(x, weight, down, up, scale)

    layers = [module for module in model.modules() if isinstance(module, Linear)]
    for layer in layers:
        layer.forward = forward_of(layer)
    return len(layers)
