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
// Shared  `kept` numbers of each thread, forward x, backward x̂ and du; so a group that fits is read once
// Cost    a thread has several loads in flight; a warp reads pieces of D = C / G floats. What is not kept, the
//         passes after the first read again from L2. A faster version splits groups that are larger among
//         blocks, and all if N·G of them do not fill the device

#include "arrivals.cuh"
#include "lanes.cuh"

constexpr int THREADS = 1024;  // of a block, at most

struct Group {
  int n, p, c, g;
  int width, rows;  // of the block's threads
  int kept;         // numbers of a thread: none if it has several channels
};

// One thread's share of this block's group.
struct Share {
  const Group& at;
  int sample, channels, first;  // first: of the group's channels
  int row, column;              // of the thread; no row beyond the last
  int turns;                    // positions of the thread

  __device__ explicit Share(const Group& at) : at(at) {
    sample = blockIdx.x / at.g;
    channels = at.c / at.g;
    first = blockIdx.x % at.g * channels;
    row = threadIdx.x / at.width;
    column = threadIdx.x % at.width;
    turns = row < at.rows ? (at.p - row + at.rows - 1) / at.rows : 0;
  }

  __device__ float count() const { return (float)at.p * channels; }

  // The thread's channel of those from `from` on, and whether there is one.
  __device__ int channel(int from) const { return first + from + column; }
  __device__ bool has(int from) const { return row < at.rows && from + column < channels; }

  // Where the thread's number of a position lies.
  __device__ __forceinline__ unsigned element(int from, int turn) const {
    return (unsigned)(sample * at.p + row) * at.c + channel(from) + (unsigned)turn * (at.rows * at.c);
  }

  // Where a number is kept.
  __device__ int slot(int turn) const { return turn * blockDim.x + threadIdx.x; }

  // Calls use(turn, load(turn)) for each position, after the loads of BATCH of them.
  template <int BATCH, class Load, class Use>
  __device__ __forceinline__ void for_each(int from, Load load, Use use) const {
    const int end = has(from) ? turns : 0;
    int turn = 0;
#pragma unroll 1
    for (; turn + BATCH <= end; turn += BATCH) {
      decltype(load(0)) numbers[BATCH];
#pragma unroll
      for (int k = 0; k < BATCH; k++) numbers[k] = load(turn + k);
#pragma unroll
      for (int k = 0; k < BATCH; k++) use(turn + k, numbers[k]);
    }
#pragma unroll 1
    for (; turn < end; turn++) use(turn, load(turn));
  }
};

// The channels of a thread, mostly one.
#define FOR_EACH_CHANNEL(from, share) \
  _Pragma("unroll 1") for (int from = 0; from < (share).channels; from += (share).at.width)

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

// What is made of the numbers x̂ of one channel of one sample.
template <bool SILU>
struct Affine {
  float gamma, beta, scale, shift;

  __device__ __forceinline__ Affine(const float* gamma, const float* beta, const Steering& steering, int c)
      : gamma(gamma[c]), beta(beta ? beta[c] : 0), scale(steering.scale(c)), shift(steering.shift(c)) {}

  __device__ __forceinline__ float u(float xhat) const {
    const float u = gamma * xhat + beta;
    return SILU ? u * scale + shift : u;
  }

  // du, the gradient before the activation.
  __device__ __forceinline__ float slope(float xhat, float dy) const {
    if constexpr (!SILU) return dy;
    const float s = sigmoid(u(xhat));
    return dy * s * (1 + u(xhat) * (1 - s));
  }
};

