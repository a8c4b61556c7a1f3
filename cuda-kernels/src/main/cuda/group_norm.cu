// group_norm.cu — group normalization, forward and backward, alone and with SiLU after it.
//
//   group_norm             y = u,        u = γ·x̂ + β,              x̂ = (x − μ)·r
//   group_norm_silu        x ← x + bias,   y = u·σ(u) + residual,   u = (γ·x̂ + β)·(1 + a) + b,
//                          μ = ⟨x⟩,  r = 1/√(⟨(x − μ)²⟩ + ε)                  ⟨·⟩ = mean over a group
//   group_norm_grad        dx = r·(h − ⟨h⟩ − x̂·⟨h·x̂⟩),  h = γ·(1 + a)·du,  du = dy
//   group_norm_silu_grad   the same with du = dy·σ·(1 + u·(1 − σ)),  σ = σ(u)
//   both                   with S = Σ du·x̂, T = Σ du and U = Σ dx over the positions of a sample
//                          da = γ·S + β·T,  db = T,  dγ = Σ (1 + a)·S,  dβ = Σ (1 + a)·T,  Σ U  over samples
//   Wu and He (2018), https://arxiv.org/abs/1803.08494
//
// Layout  x, y, dy, dx (N, P, C), channel fastest; gamma, beta (C); mean, rstd (N, G); scale_shift
//         (N, 2C), a then b, or null for neither; bias (C) and residual (N, P, C) or null; sums (N, 3C),
//         (1 + a)·S, (1 + a)·T, U; counters (G)
// Grid    N·G blocks, one for each group of each sample
// Block   whole warps: `rows` rows of `width` threads; a row of threads goes along the group's channels,
//         and the rows take one position after the other
// Sums    a thread adds up its positions, then its column of threads, in halves; the sums of a group are made
//         of those of its channels. Of the samples' blocks of a group the last one adds up all samples
// Cost    x is read three times forward, x and dy twice backward, from L2 if it holds what the blocks at work
//         read; a warp reads pieces of D = C / G floats. A faster version keeps a small group in registers,
//         and splits a large one among blocks when N·G of them do not fill the device

#include "arrivals.cuh"
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

template <bool SILU, class X>
__device__ void normalize(X x, const float* __restrict__ bias, const float* __restrict__ gamma,
                          const float* __restrict__ beta, const float* __restrict__ scale_shift,
                          const float* __restrict__ residual, const Group& at, float eps,
                          float* __restrict__ y, float* __restrict__ mean, float* __restrict__ rstd) {
  const Share group(at);

  float sum = 0;
  group.for_each([&](size_t i, int c) {
    if constexpr (SILU) {
      if (bias) x[i] += bias[c];
    }
    sum += x[i];
  });
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
      if (residual) u += residual[i];
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
  normalize<false>(x, nullptr, gamma, beta, nullptr, nullptr, at, eps, y, mean, rstd);
}

extern "C" __global__ void group_norm_silu(
    float* x, const float* __restrict__ bias, const float* __restrict__ gamma,
    const float* __restrict__ beta,
    const float* __restrict__ scale_shift, const float* __restrict__ residual, Group at, float eps,
    float* __restrict__ y, float* __restrict__ mean, float* __restrict__ rstd) {
  normalize<true>(x, bias, gamma, beta, scale_shift, residual, at, eps, y, mean, rstd);
}

constexpr int THREADS = 256;  // at most, of a block

// The sum of a value of every thread of a column, for the thread of its first row. All threads must call.
__device__ __forceinline__ float column_sum(float value, const Group& at, float* of_thread) {
  const int row = threadIdx.x / at.width;
  __syncthreads();  // everyone is done with the numbers of an earlier call
  of_thread[threadIdx.x] = value;
  for (int count = at.rows, half; count > 1; count = half) {
    half = (count + 1) / 2;
    __syncthreads();
    if (row + half < count) {
      value += of_thread[threadIdx.x + half * at.width];
      of_thread[threadIdx.x] = value;
    }
  }
  return value;
}

// Where the gradients of the parameters go, and what leads there.
struct Gradients {
  float* sums;         // of each sample
  unsigned* counters;  // of each group
  float *dgamma, *dbeta;
  float* dscale_shift;  // null if nothing steers
  float* dx_sums;       // or null
};

// Notes the sums of a channel of one sample, S and T.
__device__ __forceinline__ void note(const Gradients& to, const Group& at, int sample, int c, float s, float t,
                                     float gamma, const float* beta, float scale) {
  float* of_channel = to.sums + (size_t)sample * 3 * at.c + c;
  of_channel[0] = scale * s;
  of_channel[at.c] = scale * t;
  if (to.dscale_shift) {
    float* steering = to.dscale_shift + (size_t)sample * 2 * at.c + c;
    steering[0] = gamma * s + beta[c] * t;
    steering[at.c] = t;
  }
}

