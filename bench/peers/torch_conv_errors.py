#!/usr/bin/env python3
"""Rounding errors of PyTorch's 3x3 convolutions in single precision against double precision.

  python torch_conv_errors.py            # needs torch

Standard normal numbers, batch 8; prints the largest error relative to the largest value.
"""
import torch
import torch.nn.functional as F

print("| size, channels | forward | input gradient | filter gradient |")
print("| --- | --- | --- | --- |")
for size, cin, cout in (28, 32, 32), (28, 64, 32), (14, 64, 64), (14, 128, 64), (7, 128, 128), (7, 256, 128):
    torch.manual_seed(1)
    tensors = torch.randn(8, cin, size, size), torch.randn(cout, cin, 3, 3), torch.randn(8, cout, size, size)
    results = []
    for dtype in torch.float32, torch.float64:
        x, w, dy = (t.to(dtype, copy=True) for t in tensors)
        x.requires_grad_(), w.requires_grad_()
        y = F.conv2d(x, w, padding=1)
        y.backward(dy)
        results.append((y.detach(), x.grad, w.grad))
    errors = [((a - b).abs().max() / b.abs().max()).item() for a, b in zip(*results)]
    print(f"| {size}, {cin} to {cout} | " + " | ".join(f"{e:.1e}" for e in errors) + " |")
