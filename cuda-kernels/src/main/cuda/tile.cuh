// tile.cuh — one tile of a product C = A·B, computed by 64 threads.
//
// The threads are 8 × 8; each holds RM × RN sums, so that a tile has 8·RM rows and 8·RN columns. The
// factors pass through shared memory in panels: DEPTH columns of A's rows, DEPTH rows of B's columns.
// What a factor is, a matrix or the patches of an image, is up to the operand that fills its panel.
// Each sum adds its products in the order of k, so results do not depend on the tile.
#pragma once

constexpr int THREADS = 64;  // of a block
constexpr int DEPTH = 16;    // of a panel

// DEPTH slices of T numbers. The four spare ones keep threads that write a column off the same bank.
template <int T>
using Panel = float[DEPTH][T + 4];

// Which of the tile's 8·R rows (columns) is the r-th of thread `lane` in its row (column) of threads:
// runs of up to four neighbors, which one instruction reads.
template <int R>
__device__ constexpr int place(int lane, int r) {
  constexpr int RUN = R < 4 ? R : 4;
  return r / RUN * (8 * RUN) + lane * RUN + r % RUN;
}

template <int R>
__device__ void read_slice(const float* slice, int lane, float (&values)[R]) {
  if constexpr (R % 4 == 0) {
#pragma unroll
    for (int r = 0; r < R; r += 4) {
      const float4 run = *reinterpret_cast<const float4*>(slice + place<R>(lane, r));
      values[r] = run.x, values[r + 1] = run.y, values[r + 2] = run.z, values[r + 3] = run.w;
    }
  } else {
    const float2 run = *reinterpret_cast<const float2*>(slice + place<R>(lane, 0));
    values[0] = run.x, values[1] = run.y;
  }
}

// sums += A[:, from..to)·B[from..to), for this thread's rows and columns. A.fill(panel, k) must write
// every number of the panel, zeros where there is none.
template <int RM, int RN, class A, class B>
__device__ void add_products(A& a, B& b, int from, int to, float (&sums)[RM][RN]) {
  __shared__ __align__(16) Panel<8 * RM> as;
  __shared__ __align__(16) Panel<8 * RN> bs;
  const int row = threadIdx.x / 8, column = threadIdx.x % 8;
  for (int k = from; k < to; k += DEPTH) {
    a.fill(as, k, to);
    b.fill(bs, k, to);
    __syncthreads();
#pragma unroll 2
    for (int slice = 0; slice < DEPTH; slice++) {
      float left[RM], right[RN];
      read_slice(as[slice], row, left);
      read_slice(bs[slice], column, right);
#pragma unroll
      for (int i = 0; i < RM; i++) {
#pragma unroll
        for (int j = 0; j < RN; j++) sums[i][j] += left[i] * right[j];
      }
    }
    __syncthreads();
  }
}

// Calls store(row, column, sum) for this thread's part of the tile.
template <int RM, int RN, class Store>
__device__ void for_each_sum(const float (&sums)[RM][RN], Store store) {
  const int row = threadIdx.x / 8, column = threadIdx.x % 8;
#pragma unroll
  for (int i = 0; i < RM; i++) {
#pragma unroll
    for (int j = 0; j < RN; j++) store(place<RM>(row, i), place<RN>(column, j), sums[i][j]);
  }
}

// A panel whose neighbors in memory differ in k: 16 threads read 16 neighbors. Each thread fills one
// slice, its number modulo DEPTH.
template <int T, class Element>
__device__ void fill_along_k(Panel<T>& panel, Element element) {
  const int slice = threadIdx.x % DEPTH;
#pragma unroll 4
  for (int i = threadIdx.x / DEPTH; i < T; i += THREADS / DEPTH) panel[slice][i] = element(slice, i);
}

// A panel whose neighbors in memory lie across k. Each thread fills one column, its number modulo T,
// from the first slice to the last.
template <int T, class Element>
__device__ void fill_across_k(Panel<T>& panel, Element element) {
  const int i = threadIdx.x % T;
#pragma unroll 4
  for (int slice = threadIdx.x / T; slice < DEPTH; slice += THREADS / T) {
    panel[slice][i] = element(slice, i);
  }
}

// The simplest operand: numbers first to first + T of the `count` rows of A or columns of B.
template <int T>
struct Matrix {
  const float* __restrict__ base;
  int row;  // from one stored row to the next
  int first, count;
  bool along_k;  // whether stored rows run along k

  __device__ void fill(Panel<T>& panel, int k, int to) const {
    if (along_k) {
      fill_along_k<T>(panel, [&](int slice, int i) {
        const bool inside = first + i < count && k + slice < to;
        return inside ? base[(first + i) * row + k + slice] : 0.0f;
      });
    } else {
      fill_across_k<T>(panel, [&](int slice, int i) {
        const bool inside = first + i < count && k + slice < to;
        return inside ? base[(k + slice) * row + first + i] : 0.0f;
      });
    }
  }
};

// The tile of this block, in a grid that goes through the tiles of an m × n result along x.
template <int RM, int RN>
struct TileOrigin {
  int row, column;

  __device__ explicit TileOrigin(int n) {
    const int columns = (n + 8 * RN - 1) / (8 * RN);
    row = blockIdx.x / columns * (8 * RM);
    column = blockIdx.x % columns * (8 * RN);
  }
};

// One kernel for each shape of tile. Many small tiles suit small results; large ones read less, since a
// number in a panel is used as often as the tile is wide.
#define FOR_EACH_TILE(KERNEL) \
  KERNEL(small, 2, 2)         \
  KERNEL(wide, 2, 8)          \
  KERNEL(medium, 4, 4)        \
  KERNEL(tall, 8, 2)          \
  KERNEL(large, 8, 8)
