// gemm.cu — batches of matrix products.
//
//   gemm_small ... gemm_large   C = α·op(A)·op(B) + β·C, named by the tile that a block computes
//   gemm_sum                    C = α·Σ parts + β·C, where blocks share the sum over k
//   linear                      y = x·wᵀ + b, of all layers that read the same x
//   linear_grad                 dx = Σ dy·w + before,  dw = dyᵀ·x,  db = Σ dy over rows, of all these layers:
//                               small results that would leave most of a GPU idle one after the other, side by
//                               side
//
// Layout  row-major: element (r, c) of a matrix lies c after the start of its row r; op transposes
// Grid    x: tiles of C; y: products of the batch times the parts of k, in turns if there are more
// Block   64 threads, each RM × RN elements of C (tile.cuh)
// Offsets fit in 32 bits: a tensor has less than 2³¹ elements
// Parts   the sum over k is made of parts of 512 products, which are added up in their order. Where the
//         tiles are few and k is long, each part goes to a block of its own, and gemm_sum adds them: the
//         bits are the same, so neither the run nor the size of the batch shows in a result
// Cost    2·M·N·K operations in exact single precision; a tile of 64 reads 1/32 float for each of them.
//         What a thread has of earlier parts waits in shared memory, so that the largest tile takes 168
//         registers and six blocks share a multiprocessor. A faster version has tiles of 128, fetches the
//         next panels (cp.async) while it multiplies these, and, where TF32 or half precision will do,
//         multiplies with mma.sync

#include "elements.cuh"
#include "tile.cuh"

struct Gemm {
  int m, n, k;
  int a_row, b_row, c_row;        // from one stored row to the next
  int a_transposed, b_transposed;
  int batch, inner;               // product i of the batch is (i / inner, i % inner)
  int a_outer, b_outer, c_outer;  // from one to the next of the first number,
  int a_inner, b_inner, c_inner;  // of the second
  int parts, c_part;              // of k that blocks share, 1 if none; from one to the next in C
};

constexpr int PART = 512;  // products of a sum that are added up apart

// The elements of a thread, and where each of them may be kept by this thread alone.
template <int RM, int RN, class Use>
__device__ __forceinline__ void for_each_own(Use use) {
#pragma unroll
  for (int r = 0; r < RM; r++) {
#pragma unroll
    for (int s = 0; s < RN; s++) use(r, s, (r * RN + s) * THREADS + threadIdx.x);
  }
}

template <int RM, int RN>
__device__ void gemm(const Gemm& at, const float* __restrict__ a, const float* __restrict__ b,
                     float alpha, float beta, float* __restrict__ c) {
  // What a thread has of earlier parts lies in shared memory: registers are for the part that it works on.
  __shared__ float kept[RM * RN * THREADS];
  const TileOrigin<RM, RN> tile(at.n);
  for (int i = blockIdx.y; i < at.batch * at.parts; i += gridDim.y) {
    const int outer = i / at.parts / at.inner, inner = i / at.parts % at.inner;
    const int first = i % at.parts * PART, end = at.parts == 1 ? at.k : min(at.k, first + PART);
    const Matrix<8 * RM> left{a + outer * at.a_outer + inner * at.a_inner, at.a_row,
                              tile.row, at.m, !at.a_transposed};
    const Matrix<8 * RN> right{b + outer * at.b_outer + inner * at.b_inner, at.b_row,
                               tile.column, at.n, at.b_transposed != 0};
    float sums[RM][RN] = {};
    for (int from = first; from < end; from += PART) {
      if (from > first) {
        for_each_own<RM, RN>([&](int r, int s, int own) {
          kept[own] = from == first + PART ? sums[r][s] : kept[own] + sums[r][s];
          sums[r][s] = 0;
        });
      }
      add_products(left, right, from, min(end, from + PART), sums);
    }
    if (end > first + PART) {
      for_each_own<RM, RN>([&](int r, int s, int own) { sums[r][s] = kept[own] + sums[r][s]; });
    }

    float* result = c + outer * at.c_outer + inner * at.c_inner + i % at.parts * at.c_part;
    for_each_sum(sums, [&](int row, int column, float sum) {
      if (tile.row + row < at.m && tile.column + column < at.n) {
        float* element = result + (tile.row + row) * at.c_row + tile.column + column;
        *element = beta == 0 ? alpha * sum : alpha * sum + beta * *element;
      }
    });
  }
}

#define GEMM(NAME, RM, RN)                                                           \
  extern "C" __global__ void __launch_bounds__(THREADS, 6) gemm_##NAME(              \
      Gemm at, const float* a, const float* b, float alpha, float beta, float* c) { \
    gemm<RM, RN>(at, a, b, alpha, beta, c);                                          \
  }
