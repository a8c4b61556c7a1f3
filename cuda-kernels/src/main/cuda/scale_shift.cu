// scale_shift.cu — a scale and a shift for each channel of each sample.
//
//   scale_shift       y = x·(1 + a) + b
//   scale_shift_grad  dx = dy·(1 + a).  da = Σ dy·x and db = Σ dy are left to channel_sums.cu
//
// Layout  x, y, dy, dx (N, P, C); scale_shift (N, 2C), a then b
// Grid    as many blocks as elements need, each thread several elements if the grid is capped
// Cost    every number is read and written once; two divisions to find each one's sample and channel,
//         which a faster version saves by going along rows

#include "elements.cuh"

extern "C" __global__ void scale_shift(const float* __restrict__ x, const float* __restrict__ scale_shift,
                                       int count, int sample, int C, float* __restrict__ y) {
  FOR_EACH(i, count) {
    const unsigned a = i / sample * 2 * C + i % C, b = a + C;
    y[i] = x[i] * (1 + scale_shift[a]) + scale_shift[b];
  }
}

extern "C" __global__ void scale_shift_grad(const float* __restrict__ scale_shift,
                                            const float* __restrict__ dy, int count, int sample, int C,
                                            float* __restrict__ dx) {
  FOR_EACH(i, count) dx[i] = dy[i] * (1 + scale_shift[i / sample * 2 * C + i % C]);
}
