// rms_norm.cu — root mean square normalization, forward and backward.
//
//   rms_norm       y = g·x·s + residual,  s = √C/max(‖x‖, 1e-12), ‖·‖ over the channels of a row; x becomes
//                  x + bias before
//   rms_norm_grad  dx = s·(g·dy − û·(û·(g·dy))),  û = x/‖x‖;   below 1e-12, where the divisor is constant,
//                  dx = s·g·dy.  `before`, what came from elsewhere, is added to dx, unless it is null.
//                  dg = Σ dy·x·s over the rows
//
// Layout  x, y, dy, dx (rows, C); g, dg (C); sums (parts, C); a counter for each tile of channels
// Grid    rms_norm: blocks of rows; rms_norm_grad: x parts of the rows, y tiles of channels
// Block   threads along x share a row, a power of two up to 32; along y are rows
// Shared  of rms_norm_grad a row of a tile's channels for each row of threads, where each thread adds up what it
//         meets in its channels
// Cost    rows are read twice, the second time from cache; a faster version keeps them in registers

#include "arrivals.cuh"
#include "lanes.cuh"

constexpr int THREADS = 256;  // of a block of rms_norm_grad, at most
constexpr int TILE = 1024;    // channels
constexpr float SMALLEST_NORM = 1e-12f;

// With a bias x is written; bias and residual may be null.
extern "C" __global__ void rms_norm(float* x, const float* __restrict__ g,
                                    const float* __restrict__ bias,
                                    const float* __restrict__ residual, int rows, int C,
                                    float* __restrict__ y) {
  const int row = blockIdx.x * blockDim.y + threadIdx.y;
  const int count = row < rows ? C : 0;  // the last block's other rows only take part in the sums
  const size_t first = (size_t)row * C;

  float squares = 0;
  for (int c = threadIdx.x; c < count; c += blockDim.x) {
    const float number = bias ? x[first + c] += bias[c] : x[first + c];
    squares += number * number;
  }
  const float norm = sqrtf(lane_sum(squares, blockDim.x));
  const float s = sqrtf(C) / fmaxf(norm, SMALLEST_NORM);

  for (int c = threadIdx.x; c < count; c += blockDim.x) {
    const float normal = g[c] * (x[first + c] * s);
    y[first + c] = residual ? normal + residual[first + c] : normal;
  }
}

// The sum of a column of a matrix with a row for each row of threads.
__device__ __forceinline__ float sum_down(const float* matrix, int columns, int c) {
  float sum = 0;
  for (int y = 0; y < blockDim.y; y++) sum += matrix[y * columns + c];
  return sum;
}

struct Part {
  int rows, c, part;  // of `part` rows
};

extern "C" __global__ void __launch_bounds__(THREADS) rms_norm_grad(
    const float* __restrict__ x, const float* __restrict__ g, const float* __restrict__ dy,
    const float* __restrict__ before, Part at, float* __restrict__ dx, float* sums, unsigned* counters,
    float* __restrict__ dg) {
  extern __shared__ float of_rows[];
  const int from = blockIdx.y * TILE, wide = min(TILE, at.c - from);
  float* mine = of_rows + threadIdx.y * wide;
  for (int c = threadIdx.x; c < wide; c += blockDim.x) mine[c] = 0;

  const int end = min(at.rows, (int)(blockIdx.x + 1) * at.part);
  for (int turn = blockIdx.x * at.part; turn < end; turn += blockDim.y) {
    const int row = turn + threadIdx.y;
    const int count = row < end ? at.c : 0;  // rows beyond only take part in the sums
    const size_t first = (size_t)row * at.c;
    float squares = 0, product = 0;  // Σ x²,  Σ x·(g·dy)
    for (int c = threadIdx.x; c < count; c += blockDim.x) {
      squares += x[first + c] * x[first + c];
      product += x[first + c] * (g[c] * dy[first + c]);
    }
    const float norm = sqrtf(lane_sum(squares, blockDim.x)), divisor = fmaxf(norm, SMALLEST_NORM);
    const float along = lane_sum(product, blockDim.x) / divisor;
    // the divisor is constant, or so large that s is 0 and what is kept no number
    const float kept = norm < SMALLEST_NORM || isinf(norm) ? 0 : along;
    const float s = sqrtf(at.c) / divisor;

    for (int c = threadIdx.x; c < min(wide, count); c += blockDim.x) {
      const size_t i = first + from + c;
      const float change = s * (g[from + c] * dy[i] - x[i] / divisor * kept);
      dx[i] = before ? before[i] + change : change;
      mine[c] += dy[i] * (x[i] * s);
    }
  }
  __syncthreads();

  const int thread = threadIdx.y * blockDim.x + threadIdx.x, threads = blockDim.x * blockDim.y;
  float* of_part = sums + (size_t)blockIdx.x * at.c + from;
  for (int c = thread; c < wide; c += threads) of_part[c] = sum_down(of_rows, wide, c);
  if (!arrives_last(counters + blockIdx.y, gridDim.x)) return;

  for (int c = threadIdx.x; c < wide; c += blockDim.x) {
    float sum = 0;
    for (int part = threadIdx.y; part < gridDim.x; part += blockDim.y) {
      sum += seen(sums + (size_t)part * at.c + from + c);
    }
    mine[c] = sum;
  }
  __syncthreads();
  for (int c = thread; c < wide; c += threads) dg[from + c] = sum_down(of_rows, wide, c);
}