FOR_EACH_TILE(GEMM)

// parts (batch, parts, M, N) dense, c as described by `at`.
extern "C" __global__ void gemm_sum(const float* __restrict__ parts, Gemm at, float alpha, float beta,
                                    float* __restrict__ c) {
  const int matrix = at.m * at.n;
  FOR_EACH(e, at.batch * matrix) {
    const int i = e / matrix, row = e % matrix / at.n, column = e % at.n;
    const float* part = parts + i * at.parts * matrix + e % matrix;
    float sum = 0;
    for (int p = 0; p < at.parts; p++) sum += part[p * matrix];

    float* element =
        c + i / at.inner * at.c_outer + i % at.inner * at.c_inner + row * at.c_row + column;
    *element = beta == 0 ? alpha * sum : alpha * sum + beta * *element;
  }
}

// ---- Layers of few rows ---------------------------------------------------------------------------

constexpr int FEW = 2;  // rows and columns of a thread: many small tiles
constexpr int SIDE = 8 * FEW;

// This block's tile of a product of one matrix by another, given with the row length of each; beyond the last
// tile there is none. Store gets row, column and sum.
template <class Store>
__device__ __forceinline__ void small_product(int m, int n, int k, const float* a, int a_row,
                                              bool a_transposed, const float* b, int b_row,
                                              bool b_transposed, Store store) {
  const TileOrigin<FEW, FEW> tile(n);
  if (tile.row >= m) return;
  const Matrix<SIDE> left{a, a_row, tile.row, m, !a_transposed};
  const Matrix<SIDE> right{b, b_row, tile.column, n, b_transposed};
  float sums[FEW][FEW] = {};
  for (int from = 0; from < k; from += PART) {
    float part[FEW][FEW] = {};
    add_products(left, right, from, min(k, from + PART), part);
#pragma unroll
    for (int r = 0; r < FEW; r++) {
#pragma unroll
      for (int s = 0; s < FEW; s++) sums[r][s] += part[r][s];
    }
  }
  for_each_sum(sums, [&](int row, int column, float sum) {
    if (tile.row + row < m && tile.column + column < n) {
      store(tile.row + row, tile.column + column, sum);
    }
  });
}

constexpr int LAYERS = 32;  // of one launch

// Layers that read the same x (rows, in): w (out, in), bias (out), y (rows, out) of each.
struct Layers {
  const float* w[LAYERS];
  const float* bias[LAYERS];
  float* y[LAYERS];
  int out[LAYERS];
};

// Along y of the grid: the layers.
extern "C" __global__ void __launch_bounds__(THREADS) linear(const Layers of, const float* __restrict__ x,
                                                              int rows, int in) {
  const int out = of.out[blockIdx.y];
  const float* bias = of.bias[blockIdx.y];
  float* y = of.y[blockIdx.y];
  small_product(rows, out, in, x, in, false, of.w[blockIdx.y], in, true,
                [&](int row, int column, float sum) { y[row * out + column] = sum + bias[column]; });
}

struct LayerGrads {
  const float* w[LAYERS];
  const float* dy[LAYERS];
  float* dw[LAYERS];
  float* db[LAYERS];
  int out[LAYERS];
};

// Along y of the grid: dx, which is the sum over all layers; dw of each; db of each. before may be null, or dx.
extern "C" __global__ void __launch_bounds__(THREADS) linear_grad(const LayerGrads of, int layers,
                                                                   const float* __restrict__ x,
                                                                   const float* before, int rows,
                                                                   int in, float* dx) {
  if (blockIdx.y == 0) {
    for (int layer = 0; layer < layers; layer++) {
      const int out = of.out[layer];
      const float* part = layer == 0 ? before : dx;  // each thread its own elements
      small_product(rows, in, out, of.dy[layer], out, false, of.w[layer], in, false,
                    [&](int row, int column, float sum) {
                      const int i = row * in + column;
                      dx[i] = part ? part[i] + sum : sum;
                    });
    }
    return;
  }
  const int layer = (blockIdx.y - 1) % layers, out = of.out[layer];
  const float* dy = of.dy[layer];
  if (blockIdx.y <= layers) {
    float* dw = of.dw[layer];
    small_product(out, in, rows, dy, out, true, x, in, false,
                  [&](int row, int column, float sum) { dw[row * in + column] = sum; });
  } else {
    float* db = of.db[layer];
    FOR_EACH(c, out) {
      double sum = 0;
      for (int r = 0; r < rows; r++) sum += dy[r * out + c];
      db[c] = sum;
    }
  }
}