// Adds up the samples, in the block that comes last of those of a group.
__device__ __forceinline__ void total(const Gradients& to, const Share& group, float* of_thread) {
  const Group& at = group.at;
  const int row = threadIdx.x / at.width, column = threadIdx.x % at.width;
#pragma unroll 1
  for (int from = 0; from < group.channels; from += at.width) {
    const int c = group.first + from + column;
    const bool mine = row < at.rows && from + column < group.channels;
    float sum_gamma = 0, sum_beta = 0, sum_dx = 0;
    for (int n = row; n < at.n && mine; n += at.rows) {
      const float* of_channel = to.sums + (size_t)n * 3 * at.c + c;
      sum_gamma += seen(of_channel);
      sum_beta += seen(of_channel + at.c);
      sum_dx += seen(of_channel + 2 * at.c);
    }
    sum_gamma = column_sum(sum_gamma, at, of_thread);
    sum_beta = column_sum(sum_beta, at, of_thread);
    sum_dx = column_sum(sum_dx, at, of_thread);
    if (row == 0 && mine) {
      to.dgamma[c] = sum_gamma;
      to.dbeta[c] = sum_beta;
      if (to.dx_sums) to.dx_sums[c] = sum_dx;
    }
  }
}

// dx may be dy: a thread reads and writes the same elements.
template <bool SILU>
__device__ void normalize_grad(const float* __restrict__ x, const float* __restrict__ gamma,
                               const float* __restrict__ beta, const float* __restrict__ scale_shift,
                               const float* __restrict__ mean, const float* __restrict__ rstd,
                               const float* dy, const Group& at, float* dx, const Gradients& to) {
  __shared__ float of_thread[THREADS];
  const Share group(at);
  const float mu = mean[blockIdx.x], r = rstd[blockIdx.x];
  const Steering steering(scale_shift, group.sample, at.c);
  const int row = threadIdx.x / at.width, column = threadIdx.x % at.width;

  // du, the gradient before the activation.
  const auto slope_of = [&](size_t i, int c, float xhat) {
    if constexpr (!SILU) return dy[i];
    const float u = (gamma[c] * xhat + beta[c]) * steering.scale(c) + steering.shift(c);
    const float s = sigmoid(u);
    return dy[i] * s * (1 + u * (1 - s));
  };

  float sum = 0, sum_xhat = 0;  // Σ h, Σ h·x̂ of the channels of this thread, if it is in the first row
#pragma unroll 1  // rarely more than one turn
  for (int from = 0; from < group.channels; from += at.width) {
    const int c = group.first + from + column;
    const bool mine = row < at.rows && from + column < group.channels;
    float s = 0, t = 0;
    for (int p = row; p < at.p && mine; p += at.rows) {
      const size_t i = group.element + (size_t)p * at.c + c;
      const float xhat = (x[i] - mu) * r, du = slope_of(i, c, xhat);
      s += du * xhat;
      t += du;
    }
    s = column_sum(s, at, of_thread);
    t = column_sum(t, at, of_thread);
    if (row == 0 && mine) {
      const float scale = steering.scale(c), weight = gamma[c] * scale;
      sum += weight * t;
      sum_xhat += weight * s;
      note(to, at, group.sample, c, s, t, gamma[c], beta, scale);
    }
  }
  const float level = block_sum(sum) / group.count();
  const float slope = block_sum(sum_xhat) / group.count();

#pragma unroll 1
  for (int from = 0; from < group.channels; from += at.width) {
    const int c = group.first + from + column;
    const bool mine = row < at.rows && from + column < group.channels;
    float u = 0;
    for (int p = row; p < at.p && mine; p += at.rows) {
      const size_t i = group.element + (size_t)p * at.c + c;
      const float xhat = (x[i] - mu) * r;
      const float h = gamma[c] * steering.scale(c) * slope_of(i, c, xhat);
      const float change = r * (h - level - xhat * slope);
      dx[i] = change;
      u += change;
    }
    u = column_sum(u, at, of_thread);
    if (row == 0 && mine) to.sums[((size_t)group.sample * 3 + 2) * at.c + c] = u;
  }
  if (arrives_last(to.counters + blockIdx.x % at.g, at.n)) total(to, group, of_thread);
}

extern "C" __global__ void __launch_bounds__(THREADS, 4) group_norm_grad(
    const float* __restrict__ x, const float* __restrict__ gamma, const float* __restrict__ mean,
    const float* __restrict__ rstd, const float* dy, Group at, float* dx, float* sums, unsigned* counters,
    float* dgamma, float* dbeta) {
  const Gradients to = {sums, counters, dgamma, dbeta, nullptr, nullptr};
  normalize_grad<false>(x, gamma, nullptr, nullptr, mean, rstd, dy, at, dx, to);
}

extern "C" __global__ void __launch_bounds__(THREADS, 4) group_norm_silu_grad(
    const float* __restrict__ x, const float* __restrict__ gamma, const float* __restrict__ beta,
    const float* __restrict__ scale_shift, const float* __restrict__ mean,
    const float* __restrict__ rstd, const float* dy, Group at, float* dx, float* sums, unsigned* counters,
    float* dgamma, float* dbeta, float* dscale_shift, float* dx_sums) {
  const Gradients to = {sums, counters, dgamma, dbeta, dscale_shift, dx_sums};
  normalize_grad<true>(x, gamma, beta, scale_shift, mean, rstd, dy, at, dx, to);
}
