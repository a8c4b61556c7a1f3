#!/usr/bin/env python3
"""Checks that every peer computes what torch_unet.py computes, as far as it is installed.

  python check_peers.py [--dim 16 --mults 1,2 --size 16 --channels 3 --batch 2] [--compile]

PyTorch's parameters are moved away from where they start, so that mistaking a norm's weight would show, and copied
to each peer. Compared are the prediction, the gradient of every parameter, and what two steps of Adam add to
parameters of zero. An error is the largest difference within an array over its largest value: 1e-4 is allowed. --compile adds
torch.compile, which takes a minute or two. Ends with 1 if something differs.
"""
import os, sys, tempfile
import numpy as np
import torch
import torch.nn.functional as F
import peers
from torch_unet import Unet, compiled

TOLERANCE = 1e-4
OPTIONS = peers.options(__doc__, threads=2)
OPTIONS.set_defaults(dim=16, mults="1,2", size=16, channels=3, batch=2)
OPTIONS.add_argument("--compile", action="store_true")


class Reference:
    """PyTorch as it comes: its parameters and its answers, by name."""

    def __init__(self, a):
        torch.manual_seed(0)
        self.model = Unet(a.dim, peers.multiples(a), a.channels)
        with torch.no_grad():
            for q in self.model.parameters(): q.add_(torch.randn_like(q) * (0.1 if q.squeeze().dim() == 1 else 0.02))
        self.parameters = arrays(self.model.named_parameters())
        self.x, self.noise = torch.randn(2, a.batch, a.channels, a.size, a.size).unbind()
        self.t = torch.randint(0, 1000, (a.batch,))
        self.prediction, self.gradients = self.answers(self.model)
        self.learned = self.adam()

    def answers(self, net, fmt=torch.contiguous_format):
        """What a form of the model, whose parameters are the model's, predicts, and its gradients."""
        self.model.zero_grad()
        y = net(self.x.to(memory_format=fmt), self.t)
        F.mse_loss(y, self.noise).backward()
        return y.detach().numpy().copy(), arrays((name, q.grad) for name, q in self.model.named_parameters())

    def adam(self, **options):
        """What two steps, the second back and twice as far, make of zeros."""
        learned = {name: torch.zeros(g.shape, requires_grad=True) for name, g in self.gradients.items()}
        opt = torch.optim.Adam(learned.values(), lr=1e-4, **options)
        for factor in (1, -2):
            for name, q in learned.items(): q.grad = torch.tensor(self.gradients[name] * factor)
            opt.step()
        return arrays(learned.items())


def arrays(named):
    return {name: q.detach().numpy().copy() for name, q in named}


class Verdict:
    def __init__(self): self.differ = []

    def same(self, what, ours, theirs):
        """Compares arrays by name, or one with another."""
        if not isinstance(theirs, dict): ours, theirs = {"it": ours}, {"it": theirs}
        if ours.keys() != theirs.keys(): sys.exit(f"{what}: only one side has {', '.join(sorted(ours.keys() ^ theirs.keys()))}")
        shapes = [f"{name} {ours[name].shape}, not {v.shape}" for name, v in theirs.items() if ours[name].shape != v.shape]
        if shapes: sys.exit(f"{what}: {'; '.join(shapes)}")
        error, name = max((float(np.abs(ours[name] - v).max() / np.abs(v).max()), name) for name, v in theirs.items())
        good = error <= TOLERANCE  # what is no number is not
        if not good: self.differ.append(what)
        print(f"{'same' if good else 'DIFFERS'} {what}: {len(theirs)} arrays, error {error:.1e}" + ("" if name == "it" else f" ({name})"), flush=True)


