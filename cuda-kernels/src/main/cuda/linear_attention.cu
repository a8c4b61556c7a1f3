// linear_attention.cu — linear attention of heads, row by row, from the context on.
//
//   linear_queries_*       y = s·q̂·c,   q̂ = softmax(q) over the channels of a head
//   linear_queries_grad_*  q̂, y again and dq = q̂·(g − Σ g·q̂),  g = s·c·dy
//   linear_keys_grad_*     dv = k̂·dc,  dk = k̂·(dc·v − a),  k̂ = e^(k − max)/sum over the positions, of which
//                          a = Σ (dc·v)·k̂ over the positions is Σ dc·c over the channels of the values,
//                          since c = Σ k̂·v over the positions
//   Shen et al. (2018), https://arxiv.org/abs/1812.01243
//
// The context c = k̂ᵀ·v and its gradient dc = s·q̂ᵀ·dy are sums over positions, which gemm.cu makes.
//
// Place   dq may be q, dk k and dv v: a lane reads its channels of a row before it writes them
// Layout  position l of head h of sample n begins (n·L + l)·row + h·D elements after the start of a tensor;
//         context and dcontext (N, heads, D, DV); maxima and sums (N, heads·D)
// Grid    tiles of POSITIONS positions of each head of each sample
// Block   a warp for each position, in turns: a lane has one channel of the head (narrow), or two (wide)
// Shared  the context of the head, rows one element longer than needed, so that lanes which go down a column
//         meet different banks
// Cost    every number is read and written once, 2·D·DV operations for each row. The other factor goes from
//         lane to lane by shuffles; a faster version keeps several rows in registers for one read of c

#include "lanes.cuh"

constexpr int LANES = 32;      // of a warp
constexpr int WARPS = 8;       // of a block
constexpr int POSITIONS = 64;  // of a block

struct Heads {
  int heads, d, dv, positions;
};

// What a block works on.
struct Unit {
  size_t row;  // the first position of its sample
  int pair;    // number of sample and head
  int head, from, to;

  __device__ __forceinline__ explicit Unit(const Heads& at) {
    const int tiles = (at.positions + POSITIONS - 1) / POSITIONS;
    pair = blockIdx.x / tiles;
    head = pair % at.heads;
    row = (size_t)(pair / at.heads) * at.positions;
    from = blockIdx.x % tiles * POSITIONS;
    to = min(at.positions, from + POSITIONS);
  }
};

// A matrix of a head in shared memory, zeros around it.
template <int K>
struct Square {
  static const int SIDE = K * LANES;

  float at[SIDE][SIDE + 1];

  __device__ __forceinline__ void load(const float* from, int rows, int columns) {
    for (int i = threadIdx.y * LANES + threadIdx.x; i < SIDE * SIDE; i += LANES * WARPS) {
      const int r = i / SIDE, c = i % SIDE;
      at[r][c] = r < rows && c < columns ? from[(size_t)r * columns + c] : 0;
    }
  }
};

// The channels of a row, some for each lane.
template <int K>
struct Channels {
  float of[K];

  __device__ __forceinline__ static int number(int k) { return k * LANES + threadIdx.x; }

  __device__ __forceinline__ void load(const float* from, int count, float beyond) {
#pragma unroll
    for (int k = 0; k < K; k++) of[k] = number(k) < count ? from[number(k)] : beyond;
  }

  __device__ __forceinline__ void store(float* to, int count) const {
#pragma unroll
    for (int k = 0; k < K; k++) {
      if (number(k) < count) to[number(k)] = of[k];
    }
  }

  // eˣ/Σ eˣ, about the largest.
  __device__ __forceinline__ void to_softmax() {
    float largest = of[0], sum = 0;
#pragma unroll
    for (int k = 1; k < K; k++) largest = fmaxf(largest, of[k]);
    largest = lane_max(largest, LANES);
#pragma unroll
    for (int k = 0; k < K; k++) {
      of[k] = expf(of[k] - largest);
      sum += of[k];
    }
    const float share = 1 / lane_sum(sum, LANES);
#pragma unroll
    for (int k = 0; k < K; k++) of[k] *= share;
  }

  __device__ __forceinline__ float dot(const Channels& other) const {
    float sum = 0;
#pragma unroll
    for (int k = 0; k < K; k++) sum += of[k] * other.of[k];
    return lane_sum(sum, LANES);
  }

  // The row times the matrix, or times its transpose; `count` channels of this row are not zero.
  template <bool TRANSPOSED>
  __device__ __forceinline__ Channels times(const Square<K>& matrix, int count, float scale) const {
    Channels product = {};
#pragma unroll
    for (int k = 0; k < K; k++) {
      for (int lane = 0; lane < LANES && k * LANES + lane < count; lane++) {
        const float factor = __shfl_sync(0xffffffff, of[k], lane);
        const int i = k * LANES + lane;
#pragma unroll
        for (int j = 0; j < K; j++) {
          product.of[j] += factor * (TRANSPOSED ? matrix.at[number(j)][i] : matrix.at[i][number(j)]);
        }
      }
    }
#pragma unroll
    for (int j = 0; j < K; j++) product.of[j] *= scale;
    return product;
  }
};

