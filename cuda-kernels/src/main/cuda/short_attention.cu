// short_attention.cu — attention of heads whose queries, keys and weights fit into shared memory.
//
//   short_attention       p = softmax(s·q·kᵀ) over the keys,   y = p·v
//   short_attention_grad  dv = pᵀ·dy,  ds = p·(dp − Σ dp·p),  dp = dy·vᵀ,  dq = s·ds·k,  dk = s·dsᵀ·q
//
// Layout  position l of head h of sample n begins (n·L + l)·row + h·D elements after the start of q, k, v and
//         their gradients; y and dy (N, LQ, heads·DV); p (N, heads, LQ, LK)
// Grid    a block for each head of each sample
// Block   a warp for ROWS rows of a product, a lane for a column
// Shared  all factors of the products, rows one element longer than needed, so that lanes which go down a
//         column meet different banks
// Cost    every number is read and written once, and one launch each way; ROWS + 1 loads from shared memory for
//         ROWS products. Longer sequences are left to the products of gemm.cu and the softmax of attention.cu

#include "lanes.cuh"

constexpr int LANES = 32;  // of a warp
constexpr int WARPS = 8;   // of a block
constexpr int ROWS = 4;    // of a product, in the hands of a warp

struct Heads {
  int heads, d, dv, lq, lk;
  int q_row, k_row, v_row;  // elements from one position to the next
};

// What a block works on.
struct Unit {
  int pair, sample, head;

  __device__ explicit Unit(const Heads& at) : pair(blockIdx.x), sample(pair / at.heads), head(pair % at.heads) {}

  // Where the first number of the head lies, of rows of a sample.
  __device__ size_t start(int rows, int row, int width) const {
    return (size_t)sample * rows * row + head * width;
  }
};

// A matrix in shared memory.
struct Matrix {
  float* first;
  int columns;

  // Takes the place from `room` on, which afterwards is what follows.
  __device__ Matrix(float*& room, int rows, int columns) : first(room), columns(columns) {
    room += rows * (columns + 1);
  }
  __device__ __forceinline__ float& operator()(int row, int column) const {
    return first[row * (columns + 1) + column];
  }

  __device__ __forceinline__ void load(const float* from, int rows, int row_length) const {
    for (int row = threadIdx.y; row < rows; row += WARPS) {
      for (int c = threadIdx.x; c < columns; c += LANES) (*this)(row, c) = from[(size_t)row * row_length + c];
    }
  }
};

// Calls put(row, column, Σ a(row, i)·b(i, column)) for all rows and columns.
template <class A, class B, class Put>
__device__ __forceinline__ void product(int rows, int columns, int count, A a, B b, Put put) {
  for (int first = threadIdx.y * ROWS; first < rows; first += WARPS * ROWS) {
    for (int column = threadIdx.x; column < columns; column += LANES) {
      float sum[ROWS] = {};
      for (int i = 0; i < count; i++) {
        const float factor = b(i, column);
#pragma unroll
        for (int r = 0; r < ROWS; r++) sum[r] += a(min(first + r, rows - 1), i) * factor;
      }
#pragma unroll
      for (int r = 0; r < ROWS; r++) {
        if (first + r < rows) put(first + r, column, sum[r]);
      }
    }
  }
}

