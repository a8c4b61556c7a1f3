// strided.cu — reading and writing through strides.
//
//   gather    y[i] = x[at(i)]
//   scatter   y[at(i)] = x[i], into zeros; no two indices lead to the same element
//
// Sums through strides are rows of reduction.cu.
//
// Layout  the dense side in order of the indices, last axis fastest
// Grid    as many blocks as indices need, each thread several if the grid is capped
// Cost    every number is read and written once. The dense side moves in whole lines; where the strided
//         side does not, as in a transpose, tiles through shared memory would

#include "elements.cuh"

const int MAX_AXES = 6;  // of one launch; more are more launches

// Axes of the indices, fastest first.
struct View {
  int axes;
  int size[MAX_AXES];
  int stride[MAX_AXES];
};

// The element that index i leads to.
__device__ __forceinline__ unsigned element(const View& at, unsigned i) {
  unsigned element = 0;
#pragma unroll
  for (int axis = 0; axis < MAX_AXES; axis++) {
    if (axis >= at.axes) break;
    const unsigned slower = axis + 1 == at.axes ? 0 : i / (unsigned)at.size[axis];
    element += (i - slower * at.size[axis]) * at.stride[axis];
    i = slower;
  }
  return element;
}

extern "C" __global__ void gather(const float* __restrict__ x, View at, int count,
                                  float* __restrict__ y) {
  FOR_EACH(i, count) y[i] = x[element(at, i)];
}

extern "C" __global__ void scatter(const float* __restrict__ x, View at, int count,
                                   float* __restrict__ y) {
  FOR_EACH(i, count) y[element(at, i)] = x[i];
}