def check_torch(a, reference, verdict):
    model = reference.model.to(memory_format=torch.channels_last)
    for what, net in [("channels last", model)] + ([("compiled, channels last", compiled(model))] if a.compile else []):
        y, gradients = reference.answers(net, torch.channels_last)
        verdict.same(f"PyTorch, {what}, prediction", y, reference.prediction)
        verdict.same(f"PyTorch, {what}, gradients", gradients, reference.gradients)
    verdict.same("PyTorch, fused Adam", reference.adam(fused=True), reference.learned)
    model.to(memory_format=torch.contiguous_format)
    if not a.compile: return
    torch._dynamo.reset()
    y, gradients = reference.answers(compiled(model))
    verdict.same("PyTorch, compiled, prediction", y, reference.prediction)
    verdict.same("PyTorch, compiled, gradients", gradients, reference.gradients)
    torch._dynamo.reset()
    with torch.no_grad(): verdict.same("PyTorch, compiled and frozen, prediction", compiled(model, freeze=True)(reference.x, reference.t).numpy(), reference.prediction)


def check_jax(a, reference, verdict):
    import jax, jax_unet
    names = lambda tree: {".".join(str(part.key) for part in path): np.asarray(v) for path, v in jax.tree_util.tree_leaves_with_path(tree)}
    made = jax_unet.parameters(a.dim, peers.multiples(a), a.channels)
    tree = lambda named: jax.tree_util.tree_map_with_path(lambda path, _: named[".".join(str(part.key) for part in path)], made)
    last = len(peers.multiples(a)) - 1
    relaid = lambda named: {name: last_channels(name, v, last) for name, v in named.items()}
    ones = lambda named: {name: np.ones_like(v) for name, v in named.items()}
    verdict.same("JAX, shapes of parameters", ones(names(made)), ones(relaid(reference.parameters)))
    p, x, noise = tree(relaid(reference.parameters)), *(v.numpy().transpose(0, 2, 3, 1) for v in (reference.x, reference.noise))
    gradients = tree(relaid(reference.gradients))
    verdict.same("JAX, prediction", np.asarray(jax.jit(jax_unet.unet)(p, x, reference.t.numpy())).transpose(0, 3, 1, 2), reference.prediction)
    verdict.same("JAX, gradients", names(jax.jit(jax.grad(jax_unet.loss))(p, x, reference.t.numpy(), noise)), names(gradients))
    learned = jax.tree.map(np.zeros_like, p), jax_unet.no_moments(p)
    for factor in (1, -2): learned = jax_unet.adam(*learned, jax.tree.map(lambda g: g * factor, gradients))
    verdict.same("JAX, Adam", names(learned[0]), relaid(reference.learned))


def last_channels(name, v, last):
    """A parameter of PyTorch as jax_unet.py has it: what comes in before what comes out, and 2x2 squares before their channels."""
    if v.ndim == 2: return v.T
    if v.ndim < 2 or v.shape[0] == 1 and name.endswith(".g"): return v.reshape(-1)
    if v.shape[2] > 1: return v.transpose(2, 3, 1, 0)
    v, (part, *place) = v[:, :, 0, 0], name.split(".")
    halves = part == "down" and place[1] == "3" and int(place[0]) < last
    return (v.reshape(len(v), -1, 4).swapaxes(1, 2).reshape(v.shape) if halves else v).T


def check_onnxruntime(a, reference, verdict):
    import onnx, onnxscript, ort_unet
    x, t = reference.x.numpy(), reference.t.numpy()
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "unet.onnx")
        ort_unet.export(reference.model, x, t, file)
        verdict.same("ONNX Runtime, prediction", ort_unet.session(file, a.threads, x, t)().numpy(), reference.prediction)


def main():
    a = OPTIONS.parse_args()
    torch.set_num_threads(a.threads)
    reference, verdict = Reference(a), Verdict()
    for check in (check_torch, check_jax, check_onnxruntime):
        try: check(a, reference, verdict)
        except ImportError as missing: print(f"left out {check.__name__.removeprefix('check_')}: {missing}", flush=True)
    if verdict.differ: sys.exit(f"{len(verdict.differ)} differ: {'; '.join(verdict.differ)}")


if __name__ == "__main__":
    main()
