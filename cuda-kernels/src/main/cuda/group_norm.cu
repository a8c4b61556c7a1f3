// group_norm.cu — group normalization, forward and backward, alone and with SiLU after it.
//
//   group_norm             y = u,        u = γ·x̂ + β,              x̂ = (x − μ)·r
//   group_norm_silu        y = u·σ(u),   u = (γ·x̂ + β)·(1 + a) + b,
//                          μ = ⟨x⟩,  r = 1/√(⟨(x − μ)²⟩ + ε)                  ⟨·⟩ = mean over a group
//   group_norm_silu_slope  du = dy·σ·(1 + u·(1 − σ)),  σ = σ(u)
//   group_norm_grad        dx = r·(h − ⟨h⟩ − x̂·⟨h·x̂⟩),  h = γ·(1 + a)·dy,  where dy may be du
//   group_norm_steer_grad  da = γ·S + β·T,  db = T,  dγ = Σ (1 + a)·S,  dβ = Σ (1 + a)·T
//                          of S = Σ du·x̂ and T = Σ du over positions, which channel_sums.cu makes; the
//                          sums of dγ and dβ run over samples
//   Wu and He (2018), https://arxiv.org/abs/1803.08494
//
// Layout  x, y, dy, du, dx (N, P, C), channel fastest; gamma, beta (C); mean, rstd (N, G); scale_shift
//         (N, 2C), a then b, or null for neither
// Grid    N·G blocks, one for each group of each sample; group_norm_steer_grad: a thread for each channel
// Block   whole warps: `rows` rows of `width` threads; a row of threads goes along the group's channels,
//         and the rows take one position after the other
// Cost    x is read three times forward, the last two from L2 if it holds a group; a warp reads pieces of
//         D = C / G floats. A faster version keeps a small group in registers, and splits a large one
//         among blocks when N·G of them do not fill the device

#include "elements.cuh"
#include "lanes.cuh"

struct Group {
  int n, p, c, g;
  int width, rows;  // of the block's threads
};

// One thread's share of this block's group.
struct Share {
  const Group& at;
  int sample, channels, first;  // first: of the group's channels, and below of its elements
  size_t element;

  __device__ explicit Share(const Group& at) : at(at) {
    sample = blockIdx.x / at.g;
    channels = at.c / at.g;
    first = blockIdx.x % at.g * channels;
    element = (size_t)sample * at.p * at.c;
  }

  __device__ float count() const { return (float)at.p * channels; }

  // Calls visit(element, channel).
  template <class Visit>
  __device__ void for_each(Visit visit) const {
    const int row = threadIdx.x / at.width, column = threadIdx.x % at.width;
    if (row >= at.rows) return;  // the rest of the last warp
    for (int p = row; p < at.p; p += at.rows) {
#pragma unroll 1  // rarely more than one turn
      for (int c = first + column; c < first + channels; c += at.width) {
        visit(element + (size_t)p * at.c + c, c);
      }
    }
  }
};

__device__ __forceinline__ float sigmoid(float u) { return 1 / (1 + expf(-u)); }

// 1 + a and b of one sample; 1 and 0 if nothing steers.
struct Steering {
  const float* row;  // a of the sample, then b; or null
  int channels;

  __device__ Steering(const float* scale_shift, int sample, int channels)
      : row(scale_shift ? scale_shift + (size_t)sample * 2 * channels : nullptr), channels(channels) {}
  __device__ float scale(int c) const { return row ? 1 + row[c] : 1; }
  __device__ float shift(int c) const { return row ? row[channels + c] : 0; }
};

template <bool SILU>
__device__ void normalize(const float* __restrict__ x, const float* __restrict__ gamma,
                          const float* __restrict__ beta, const float* __restrict__ scale_shift,
                          const Group& at, float eps, float* __restrict__ y, float* __restrict__ mean,
                          float* __restrict__ rstd) {
  const Share group(at);

  float sum = 0;
  group.for_each([&](size_t i, int) { sum += x[i]; });
  const float mu = block_sum(sum) / group.count();

  // About the mean: ⟨x²⟩ − μ² would cancel when |μ| >> σ.
  float squares = 0;
  group.for_each([&](size_t i, int) { squares += (x[i] - mu) * (x[i] - mu); });
  const float r = 1 / sqrtf(block_sum(squares) / group.count() + eps);

  const Steering steering(scale_shift, group.sample, at.c);
  group.for_each([&](size_t i, int c) {
    float u = gamma[c] * ((x[i] - mu) * r) + beta[c];
    if constexpr (SILU) {
      u = u * steering.scale(c) + steering.shift(c);
      u *= sigmoid(u);
    }
    y[i] = u;
  });

  if (threadIdx.x == 0) {
    mean[blockIdx.x] = mu;
    rstd[blockIdx.x] = r;
  }
}

