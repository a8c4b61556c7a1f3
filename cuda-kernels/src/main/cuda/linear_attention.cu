// linear_attention.cu — linear attention of heads: two passes over queries, keys and values, two back.
//
//   linear_keys_*          c = k̂ᵀ·v,   k̂ = e^(k − max)/sum over the positions
//   linear_queries_*       y = s·q̂·c,   q̂ = softmax(q) over the channels of a head
//   linear_queries_grad_*  y again, dq = q̂·(g − Σ g·q̂),  g = s·c·dy,  and dc = s·q̂ᵀ·dy
//   linear_keys_grad_*     dv = k̂·dc,  dk = k̂·(dc·v − a),  of which a = Σ (dc·v)·k̂ over the positions is
//                          Σ dc·c over the channels of the values, since c = Σ k̂·v over the positions
//   Shen et al. (2018), https://arxiv.org/abs/1812.01243; the running maximum and sum are those of
//   Milakov and Gimelshein (2018), https://arxiv.org/abs/1805.02867
//
// Place   dq may be q, dk k, dv v and backward y dy: a lane reads its channels of a row before it writes them
// Layout  position l of head h of sample n begins (n·L + l)·row + h·D elements after the start of a tensor;
//         context and dcontext (N, heads, D, DV); maxima and sums (N, heads·D); counters (N, heads)
//         parts (N, heads, parts, D, DV + 2): a context, the maximum and the sum; of dc (..., D, DV)
// Grid    pieces of each head of each sample: of POSITIONS positions, or where sums over positions are made, as
//         many as are worth it, whose sums the last block of a head puts together
// Block   a warp for each position, in turns: a lane has one channel of the head (narrow), or two (wide)
// Shared  the context of the head, rows one element longer than needed, so that lanes which go down a column
//         meet different banks; and the factors of a sum over positions, a tile at a time
// Cost    every number is read and written once, 2·D·DV operations for each row. The other factor goes from
//         lane to lane by shuffles; a faster version keeps several rows in registers for one read of c

#include "arrivals.cuh"
#include "lanes.cuh"

constexpr int LANES = 32;      // of a warp
constexpr int WARPS = 8;       // of a block
constexpr int POSITIONS = 64;  // of a block

struct Heads {
  int heads, d, dv, positions;
};

// What a block works on: a piece of the positions of a head of a sample.
struct Unit {
  size_t row;  // the first position of the sample
  int pair;    // number of sample and head
  int head, pieces, piece, from, to;