template <bool SILU, class X>
__device__ __forceinline__ void normalize(X x, const float* __restrict__ bias, const float* __restrict__ gamma,
                                          const float* __restrict__ beta, const float* __restrict__ scale_shift,
                                          const float* __restrict__ residual, const Group& at, float eps,
                                          float* __restrict__ y, float* __restrict__ mean,
                                          float* __restrict__ rstd) {
  extern __shared__ float kept[];
  const Share group(at);

  float sum = 0;
  FOR_EACH_CHANNEL(from, group) {
    const bool biased = SILU && bias && group.has(from);
    const float more = biased ? bias[group.channel(from)] : 0;
    group.for_each<8>(
        from, [&](int turn) { return x[group.element(from, turn)]; },
        [&](int turn, float number) {
          if constexpr (SILU) {
            if (biased) x[group.element(from, turn)] = number += more;
          }
          if (turn < at.kept) kept[group.slot(turn)] = number;
          sum += number;
        });
  }
  const float mu = block_sum(sum) / group.count();

  // About the mean: ⟨x²⟩ − μ² would cancel when |μ| >> σ.
  float squares = 0;
  FOR_EACH_CHANNEL(from, group) {
    const auto again = [&](int turn) {
      return turn < at.kept ? kept[group.slot(turn)] : x[group.element(from, turn)];
    };
    group.for_each<4>(from, again, [&](int, float number) { squares += (number - mu) * (number - mu); });
  }
  const float r = 1 / sqrtf(block_sum(squares) / group.count() + eps);

  const Steering steering(SILU ? scale_shift : nullptr, group.sample, at.c);
  FOR_EACH_CHANNEL(from, group) {
    if (!group.has(from)) continue;
    const Affine<SILU> affine(gamma, beta, steering, group.channel(from));
    const auto again = [&](int turn) {
      const unsigned i = group.element(from, turn);
      return make_float2(turn < at.kept ? kept[group.slot(turn)] : x[i], residual ? residual[i] : 0);
    };
    group.for_each<4>(from, again, [&](int turn, float2 number) {
      const float u = affine.u((number.x - mu) * r);
      y[group.element(from, turn)] = SILU ? u * sigmoid(u) + number.y : u;
    });
  }

  if (threadIdx.x == 0) {
    mean[blockIdx.x] = mu;
    rstd[blockIdx.x] = r;
  }
}

extern "C" __global__ void __launch_bounds__(THREADS) group_norm(
    const float* __restrict__ x, const float* __restrict__ gamma, const float* __restrict__ beta,
    Group at, float eps, float* __restrict__ y, float* __restrict__ mean, float* __restrict__ rstd) {
  normalize<false>(x, nullptr, gamma, beta, nullptr, nullptr, at, eps, y, mean, rstd);
}

extern "C" __global__ void __launch_bounds__(THREADS) group_norm_silu(
    float* x, const float* __restrict__ bias, const float* __restrict__ gamma,
    const float* __restrict__ beta, const float* __restrict__ scale_shift,
    const float* __restrict__ residual, Group at, float eps, float* __restrict__ y,
    float* __restrict__ mean, float* __restrict__ rstd) {
  normalize<true>(x, bias, gamma, beta, scale_shift, residual, at, eps, y, mean, rstd);
}

// Two sums of a thread, then of its column of threads.
struct Sums {
  float a, b;

  // Those of the column, for the thread of its first row. All threads must call.
  __device__ __forceinline__ Sums down_column(const Group& at) const {
    __shared__ float of_a[THREADS], of_b[THREADS];
    const int row = threadIdx.x / at.width;
    Sums all = *this;
    __syncthreads();  // everyone is done with the numbers of an earlier call
    of_a[threadIdx.x] = a;
    of_b[threadIdx.x] = b;
    for (int count = at.rows, half; count > 1; count = half) {
      half = (count + 1) / 2;
      __syncthreads();
      if (row + half < count) {
        of_a[threadIdx.x] = all.a += of_a[threadIdx.x + half * at.width];
        of_b[threadIdx.x] = all.b += of_b[threadIdx.x + half * at.width];
      }
    }
    return all;
  }
};

// Where the gradients of the parameters go, and what leads there.
struct Gradients {
  float* sums;         // of each sample
  unsigned* counters;  // of each group
  float *dgamma, *dbeta;
  float* dscale_shift;  // null if nothing steers
  float* dx_sums;       // or null
};

// Notes the sums of a channel of one sample, S and T.
template <bool SILU>
__device__ __forceinline__ void note(const Gradients& to, const Group& at, int sample, int c, Sums sums,
                                     const Affine<SILU>& affine) {
  float* of_channel = to.sums + (size_t)sample * 3 * at.c + c;
  of_channel[0] = affine.scale * sums.a;
  of_channel[at.c] = affine.scale * sums.b;
  if (to.dscale_shift) {
    float* steering = to.dscale_shift + (size_t)sample * 2 * at.c + c;
    steering[0] = affine.gamma * sums.a + affine.beta * sums.b;
    steering[at.c] = sums.b;
  }
}