extern "C" __global__ void group_norm(
    const float* __restrict__ x, const float* __restrict__ gamma, const float* __restrict__ beta,
    Group at, float eps, float* __restrict__ y, float* __restrict__ mean, float* __restrict__ rstd) {
  normalize<false>(x, gamma, beta, nullptr, at, eps, y, mean, rstd);
}

extern "C" __global__ void group_norm_silu(
    const float* __restrict__ x, const float* __restrict__ gamma, const float* __restrict__ beta,
    const float* __restrict__ scale_shift, Group at, float eps,
    float* __restrict__ y, float* __restrict__ mean, float* __restrict__ rstd) {
  normalize<true>(x, gamma, beta, scale_shift, at, eps, y, mean, rstd);
}

extern "C" __global__ void group_norm_silu_slope(
    const float* __restrict__ x, const float* __restrict__ gamma, const float* __restrict__ beta,
    const float* __restrict__ scale_shift, const float* __restrict__ mean,
    const float* __restrict__ rstd, const float* __restrict__ dy, Group at, float* __restrict__ du) {
  const Share group(at);
  const float mu = mean[blockIdx.x], r = rstd[blockIdx.x];
  const Steering steering(scale_shift, group.sample, at.c);
  group.for_each([&](size_t i, int c) {
    const float normalized = gamma[c] * ((x[i] - mu) * r) + beta[c];
    const float u = normalized * steering.scale(c) + steering.shift(c), s = sigmoid(u);
    du[i] = dy[i] * s * (1 + u * (1 - s));
  });
}

// dx may be dy: a thread reads and writes the same elements.
extern "C" __global__ void group_norm_grad(
    const float* __restrict__ x, const float* __restrict__ gamma, const float* __restrict__ scale_shift,
    const float* __restrict__ mean, const float* __restrict__ rstd, const float* dy, Group at,
    float* dx) {
  const Share group(at);
  const float mu = mean[blockIdx.x], r = rstd[blockIdx.x];
  const Steering steering(scale_shift, group.sample, at.c);

  float sum = 0, sum_xhat = 0;  // Σ h, Σ h·x̂
  group.for_each([&](size_t i, int c) {
    const float h = gamma[c] * steering.scale(c) * dy[i];
    sum += h;
    sum_xhat += h * ((x[i] - mu) * r);
  });
  const float level = block_sum(sum) / group.count();
  const float slope = block_sum(sum_xhat) / group.count();

  group.for_each([&](size_t i, int c) {
    const float h = gamma[c] * steering.scale(c) * dy[i];
    dx[i] = r * (h - level - (x[i] - mu) * r * slope);
  });
}

// sums (N, 2C): S then T of each sample.
extern "C" __global__ void group_norm_steer_grad(
    const float* __restrict__ gamma, const float* __restrict__ beta,
    const float* __restrict__ scale_shift, const float* __restrict__ sums, int N, int C,
    float* __restrict__ dgamma, float* __restrict__ dbeta, float* __restrict__ dscale_shift) {
  FOR_EACH(c, C) {
    float sum_gamma = 0, sum_beta = 0;
    for (int n = 0; n < N; n++) {
      const size_t a = (size_t)n * 2 * C + c, b = a + C;
      const float scale = 1 + scale_shift[a], s = sums[a], t = sums[b];
      sum_gamma += scale * s;
      sum_beta += scale * t;
      dscale_shift[a] = gamma[c] * s + beta[c] * t;
      dscale_shift[b] = t;
    }
    dgamma[c] = sum_gamma;
    dbeta[c] = sum_beta;
  }
}