template <int K>
__device__ void queries(const float* __restrict__ q, int q_row, const float* __restrict__ context,
                        const Heads& at, float scale, float* __restrict__ y) {
  __shared__ Square<K> c;
  const Unit unit(at);
  c.load(context + (size_t)unit.pair * at.d * at.dv, at.d, at.dv);
  __syncthreads();
  for (int l = unit.from + threadIdx.y; l < unit.to; l += WARPS) {
    const size_t row = unit.row + l;
    Channels<K> qhat;
    qhat.load(q + row * q_row + unit.head * at.d, at.d, -INFINITY);
    qhat.to_softmax();
    qhat.template times<false>(c, at.d, scale)
        .store(y + (row * at.heads + unit.head) * at.dv, at.dv);
  }
}

template <int K>
__device__ void queries_grad(const float* q, int q_row,
                             const float* __restrict__ context, const float* __restrict__ dy,
                             const Heads& at, float scale, float* __restrict__ qhats,
                             float* __restrict__ y, float* dq) {
  __shared__ Square<K> c;
  const Unit unit(at);
  c.load(context + (size_t)unit.pair * at.d * at.dv, at.d, at.dv);
  __syncthreads();
  for (int l = unit.from + threadIdx.y; l < unit.to; l += WARPS) {
    const size_t row = unit.row + l, head = row * at.heads + unit.head;
    Channels<K> qhat, slope;
    qhat.load(q + row * q_row + unit.head * at.d, at.d, -INFINITY);
    qhat.to_softmax();
    qhat.store(qhats + head * at.d, at.d);
    qhat.template times<false>(c, at.d, scale).store(y + head * at.dv, at.dv);

    slope.load(dy + head * at.dv, at.dv, 0);
    Channels<K> dqhat = slope.template times<true>(c, at.dv, scale);
    const float along = dqhat.dot(qhat);
#pragma unroll
    for (int k = 0; k < K; k++) dqhat.of[k] = qhat.of[k] * (dqhat.of[k] - along);
    dqhat.store(dq + row * q_row + unit.head * at.d, at.d);
  }
}

template <int K>
__device__ void keys_grad(const float* k, const float* v, int row_length,
                          const float* __restrict__ maxima, const float* __restrict__ sums,
                          const float* __restrict__ context, const float* __restrict__ dcontext,
                          const Heads& at, float* dk, float* dv) {
  __shared__ Square<K> dc;
  __shared__ float of_position[Square<K>::SIDE];  // a
  const Unit unit(at);
  const size_t matrix = (size_t)unit.pair * at.d * at.dv;
  dc.load(dcontext + matrix, at.d, at.dv);
  __syncthreads();
  for (int i = threadIdx.y * LANES + threadIdx.x; i < Square<K>::SIDE; i += LANES * WARPS) {
    float sum = 0;
    for (int j = 0; j < at.dv && i < at.d; j++) {
      sum += dc.at[i][j] * context[matrix + (size_t)i * at.dv + j];
    }
    of_position[i] = sum;
  }
  __syncthreads();

  Channels<K> largest, sum;
  largest.load(maxima + (size_t)unit.pair * at.d, at.d, 0);
  sum.load(sums + (size_t)unit.pair * at.d, at.d, 1);
  for (int l = unit.from + threadIdx.y; l < unit.to; l += WARPS) {
    const size_t row = (unit.row + l) * row_length;
    Channels<K> khat, value;
    khat.load(k + row + unit.head * at.d, at.d, -INFINITY);
    value.load(v + row + unit.head * at.dv, at.dv, 0);
#pragma unroll
    for (int i = 0; i < K; i++) khat.of[i] = expf(khat.of[i] - largest.of[i]) / sum.of[i];
    khat.template times<false>(dc, at.d, 1).store(dv + row + unit.head * at.dv, at.dv);
    Channels<K> dkey = value.template times<true>(dc, at.dv, 1);
#pragma unroll
    for (int i = 0; i < K; i++) {
      dkey.of[i] = khat.of[i] * (dkey.of[i] - of_position[Channels<K>::number(i)]);
    }
    dkey.store(dk + row + unit.head * at.d, at.d);
  }
}

#define LINEAR_ATTENTION(name, K)                                                                  \
  extern "C" __global__ void __launch_bounds__(LANES* WARPS) linear_queries_##name(                \
      const float* __restrict__ q, int q_row, const float* __restrict__ context, Heads at,         \
      float scale, float* __restrict__ y) {                                                        \
    queries<K>(q, q_row, context, at, scale, y);                                                   \
  }                                                                                                \
  extern "C" __global__ void __launch_bounds__(LANES* WARPS) linear_queries_grad_##name(           \
      const float* q, int q_row, const float* __restrict__ context,                                \
      const float* __restrict__ dy, Heads at, float scale, float* __restrict__ qhat,               \
      float* __restrict__ y, float* dq) {                                                          \
    queries_grad<K>(q, q_row, context, dy, at, scale, qhat, y, dq);                                \
  }                                                                                                \
  extern "C" __global__ void __launch_bounds__(LANES* WARPS) linear_keys_grad_##name(              \
      const float* k, const float* v, int row,                                                     \
      const float* __restrict__ maxima, const float* __restrict__ sums,                            \
      const float* __restrict__ context, const float* __restrict__ dcontext, Heads at,             \
      float* dk, float* dv) {                                                                      \
    keys_grad<K>(k, v, row, maxima, sums, context, dcontext, at, dk, dv);                          \
  }

LINEAR_ATTENTION(narrow, 1)
LINEAR_ATTENTION(wide, 2)