extern "C" __global__ void __launch_bounds__(LANES* WARPS, 3) short_attention(
    const float* __restrict__ q, const float* __restrict__ k, const float* __restrict__ v, Heads at, float scale,
    float* __restrict__ y, float* __restrict__ weights) {
  extern __shared__ float room[];
  float* next = room;
  const Matrix queries(next, at.lq, at.d), keys(next, at.lk, at.d), values(next, at.lk, at.dv);
  const Matrix p(next, at.lq, at.lk);
  const Unit unit(at);
  queries.load(q + unit.start(at.lq, at.q_row, at.d), at.lq, at.q_row);
  keys.load(k + unit.start(at.lk, at.k_row, at.d), at.lk, at.k_row);
  values.load(v + unit.start(at.lk, at.v_row, at.dv), at.lk, at.v_row);
  __syncthreads();

  product(
      at.lq, at.lk, at.d, queries, [&](int i, int j) { return keys(j, i); },
      [&](int l, int j, float sum) { p(l, j) = scale * sum; });
  __syncthreads();

  for (int l = threadIdx.y; l < at.lq; l += WARPS) {
    float largest = -INFINITY, sum = 0;
    for (int j = threadIdx.x; j < at.lk; j += LANES) largest = fmaxf(largest, p(l, j));
    largest = lane_max(largest, LANES);
    for (int j = threadIdx.x; j < at.lk; j += LANES) sum += p(l, j) = expf(p(l, j) - largest);
    const float share = 1 / lane_sum(sum, LANES);
    float* row = weights + ((size_t)unit.pair * at.lq + l) * at.lk;
    for (int j = threadIdx.x; j < at.lk; j += LANES) row[j] = p(l, j) *= share;
  }
  __syncthreads();

  const int y_row = at.heads * at.dv;
  float* result = y + unit.start(at.lq, y_row, at.dv);
  product(at.lq, at.dv, at.lk, p, values,
          [&](int l, int c, float sum) { result[(size_t)l * y_row + c] = sum; });
}

// dq, dk and dv may lie in one tensor, but not in that of q, k or v.
extern "C" __global__ void __launch_bounds__(LANES* WARPS, 3) short_attention_grad(
    const float* __restrict__ q, const float* __restrict__ k, const float* __restrict__ v,
    const float* __restrict__ weights, const float* __restrict__ dy, Heads at, float scale, float* dq, float* dk,
    float* dv) {
  extern __shared__ float room[];
  float* next = room;
  const Matrix queries(next, at.lq, at.d), keys(next, at.lk, at.d), values(next, at.lk, at.dv);
  const Matrix p(next, at.lq, at.lk), ds(next, at.lq, at.lk), slopes(next, at.lq, at.dv);
  const Unit unit(at);
  const int y_row = at.heads * at.dv;
  const size_t of_q = unit.start(at.lq, at.q_row, at.d), of_k = unit.start(at.lk, at.k_row, at.d);
  const size_t of_v = unit.start(at.lk, at.v_row, at.dv);
  queries.load(q + of_q, at.lq, at.q_row);
  keys.load(k + of_k, at.lk, at.k_row);
  values.load(v + of_v, at.lk, at.v_row);
  p.load(weights + (size_t)unit.pair * at.lq * at.lk, at.lq, at.lk);
  slopes.load(dy + unit.start(at.lq, y_row, at.dv), at.lq, y_row);
  __syncthreads();

  product(
      at.lq, at.lk, at.dv, slopes, [&](int c, int j) { return values(j, c); },
      [&](int l, int j, float sum) { ds(l, j) = sum; });  // dp, until the next lines
  __syncthreads();
  for (int l = threadIdx.y; l < at.lq; l += WARPS) {
    float along = 0;
    for (int j = threadIdx.x; j < at.lk; j += LANES) along += p(l, j) * ds(l, j);
    along = lane_sum(along, LANES);
    for (int j = threadIdx.x; j < at.lk; j += LANES) ds(l, j) = p(l, j) * (ds(l, j) - along);
  }
  __syncthreads();

  product(at.lq, at.d, at.lk, ds, keys,
          [&](int l, int c, float sum) { dq[of_q + (size_t)l * at.q_row + c] = scale * sum; });
  product(
      at.lk, at.d, at.lq, [&](int j, int l) { return ds(l, j); }, queries,
      [&](int j, int c, float sum) { dk[of_k + (size_t)j * at.k_row + c] = scale * sum; });
  product(
      at.lk, at.dv, at.lq, [&](int j, int l) { return p(l, j); }, slopes,
      [&](int j, int c, float sum) { dv[of_v + (size_t)j * at.v_row + c] = sum; });
}
