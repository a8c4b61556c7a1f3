// rms_norm.cu — root mean square normalization, forward and backward.
//
//   rms_norm       y = g·x·s + residual,  x becoming x + bias before,   s = √C/max(‖x‖, 1e-12)                     ‖·‖ over the channels of a row
//   rms_norm_grad  dx = s·(g·dy − û·(û·(g·dy))),  û = x/‖x‖;   below 1e-12, where the divisor is constant,
//                  dx = s·g·dy.  `before`, what came from elsewhere, is added to dx, unless it is null.
//                  dg = Σ dy·x·s is left to channel_sums.cu, with r = s
//
// Layout  x, y, dy, dx (rows, C); g (C); rstd (rows) receives s
// Block   threads along x share a row, a power of two up to 32; along y are rows
// Cost    rows are read twice, the second time from cache; a faster version keeps them in registers

#include "lanes.cuh"

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

extern "C" __global__ void rms_norm_grad(const float* __restrict__ x, const float* __restrict__ g,
                                         const float* __restrict__ dy,
                                         const float* __restrict__ before, int rows, int C,
                                         float* __restrict__ dx, float* __restrict__ rstd) {
  const int row = blockIdx.x * blockDim.y + threadIdx.y;
  const int count = row < rows ? C : 0;
  const size_t first = (size_t)row * C;

  float squares = 0;
  for (int c = threadIdx.x; c < count; c += blockDim.x) squares += x[first + c] * x[first + c];
  const float norm = sqrtf(lane_sum(squares, blockDim.x)), divisor = fmaxf(norm, SMALLEST_NORM);
  const float s = sqrtf(C) / divisor;

  float product = 0;  // û·(g·dy)
  for (int c = threadIdx.x; c < count; c += blockDim.x) {
    product += x[first + c] / divisor * (g[c] * dy[first + c]);
  }
  const float along = lane_sum(product, blockDim.x), kept = norm < SMALLEST_NORM ? 0 : along;

  for (int c = threadIdx.x; c < count; c += blockDim.x) {
    const float change = s * (g[c] * dy[first + c] - x[first + c] / divisor * kept);
    dx[first + c] = before ? before[first + c] + change : change;
  }
  if (threadIdx.x == 0 && row < rows) rstd[row] = s;
}
