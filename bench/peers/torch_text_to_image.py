#!/usr/bin/env python3
"""The peer of `brume bench text-to-image`: one guided step of Stable Diffusion's network, and its decoder, in PyTorch.

Own PyTorch rendering of diffusers' UNet2DConditionModel and of the decoder of its AutoencoderKL, as Stable
Diffusion 1.5 has them: the same layers and the same number of parameters, random numbers in them.
Attention is torch's scaled_dot_product_attention, which stores no weights of positions.

  pip install torch numpy
  python torch_text_to_image.py --shape sd15 --threads 2 --channels-last --tuned
  python torch_text_to_image.py --shape sd15 --threads 2 --channels-last --tuned --dtype bf16

--tuned starts the script again with an allocator that keeps what it has freed: jemalloc if it is found
(JEMALLOC names its library), else glibc's malloc with settings to that end.

Prints one JSON line with the keys of `brume bench text-to-image --json`: the median seconds of a step of two
samples, as guidance takes them, and of decoding one picture, by the clock and of all threads together (which
other programs disturb less; waiting threads count unless OMP_WAIT_POLICY is passive). Memory is the largest resident set of the
process: before the network is made, after the steps, and after decoding.
"""
import argparse, json, math
import peers

SHAPES = {  # widths of levels, heads, tokens' numbers, side of latents, widths of the decoder
    "sd15": ((320, 640, 1280, 1280), 8, 768, 64, (128, 256, 512, 512)),
    "half": ((160, 320, 640, 640), 8, 768, 32, (64, 128, 256, 256)),
    "tiny": ((32, 64, 64, 64), 4, 32, 16, (32, 32, 64, 64)),
}
TOKENS, LATENT, GROUPS = 77, 4, 32

if __name__ == "__main__": peers.tune()
import torch
from torch import nn
import torch.nn.functional as F


def norm(c, eps): return nn.GroupNorm(GROUPS, c, eps=eps)


class Resnet(nn.Module):
    def __init__(self, cin, cout, time=0, eps=1e-5):
        super().__init__()
        self.norm1, self.conv1 = norm(cin, eps), nn.Conv2d(cin, cout, 3, padding=1)
        self.time = nn.Linear(time, cout) if time else None
        self.norm2, self.conv2 = norm(cout, eps), nn.Conv2d(cout, cout, 3, padding=1)
        self.skip = nn.Conv2d(cin, cout, 1) if cin != cout else nn.Identity()

    def forward(self, x, t=None):
        h = self.conv1(F.silu(self.norm1(x)))
        if self.time is not None: h = h + self.time(F.silu(t))[:, :, None, None]
        return self.conv2(F.silu(self.norm2(h))) + self.skip(x)


class Attention(nn.Module):
    def __init__(self, c, tokens, heads):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v = nn.Linear(c, c, bias=False), nn.Linear(tokens, c, bias=False), nn.Linear(tokens, c, bias=False)
        self.out = nn.Linear(c, c)

    def forward(self, x, tokens):
        b, l, c = x.shape
        q, k, v = (layer(z).view(b, -1, self.heads, c // self.heads).transpose(1, 2)
                   for layer, z in ((self.q, x), (self.k, tokens), (self.v, tokens)))
        return self.out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, l, c))


class Transformer(nn.Module):
    def __init__(self, c, tokens, heads):
        super().__init__()
        self.norm, self.proj_in, self.proj_out = norm(c, 1e-6), nn.Conv2d(c, c, 1), nn.Conv2d(c, c, 1)
        self.norm1, self.norm2, self.norm3 = nn.LayerNorm(c), nn.LayerNorm(c), nn.LayerNorm(c)
        self.attn1, self.attn2 = Attention(c, c, heads), Attention(c, tokens, heads)
        self.inner, self.outer = nn.Linear(c, 8 * c), nn.Linear(4 * c, c)

    def forward(self, x, tokens):
        b, c, height, width = x.shape
        h = self.proj_in(self.norm(x)).permute(0, 2, 3, 1).reshape(b, height * width, c)
        n = self.norm1(h)
        h = self.attn1(n, n) + h
        h = self.attn2(self.norm2(h), tokens) + h
        value, gate = self.inner(self.norm3(h)).chunk(2, dim=-1)
        h = self.outer(value * F.gelu(gate)) + h
        return self.proj_out(h.reshape(b, height, width, c).permute(0, 3, 1, 2)) + x


