// reduce.cuh — one number from those of many threads, always in the same order.
//
// The threads of a block that share threadIdx.y are a row of lanes; blockDim.x, the lanes of a row, is a
// power of two. Dynamic shared memory: one double per thread; none is needed for rows of one lane.
#pragma once

extern __shared__ double lanes[];

// Combines the values of all lanes of a row and gives each of them the result. All threads of the
// block take part.
template <class Combine>
__device__ __forceinline__ double fold(double value, Combine combine) {
  if (blockDim.x == 1) return value;
  double* lane = lanes + threadIdx.y * blockDim.x;
  lane[threadIdx.x] = value;
  __syncthreads();
  for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) lane[threadIdx.x] = combine(lane[threadIdx.x], lane[threadIdx.x + half]);
    __syncthreads();
  }
  const double result = lane[0];
  __syncthreads();  // before the next call overwrites it
  return result;
}

__device__ __forceinline__ double fold_sum(double value) {
  return fold(value, [](double a, double b) { return a + b; });
}

// The larger and the smaller of two numbers, NaN if one of them is (fmax prefers the number).
template <class T>
__device__ __forceinline__ T larger(T a, T b) {
  return a > b || a != a ? a : b;
}

template <class T>
__device__ __forceinline__ T smaller(T a, T b) {
  return a < b || a != a ? a : b;
}
