// loss.cu — weighted mean squared error and its gradient.
//
//   loss = ⟨w[n]·⟨(x − target)²⟩⟩          inner mean over one sample, outer over samples
//   dx   = dloss·w[n]·2·(x − target)/size of x
//
// Layout  x, target, dx (N, ...) of `sample` elements each; w (N); pieces, one sum of each block
// Grid    as many blocks as elements need, each thread several elements if the grid is capped
// Shared  squared_errors: one double per thread, used by reduce.cuh
// Cost    every number is read once. The sums are in double precision; add_pieces of reduction.cu adds
//         them up and divides

#include "elements.cuh"
#include "reduce.cuh"

extern "C" __global__ void squared_errors(const float* x, const float* target, const float* w,
                                          int sample, int count, double* pieces) {
  double mine = 0;
  FOR_EACH(i, count) {
    const double error = (double)x[i] - target[i];
    mine += w[i / (unsigned)sample] * error * error;
  }
  const double piece = fold_sum(mine);
  if (threadIdx.x == 0) pieces[blockIdx.x] = piece;
}

extern "C" __global__ void squared_errors_grad(const float* x, const float* target, const float* w,
                                               const float* dloss, int sample, int count,
                                               float* dx) {
  FOR_EACH(i, count) {
    dx[i] = *dloss * w[i / (unsigned)sample] * 2 / count * (x[i] - target[i]);
  }
}
