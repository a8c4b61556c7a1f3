#!/usr/bin/env python3
"""A peer: the U-Net of torch_unet.py in JAX, compiled by XLA for the CPU.

The same layers, parameters and arithmetic (check_peers.py compares them), with pictures as (batch, height, width,
channels). Parameters are a tree whose paths are PyTorch's names. A training step is one compiled function: times and
noise drawn, forward, backward, and Adam, which overwrites its parameters and moments.

  pip install jax jaxlib
  python jax_unet.py --dim 32 --mults 1,2,4 --size 28 --channels 1 --batch 32 --threads 2 --tuned
"""
import functools, math, os
import peers

OPTIONS = peers.options(__doc__)
if __name__ == "__main__":
    peers.tune()
    a = OPTIONS.parse_args()
    os.environ["NPROC"] = str(peers.cores(a))  # the only way to tell XLA's pool how many threads it has
os.environ["JAX_PLATFORMS"] = "cpu"
import numpy as np
import jax, jax.numpy as jnp

HEADS, HEAD, GROUPS = 4, 32, 8


class Maker:
    """Makes layers' parameters, drawn as PyTorch draws them."""

    def __init__(self, seed): self.random = np.random.default_rng(seed)

    def layer(self, *shape, bias=True):
        """A product over all axes but the last."""
        bound = 1 / math.sqrt(math.prod(shape[:-1]))
        draw = lambda *s: self.random.uniform(-bound, bound, s).astype(np.float32)
        return dict(weight=draw(*shape), bias=draw(shape[-1])) if bias else dict(weight=draw(*shape))

    def conv(self, cin, cout, side=3): return self.layer(side, side, cin, cout)

    def norm(self, c): return dict(weight=np.ones(c, np.float32), bias=np.zeros(c, np.float32))

    def rms(self, c): return dict(g=np.ones(c, np.float32))

    def block(self, cin, cout, time):
        p = dict(time=self.layer(time, 2 * cout), conv1=self.conv(cin, cout), norm1=self.norm(cout), conv2=self.conv(cout, cout), norm2=self.norm(cout))
        return {**p, "skip": self.layer(cin, cout)} if cin != cout else p

    def attention(self, c, linear):
        out = self.layer(HEADS * HEAD, c)
        return dict(norm=self.rms(c), qkv=self.layer(c, 3 * HEADS * HEAD, bias=False), out={"0": out, "1": self.rms(c)} if linear else out)


def parameters(dim, mults, channels, seed=0):
    """The tree of a network's parameters."""
    make, time = Maker(seed), 4 * dim
    widths = [dim, *(dim * m for m in mults)]
    levels = list(zip(widths[:-1], widths[1:])); last = len(levels) - 1
    p = dict(first=make.conv(channels, dim, 7), time=dict(mlp={"0": make.layer(dim, time), "2": make.layer(time, time)}), down={}, up={})
    for n, (i, o) in enumerate(levels):
        half = make.conv(i, o) if n == last else make.layer(4 * i, o)
        p["down"][str(n)] = {"0": make.block(i, i, time), "1": make.block(i, i, time), "2": make.attention(i, n < last), "3": half}
    m = widths[-1]
    p.update(mid1=make.block(m, m, time), mid_attn=make.attention(m, False), mid2=make.block(m, m, time))
    for n, (i, o) in enumerate(reversed(levels)):
        p["up"][str(n)] = {"0": make.block(o + i, o, time), "1": make.block(o + i, o, time), "2": make.attention(o, n > 0), "3": make.conv(o, i)}
    return {**p, "final": make.block(2 * dim, dim, time), "head": make.layer(dim, channels)}


def layer(p, x):
    """A dense layer, or a 1x1 convolution."""
    y = x @ p["weight"]
    return y + p["bias"] if "bias" in p else y