  __device__ __forceinline__ explicit Unit(const Heads& at, int length = POSITIONS) {
    pieces = max(1, (at.positions + length - 1) / length);
    pair = blockIdx.x / pieces;
    piece = blockIdx.x % pieces;
    head = pair % at.heads;
    row = (size_t)(pair / at.heads) * at.positions;
    from = piece * length;
    to = min(at.positions, from + length);
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

// A sum over positions of the products of two rows, l·rᵀ, of which a warp has some rows of the matrix.
template <int K>
struct Outer {
  static const int SIDE = K * LANES, TILE = 64 / K;  // TILE: positions
  static const int ROWS = SIDE / WARPS, FOURS = ROWS / 4;

  struct Tile {
    __align__(16) float left[TILE][SIDE];
    float right[TILE][SIDE];
  };

  float of[ROWS][K];

  __device__ __forceinline__ static int row(int i) { return threadIdx.y * ROWS + i; }

  __device__ __forceinline__ void add(const Tile& tile) {
#pragma unroll 4
    for (int l = 0; l < TILE; l++) {
      float right[K];
#pragma unroll
      for (int k = 0; k < K; k++) right[k] = tile.right[l][Channels<K>::number(k)];
#pragma unroll
      for (int four = 0; four < FOURS; four++) {
        const float4 left = *reinterpret_cast<const float4*>(&tile.left[l][row(4 * four)]);
#pragma unroll
        for (int k = 0; k < K; k++) {
          of[4 * four][k] += left.x * right[k];
          of[4 * four + 1][k] += left.y * right[k];
          of[4 * four + 2][k] += left.z * right[k];
          of[4 * four + 3][k] += left.w * right[k];
        }
      }
    }
  }

  // Calls visit(i, row, k, column) for each number of this thread that the matrix has.
  template <class Visit>
  __device__ __forceinline__ static void for_each(const Heads& at, Visit visit) {
#pragma unroll
    for (int i = 0; i < ROWS; i++) {
#pragma unroll
      for (int k = 0; k < K; k++) {
        const int column = Channels<K>::number(k);
        if (row(i) < at.d && column < at.dv) visit(i, row(i), k, column);
      }
    }
  }
};

// The largest of some keys and the sum of e^(k − largest), for each channel of a lane, while the warps go
// through the positions.
template <int K>
struct Running {
  float largest[K], sum[K];  // the sum: of the positions of this warp

  // Takes further keys of this warp's positions, and makes them e^(k − largest). Returns by what former
  // such numbers have to be multiplied. All threads must call.
  template <int COUNT>
  __device__ __forceinline__ Channels<K> take(Channels<K> (&keys)[COUNT], float (*of_warp)[K * LANES]) {
    Channels<K> factor;
#pragma unroll
    for (int k = 0; k < K; k++) {
      float most = keys[0].of[k];
#pragma unroll
      for (int i = 1; i < COUNT; i++) most = fmaxf(most, keys[i].of[k]);
      of_warp[threadIdx.y][Channels<K>::number(k)] = most;
    }
    __syncthreads();
#pragma unroll
    for (int k = 0; k < K; k++) {
      float most = largest[k];
      for (int warp = 0; warp < WARPS; warp++) most = fmaxf(most, of_warp[warp][Channels<K>::number(k)]);
      const float about = most == -INFINITY ? 0 : most;  // −∞ − −∞ is no number
      factor.of[k] = expf(largest[k] - about);
      sum[k] *= factor.of[k];
#pragma unroll
      for (int i = 0; i < COUNT; i++) {
        keys[i].of[k] = expf(keys[i].of[k] - about);
        sum[k] += keys[i].of[k];
      }
      largest[k] = most;
    }
    return factor;
  }
};

template <int K>
__device__ void keys(const float* __restrict__ k, const float* __restrict__ v, int row_length, const Heads& at,
                     int length, float* parts, unsigned* counters, float* maxima, float* sums, float* context) {
  __shared__ typename Outer<K>::Tile tile;
  __shared__ float of_warp[WARPS][K * LANES], factors[K * LANES];
  constexpr int TURNS = Outer<K>::TILE / WARPS;
  const Unit unit(at, length);
  Running<K> running;
#pragma unroll
  for (int j = 0; j < K; j++) {
    running.largest[j] = -INFINITY;
    running.sum[j] = 0;
  }
  Outer<K> outer = {};

  for (int first = unit.from; first < unit.to; first += Outer<K>::TILE) {
    Channels<K> khat[TURNS], value[TURNS];
#pragma unroll
    for (int i = 0; i < TURNS; i++) {
      const int l = first + i * WARPS + threadIdx.y;
      const size_t row = (unit.row + l) * row_length;
      khat[i].load(k + row + unit.head * at.d, l < unit.to ? at.d : 0, -INFINITY);
      value[i].load(v + row + unit.head * at.dv, l < unit.to ? at.dv : 0, 0);
    }
    const Channels<K> factor = running.take(khat, of_warp);
    if (threadIdx.y == 0) factor.store(factors, Outer<K>::SIDE);
#pragma unroll
    for (int i = 0; i < TURNS; i++) {
      khat[i].store(tile.left[i * WARPS + threadIdx.y], Outer<K>::SIDE);
      value[i].store(tile.right[i * WARPS + threadIdx.y], Outer<K>::SIDE);
    }
    __syncthreads();
#pragma unroll
    for (int i = 0; i < Outer<K>::ROWS; i++) {
#pragma unroll
      for (int j = 0; j < K; j++) outer.of[i][j] *= factors[Outer<K>::row(i)];
    }
    outer.add(tile);
    __syncthreads();
  }

  const int row = at.dv + 2;  // of a part
  float* of_pair = parts + (size_t)unit.pair * unit.pieces * at.d * row;
  float* part = of_pair + (size_t)unit.piece * at.d * row;
  outer.for_each(at, [&](int i, int r, int j, int c) { part[r * row + c] = outer.of[i][j]; });
#pragma unroll
  for (int j = 0; j < K; j++) of_warp[threadIdx.y][Channels<K>::number(j)] = running.sum[j];
  __syncthreads();
#pragma unroll
  for (int j = 0; j < K; j++) {
    const int c = Channels<K>::number(j);
    if (threadIdx.y > 0 || c >= at.d) continue;
    float sum = 0;
    for (int warp = 0; warp < WARPS; warp++) sum += of_warp[warp][c];
    part[c * row + at.dv] = running.largest[j];
    part[c * row + at.dv + 1] = sum;
  }
  if (!arrives_last(counters + unit.pair, unit.pieces)) return;

  outer = {};
#pragma unroll
  for (int i = 0; i < Outer<K>::ROWS; i++) {
    const int r = Outer<K>::row(i);
    if (r >= at.d) continue;
    const float* mine = of_pair + r * row;
    const size_t step = (size_t)at.d * row;
    float largest = -INFINITY, sum = 0;
    for (int p = 0; p < unit.pieces; p++) largest = fmaxf(largest, seen(mine + p * step + at.dv));
    const float about = largest == -INFINITY ? 0 : largest;
    for (int p = 0; p < unit.pieces; p++) {
      const float factor = expf(seen(mine + p * step + at.dv) - about);
      sum += factor * seen(mine + p * step + at.dv + 1);
#pragma unroll
      for (int j = 0; j < K; j++) {
        const int c = Channels<K>::number(j);
        if (c < at.dv) outer.of[i][j] += factor * seen(mine + p * step + c);
      }
    }
#pragma unroll
    for (int j = 0; j < K; j++) outer.of[i][j] /= sum;
    if (threadIdx.x == 0) {
      maxima[(size_t)unit.pair * at.d + r] = largest;
      sums[(size_t)unit.pair * at.d + r] = sum;
    }
  }
  float* result = context + (size_t)unit.pair * at.d * at.dv;
  outer.for_each(at, [&](int i, int r, int j, int c) { result[r * at.dv + c] = outer.of[i][j]; });
}

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
__device__ void queries_grad(const float* q, int q_row, const float* __restrict__ context,
                             const float* dy, const Heads& at, int length, float scale, float* y, float* dq,
                             float* parts, unsigned* counters,
                             float* dcontext) {
  __shared__ Square<K> c;
  __shared__ typename Outer<K>::Tile tile;
  const Unit unit(at, length);
  c.load(context + (size_t)unit.pair * at.d * at.dv, at.d, at.dv);
  __syncthreads();
  Outer<K> outer = {};
  for (int first = unit.from; first < unit.to; first += Outer<K>::TILE) {
    for (int i = threadIdx.y; i < Outer<K>::TILE; i += WARPS) {
      const size_t row = unit.row + first + i, head = row * at.heads + unit.head;
      const bool exists = first + i < unit.to;
      Channels<K> qhat = {}, slope = {};
      if (exists) {
        qhat.load(q + row * q_row + unit.head * at.d, at.d, -INFINITY);
        qhat.to_softmax();
        slope.load(dy + head * at.dv, at.dv, 0);
        qhat.template times<false>(c, at.d, scale).store(y + head * at.dv, at.dv);
        Channels<K> dqhat = slope.template times<true>(c, at.dv, scale);
        const float along = dqhat.dot(qhat);
#pragma unroll
        for (int k = 0; k < K; k++) dqhat.of[k] = qhat.of[k] * (dqhat.of[k] - along);
        dqhat.store(dq + row * q_row + unit.head * at.d, at.d);
      }
      qhat.store(tile.left[i], Outer<K>::SIDE);
      slope.store(tile.right[i], Outer<K>::SIDE);
    }
    __syncthreads();
    outer.add(tile);
    __syncthreads();
  }

  const int size = at.d * at.dv;
  float* of_pair = parts + (size_t)unit.pair * unit.pieces * size;
  float* part = of_pair + (size_t)unit.piece * size;
  outer.for_each(at, [&](int i, int r, int k, int column) { part[r * at.dv + column] = outer.of[i][k]; });
  if (!arrives_last(counters + unit.pair, unit.pieces)) return;
  outer.for_each(at, [&](int, int r, int, int column) {
    float sum = 0;
    for (int p = 0; p < unit.pieces; p++) sum += seen(of_pair + (size_t)p * size + r * at.dv + column);
    dcontext[(size_t)unit.pair * size + r * at.dv + column] = scale * sum;
  });
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
  extern "C" __global__ void __launch_bounds__(LANES* WARPS, 2) linear_keys_##name(                \
      const float* __restrict__ k, const float* __restrict__ v, int row, Heads at, int length,     \
      float* parts, unsigned* counters, float* maxima, float* sums, float* context) {              \
    keys<K>(k, v, row, at, length, parts, counters, maxima, sums, context);                        \
  }                                                                                                \
  extern "C" __global__ void __launch_bounds__(LANES* WARPS) linear_queries_##name(                \
      const float* __restrict__ q, int q_row, const float* __restrict__ context, Heads at,         \
      float scale, float* __restrict__ y) {                                                        \
    queries<K>(q, q_row, context, at, scale, y);                                                   \
  }                                                                                                \
  extern "C" __global__ void __launch_bounds__(LANES* WARPS, 2) linear_queries_grad_##name(        \
      const float* q, int q_row, const float* __restrict__ context, const float* dy,               \
      Heads at, int length, float scale, float* y, float* dq, float* parts,                        \
      unsigned* counters, float* dcontext) {                                                       \
    queries_grad<K>(q, q_row, context, dy, at, length, scale, y, dq, parts, counters, dcontext);   \
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