class Unet(nn.Module):
    def __init__(self, widths, heads, tokens):
        super().__init__()
        first, time, last = widths[0], 4 * widths[0], len(widths) - 1
        self.conv_in = nn.Conv2d(LATENT, first, 3, padding=1)
        self.time1, self.time2, self.first = nn.Linear(first, time), nn.Linear(time, time), first
        transformer = lambda level: Transformer(widths[level], tokens, heads) if level < last else None
        self.down, self.up, skips, c = nn.ModuleList(), nn.ModuleList(), [first], first
        for level, width in enumerate(widths):
            blocks = nn.ModuleList()
            for _ in range(2):
                blocks.append(nn.ModuleList([Resnet(c, width, time), transformer(level) or nn.Identity()]))
                c = width
                skips.append(c)
            half = nn.Conv2d(c, c, 3, stride=2, padding=1) if level < last else nn.Identity()
            if level < last: skips.append(c)
            self.down.append(nn.ModuleList([blocks, half]))
        self.mid1, self.mid, self.mid2 = Resnet(c, c, time), Transformer(c, tokens, heads), Resnet(c, c, time)
        for level in reversed(range(len(widths))):
            blocks = nn.ModuleList()
            for _ in range(3):
                blocks.append(nn.ModuleList([Resnet(c + skips.pop(), widths[level], time), transformer(level) or nn.Identity()]))
                c = widths[level]
            self.up.append(nn.ModuleList([blocks, nn.Conv2d(c, c, 3, padding=1) if level > 0 else nn.Identity()]))
        self.norm_out, self.conv_out = norm(first, 1e-5), nn.Conv2d(first, LATENT, 3, padding=1)

    def forward(self, x, t, tokens):
        half = self.first // 2
        angle = t[:, None].float() * torch.exp(torch.arange(half) * (-math.log(10000) / half))
        t = torch.cat([angle.cos(), angle.sin()], -1).to(x.dtype)
        t = self.time2(F.silu(self.time1(t)))
        see = lambda layer, x: layer(x, tokens) if isinstance(layer, Transformer) else x
        x = self.conv_in(x)
        skips = [x]
        for level, (blocks, half) in enumerate(self.down):
            for resnet, layer in blocks:
                x = see(layer, resnet(x, t)); skips.append(x)
            if level < len(self.down) - 1:
                x = half(x); skips.append(x)
        x = self.mid2(self.mid(self.mid1(x, t), tokens), t)
        for level, (blocks, double) in enumerate(self.up):
            for resnet, layer in blocks:
                x = see(layer, resnet(torch.cat([x, skips.pop()], 1), t))
            if level < len(self.up) - 1: x = double(F.interpolate(x, scale_factor=2.0, mode="nearest"))
        return self.conv_out(F.silu(self.norm_out(x)))


class PixelAttention(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.norm, self.attention = norm(c, 1e-6), Attention(c, c, 1)
        for layer in ("q", "k", "v"): setattr(self.attention, layer, nn.Linear(c, c))

    def forward(self, x):
        b, c, height, width = x.shape
        h = self.norm(x).permute(0, 2, 3, 1).reshape(b, height * width, c)
        return self.attention(h, h).reshape(b, height, width, c).permute(0, 3, 1, 2) + x


class Decoder(nn.Module):
    def __init__(self, widths):
        super().__init__()
        c = widths[-1]
        resnet = lambda cin, cout: Resnet(cin, cout, eps=1e-6)
        self.quant, self.conv_in = nn.Conv2d(LATENT, LATENT, 1), nn.Conv2d(LATENT, c, 3, padding=1)
        self.mid = nn.Sequential(resnet(c, c), PixelAttention(c), resnet(c, c))
        self.up = nn.Sequential()
        for level in reversed(range(len(widths))):
            for _ in range(3):
                self.up.append(resnet(c, widths[level])); c = widths[level]
            if level > 0:
                self.up.append(nn.Upsample(scale_factor=2.0, mode="nearest")); self.up.append(nn.Conv2d(c, c, 3, padding=1))
        self.norm_out, self.conv_out = norm(c, 1e-6), nn.Conv2d(c, 3, 3, padding=1)

    def forward(self, z):
        return self.conv_out(F.silu(self.norm_out(self.up(self.mid(self.conv_in(self.quant(z)))))))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--shape", choices=list(SHAPES), default="sd15")
    p.add_argument("--dtype", choices=["f32", "bf16"], default="f32"); p.add_argument("--channels-last", action="store_true")
    p.add_argument("--measure", choices=["step", "decoder", "both"], default="both")
    p.add_argument("--compile", action="store_true")
    peers.run_options(p)
    a = p.parse_args()
    base = peers.resident_mib()
    if a.threads: torch.set_num_threads(a.threads)
    torch.manual_seed(0)
    dtype = {"f32": torch.float32, "bf16": torch.bfloat16}[a.dtype]
    torch.set_default_dtype(dtype)
    fmt = torch.channels_last if a.channels_last else torch.contiguous_format
    widths, heads, tokens, side, decoder_widths = SHAPES[a.shape]

    figures = dict(peer=f"torch {torch.__version__}", dtype=a.dtype, threads=torch.get_num_threads(), shape=a.shape,
                   channels_last=a.channels_last, base_mib=base, allocator=peers.allocator())
    with torch.inference_mode():
        if a.measure != "decoder":
            net = Unet(widths, heads, tokens).eval().to(memory_format=fmt)
            figures["params"] = sum(q.numel() for q in net.parameters())
            run = torch.compile(net) if a.compile else net
            x, said = torch.randn(2, LATENT, side, side).to(memory_format=fmt), torch.randn(2, TOKENS, tokens)
            t = torch.full((2,), 500)
            figures["step_s"], figures["step_cpu_s"] = peers.measure(lambda: run(x, t, said), a)[:2]
            figures["step_mib"] = peers.resident_mib()
        if a.measure != "step":
            decoder = Decoder(decoder_widths).eval().to(memory_format=fmt)
            figures["decoder_params"] = sum(q.numel() for q in decoder.parameters())
            run_decoder = torch.compile(decoder) if a.compile else decoder
            z = torch.randn(1, LATENT, side, side).to(memory_format=fmt)
            figures["decode_s"], figures["decode_cpu_s"] = peers.measure(lambda: run_decoder(z), a)[:2]
            figures["decode_mib"] = peers.resident_mib()
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
