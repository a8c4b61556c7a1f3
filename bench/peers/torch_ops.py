#!/usr/bin/env python3
"""The peers of single kernels: what bench/jmh.sh --lines measured, measured again with PyTorch.

  bench/jmh.sh --lines ConvolutionBench | python torch_ops.py                    # needs torch
  bench/jmh.sh --lines ConvolutionBench | python torch_ops.py --channels-last

Reads lines of JSON with a benchmark, a shape and a number of threads, and prints such a line for each
that it knows: the operations per second, the median of three times --seconds, after --warmup seconds.
"""
import argparse, json, math, statistics, sys, time
import torch
import torch.nn.functional as F

HEADS, HEAD, GROUPS = 4, 32, 8  # as the benchmarks have them


def sizes(shape):
    return [int(word) for word in shape.split("x")]


def matmul(method, shape, fmt):
    *words, transposed = shape.split("x")
    batch, m, n, k = map(int, words)
    a = torch.randn(batch, k, m).transpose(1, 2) if transposed[0] == "T" else torch.randn(batch, m, k)
    b = torch.randn(batch, n, k).transpose(1, 2) if transposed[1] == "T" else torch.randn(batch, k, n)
    c = torch.empty(batch, m, n)
    if batch == 1:
        return lambda: torch.mm(a[0], b[0], out=c[0])
    return lambda: torch.bmm(a, b, out=c)


def convolution(method, shape, fmt):
    n, size, cin, cout, kernel, stride = sizes(shape)
    x = torch.randn(n, cin, size, size).to(memory_format=fmt)
    w = torch.randn(cout, cin, kernel, kernel).to(memory_format=fmt)
    settings = [stride, stride], [(kernel - 1) // 2] * 2, [1, 1], False, [0, 0], 1
    dy = torch.randn_like(torch.convolution(x, w, None, *settings))
    if method == "forward":
        return lambda: torch.convolution(x, w, None, *settings)
    wanted = [method == "inputGrad", method == "filterGrad", False]
    return lambda: torch.ops.aten.convolution_backward(dy, x, w, None, *settings, wanted)


def image(shape, fmt):
    n, h, w, c = sizes(shape)
    return torch.randn(n, c, h, w).to(memory_format=fmt)


def normalization(method, shape, fmt):
    x = image(shape, fmt)
    n, c = x.shape[:2]
    gamma, beta, scale, shift = (torch.randn(s) for s in ((c,), (c,), (n, c, 1, 1), (n, c, 1, 1)))
    name = method.removesuffix("Training")
    g = gamma.view(1, -1, 1, 1)
    function, inputs = {
        "groupNorm": (lambda: F.group_norm(x, GROUPS, gamma, beta), (x, gamma, beta)),
        "groupNormSiLU": (lambda: F.silu(F.group_norm(x, GROUPS, gamma, beta) * (scale + 1) + shift),
                          (x, gamma, beta, scale, shift)),
        "rmsNorm": (lambda: F.normalize(x, dim=1) * g * c ** 0.5, (x, g)),
    }[name]
    return pass_of(method, function, inputs)


def pass_of(method, function, inputs):
    """A forward pass, or, if the method says so, one with its gradients."""
    if not method.endswith("Training"):
        return function
    for tensor in inputs:
        tensor.requires_grad_()
    dy = torch.randn_like(function().detach())

    def both():
        with torch.enable_grad():
            torch.autograd.grad(function(), inputs, dy)

    return both


def attention(method, shape, fmt):
    if method.startswith("softmax"):
        x = torch.randn(sizes(shape))
        return pass_of(method, lambda: x.softmax(-1), (x,))
    if method.startswith("linear"):
        n, positions, channels = sizes(shape)
        side = math.isqrt(positions)
        x = torch.randn(n, channels, side, side).to(memory_format=fmt)
        w = torch.randn(3 * HEADS * HEAD, channels, 1, 1).to(memory_format=fmt)
        out = torch.randn(channels, HEADS * HEAD, 1, 1).to(memory_format=fmt)
        bias = torch.randn(channels)
        return pass_of(method, lambda: linear_self_attention(x, w, out, bias), (x, w, out, bias))
    n, positions = sizes(shape)
    qkv = torch.randn(n, 3 * HEADS * HEAD, positions, 1).to(memory_format=fmt)
    return pass_of(method, lambda: F.scaled_dot_product_attention(
        *(z.transpose(-1, -2) for z in heads(qkv))), (qkv,))


def heads(qkv):
    """Queries, keys and values, each (N, heads, channels of a head, positions)."""
    return qkv.view(qkv.shape[0], 3, HEADS, HEAD, -1).unbind(1)


def linear_self_attention(x, w, out, bias):
    q, k, v = heads(F.conv2d(x, w))
    q, k = q.softmax(-2) * HEAD ** -0.5, k.softmax(-1)
    z = torch.einsum("bhde,bhdn->bhen", torch.einsum("bhdn,bhen->bhde", k, v), q)
    return F.conv2d(z.reshape(len(x), HEADS * HEAD, *x.shape[2:]), out, bias)


def random(method, shape, fmt):
    y = torch.empty(int(shape))
    return y.uniform_ if method == "uniform" else y.normal_


def optimizer(method, shape, fmt):
    p = torch.randn(int(shape), requires_grad=True)
    p.grad = torch.randn(int(shape))
    return torch.optim.Adam([p], lr=1e-4, fused=True).step


PEERS = {"MatmulBench": matmul, "ConvolutionBench": convolution, "NormalizationBench": normalization,
         "AttentionBench": attention, "RandomBench": random, "OptimizerBench": optimizer}
WITHOUT_LAYOUT = "MatmulBench", "RandomBench", "OptimizerBench", "AttentionBench.softmax"


def rate(function, seconds):
    """Operations per second, as JMH counts them: all calls by all of their time."""
    calls, start, spent = 0, time.perf_counter(), 0
    while not calls or spent < seconds:
        function()
        calls, spent = calls + 1, time.perf_counter() - start
    return calls / spent


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--channels-last", action="store_true", help="leaves out what has no layout")
    p.add_argument("--warmup", type=float, default=0.3)
    p.add_argument("--seconds", type=float, default=0.3)
    a = p.parse_args()
    fmt = torch.channels_last if a.channels_last else torch.contiguous_format
    torch.manual_seed(0)
    for line in sys.stdin:
        asked = json.loads(line)
        family, method = asked["benchmark"].split(".")
        if family not in PEERS or a.channels_last and asked["benchmark"].startswith(WITHOUT_LAYOUT):
            continue
        torch.set_num_threads(asked["threads"])
        with torch.no_grad():
            function = PEERS[family](method, asked["shape"], fmt)
            rate(function, a.warmup)
            measured = statistics.median(rate(function, a.seconds) for _ in range(3))
        figure = dict(benchmark=asked["benchmark"], shape=asked["shape"], threads=asked["threads"], ops_per_s=measured)
        print(json.dumps(figure), flush=True)


if __name__ == "__main__":
    main()