// Adds up the samples, in the block that comes last of those of a group.
__device__ __forceinline__ void total(const Gradients& to, const Share& group) {
  const Group& at = group.at;
  FOR_EACH_CHANNEL(from, group) {
    const int c = group.channel(from);
    Sums sums = {}, of_dx = {};
    for (int n = group.row; n < at.n && group.has(from); n += at.rows) {
      const float* of_channel = to.sums + (size_t)n * 3 * at.c + c;
      sums.a += seen(of_channel);
      sums.b += seen(of_channel + at.c);
      of_dx.a += seen(of_channel + 2 * at.c);
    }
    sums = sums.down_column(at);
    of_dx = of_dx.down_column(at);
    if (group.row == 0 && group.has(from)) {
      to.dgamma[c] = sums.a;
      to.dbeta[c] = sums.b;
      if (to.dx_sums) to.dx_sums[c] = of_dx.a;
    }
  }
}

// dx may be dy: a thread reads and writes the same elements.
template <bool SILU>
__device__ __forceinline__ void normalize_grad(
    const float* __restrict__ x, const float* __restrict__ gamma, const float* __restrict__ beta,
    const float* __restrict__ scale_shift, const float* __restrict__ mean, const float* __restrict__ rstd,
    const float* dy, const Group& at, float* dx, const Gradients& to) {
  extern __shared__ float2 kept_pairs[];  // x̂, du
  const Share group(at);
  const float mu = mean[blockIdx.x], r = rstd[blockIdx.x];
  const Steering steering(scale_shift, group.sample, at.c);

  float sum = 0, sum_xhat = 0;  // Σ h, Σ h·x̂ of the channels of this thread, if it is in the first row
  FOR_EACH_CHANNEL(from, group) {
    const int c = group.has(from) ? group.channel(from) : 0;
    const Affine<SILU> affine(gamma, beta, steering, c);
    Sums sums = {};
    group.for_each<4>(
        from,
        [&](int turn) {
          const unsigned i = group.element(from, turn);
          return make_float2(x[i], dy[i]);
        },
        [&](int turn, float2 pair) {
          const float xhat = (pair.x - mu) * r, slope = affine.slope(xhat, pair.y);
          if (turn < at.kept) kept_pairs[group.slot(turn)] = make_float2(xhat, slope);
          sums.a += slope * xhat;
          sums.b += slope;
        });
    sums = sums.down_column(at);
    if (group.row == 0 && group.has(from)) {
      sum += affine.gamma * affine.scale * sums.b;
      sum_xhat += affine.gamma * affine.scale * sums.a;
      note(to, at, group.sample, c, sums, affine);
    }
  }
  const float level = block_sum(sum) / group.count();
  const float tilt = block_sum(sum_xhat) / group.count();

  FOR_EACH_CHANNEL(from, group) {
    const int c = group.has(from) ? group.channel(from) : 0;
    const Affine<SILU> affine(gamma, beta, steering, c);
    const auto again = [&](int turn) {
      if (turn < at.kept) return kept_pairs[group.slot(turn)];
      const unsigned i = group.element(from, turn);
      const float xhat = (x[i] - mu) * r;
      return make_float2(xhat, affine.slope(xhat, dy[i]));
    };
    Sums sums = {};
    group.for_each<4>(from, again, [&](int turn, float2 pair) {
      const float change = r * (affine.gamma * affine.scale * pair.y - level - pair.x * tilt);
      dx[group.element(from, turn)] = change;
      sums.a += change;
    });
    sums = sums.down_column(at);
    if (group.row == 0 && group.has(from)) to.sums[((size_t)group.sample * 3 + 2) * at.c + c] = sums.a;
  }
  if (arrives_last(to.counters + blockIdx.x % at.g, at.n)) total(to, group);
}

extern "C" __global__ void __launch_bounds__(THREADS) group_norm_grad(
    const float* __restrict__ x, const float* __restrict__ gamma, const float* __restrict__ mean,
    const float* __restrict__ rstd, const float* dy, Group at, float* dx, float* sums, unsigned* counters,
    float* dgamma, float* dbeta) {
  const Gradients to = {sums, counters, dgamma, dbeta, nullptr, nullptr};
  normalize_grad<false>(x, gamma, nullptr, nullptr, mean, rstd, dy, at, dx, to);
}

extern "C" __global__ void __launch_bounds__(THREADS) group_norm_silu_grad(
    const float* __restrict__ x, const float* __restrict__ gamma, const float* __restrict__ beta,
    const float* __restrict__ scale_shift, const float* __restrict__ mean,
    const float* __restrict__ rstd, const float* dy, Group at, float* dx, float* sums, unsigned* counters,
    float* dgamma, float* dbeta, float* dscale_shift, float* dx_sums) {
  const Gradients to = {sums, counters, dgamma, dbeta, dscale_shift, dx_sums};
  normalize_grad<true>(x, gamma, beta, scale_shift, mean, rstd, dy, at, dx, to);
}