def conv(p, x):
    return jax.lax.conv_general_dilated(x, p["weight"], (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")) + p["bias"]


def group_norm(p, x):
    """Means over pixels come first, then over the channels of a group: the first is a sum of rows, which XLA does in vectors."""
    n, c = x.shape[0], x.shape[-1]
    grouped = lambda y: jnp.repeat(y.mean((1, 2)).reshape(n, GROUPS, -1).mean(-1), c // GROUPS, 1)[:, None, None]
    x = x - grouped(x)
    return x * jax.lax.rsqrt(grouped(x * x) + 1e-5) * p["weight"] + p["bias"]


def rms(p, x):
    length = jnp.sqrt(jnp.maximum((x * x).sum(-1, keepdims=True), 1e-24))
    return x / length * (p["g"] * x.shape[-1] ** 0.5)


def block(p, x, t):
    scale, shift = jnp.split(layer(p["time"], jax.nn.silu(t))[:, None, None], 2, -1)
    h = jax.nn.silu(group_norm(p["norm1"], conv(p["conv1"], x)) * (scale + 1) + shift)
    h = jax.nn.silu(group_norm(p["norm2"], conv(p["conv2"], h)))
    return h + (layer(p["skip"], x) if "skip" in p else x)


def attention(p, x):
    n, height, width, _ = x.shape
    q, k, v = jnp.moveaxis(layer(p["qkv"], rms(p["norm"], x)).reshape(n, height * width, 3, HEADS, HEAD), 2, 0)
    linear = "1" in p["out"]
    if linear:
        q, k = jax.nn.softmax(q, -1) * HEAD ** -0.5, jax.nn.softmax(k, 1)
        y = jnp.einsum("nphd,nhde->nphe", q, jnp.einsum("nphd,nphe->nhde", k, v))
    else:
        seen = jax.nn.softmax(jnp.einsum("nphd,nqhd->nhpq", q, k) * HEAD ** -0.5, -1)
        y = jnp.einsum("nhpq,nqhd->nphd", seen, v)
    y = y.reshape(n, height, width, HEADS * HEAD)
    return x + (rms(p["out"]["1"], layer(p["out"]["0"], y)) if linear else layer(p["out"], y))


def halved(x):
    """Each 2x2 square of pixels becomes one pixel: row, column, channel."""
    n, height, width, c = x.shape
    return x.reshape(n, height // 2, 2, width // 2, 2, c).swapaxes(2, 3).reshape(n, height // 2, width // 2, 4 * c)


def doubled(x):
    n, height, width, c = x.shape
    return jnp.broadcast_to(x[:, :, None, :, None], (n, height, 2, width, 2, c)).reshape(n, 2 * height, 2 * width, c)


def unet(p, x, t):
    """The noise in x (n, height, width, channels) at times t (n)."""
    dim, last = p["first"]["bias"].size, len(p["down"]) - 1
    angle = t[:, None] * jnp.exp(jnp.arange(dim // 2) * (-math.log(10000) / (dim // 2 - 1)))
    t = layer(p["time"]["mlp"]["0"], jnp.concatenate([jnp.sin(angle), jnp.cos(angle)], -1))
    t = layer(p["time"]["mlp"]["2"], jax.nn.gelu(t, approximate=False))
    x = first = conv(p["first"], x)
    skips = []
    for n, level in p["down"].items():
        x = block(level["0"], x, t); skips.append(x)
        x = attention(level["2"], block(level["1"], x, t)); skips.append(x)
        x = conv(level["3"], x) if int(n) == last else layer(level["3"], halved(x))
    x = block(p["mid2"], attention(p["mid_attn"], block(p["mid1"], x, t)), t)
    for n, level in p["up"].items():
        for b in "01": x = block(level[b], jnp.concatenate([x, skips.pop()], -1), t)
        x = attention(level["2"], x)
        x = conv(level["3"], x if int(n) == last else doubled(x))
    return layer(p["head"], block(p["final"], jnp.concatenate([x, first], -1), t))


def loss(p, x, t, noise):
    return jnp.square(unet(p, x, t) - noise).mean()


def adam(p, state, gradients, rate=1e-4):
    """One step as torch.optim.Adam has it. state: steps done, and both moments."""
    n = state[0] + 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, state[1], gradients)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, state[2], gradients)
    moved = lambda p, m, v: p - rate / (1 - 0.9 ** n) * m / (jnp.sqrt(v) / jnp.sqrt(1 - 0.999 ** n) + 1e-8)
    return jax.tree.map(moved, p, m, v), (n, m, v)


def no_moments(p):
    return jnp.float32(0), jax.tree.map(jnp.zeros_like, p), jax.tree.map(jnp.zeros_like, p)


@functools.partial(jax.jit, donate_argnums=(0, 1, 2))
def training(p, state, key, x0, abar):
    key, of_times, of_noise = jax.random.split(key, 3)
    t = jax.random.randint(of_times, x0.shape[:1], 0, 1000)
    noise, kept = jax.random.normal(of_noise, x0.shape), abar[t][:, None, None, None]
    gradients = jax.grad(loss)(p, jnp.sqrt(kept) * x0 + jnp.sqrt(1 - kept) * noise, t, noise)
    return *adam(p, state, gradients), key


def main():
    base = peers.resident_mib()
    p = jax.tree.map(jnp.asarray, parameters(a.dim, peers.multiples(a), a.channels))
    params = sum(q.size for q in jax.tree.leaves(p))
    abar = jnp.asarray(np.cumprod(1 - np.linspace(1e-4, 0.02, 1000)), jnp.float32)
    x0 = jnp.asarray(np.random.default_rng(1).uniform(-1, 1, (a.batch, a.size, a.size, a.channels)), jnp.float32)
    t, forward = jnp.full((a.batch,), 500), jax.jit(unet)
    learned = p, no_moments(p), jax.random.key(0)

    def train():
        nonlocal learned
        learned = jax.block_until_ready(training(*learned, x0, abar))

    peers.report(f"jax {jax.__version__}", a, params, base, train, lambda: jax.block_until_ready(forward(learned[0], x0, t)), compile=True)


if __name__ == "__main__":
    main()
