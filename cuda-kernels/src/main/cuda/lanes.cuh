// lanes.cuh — sums and maxima across threads that work on one thing together.
//
// Lanes of a warp exchange numbers by shuffles, in pairs that double their distance; warps through shared
// memory. Every thread receives the same bits, and the order is always the same.
#pragma once

// Over groups of `width` neighboring lanes; a power of two up to 32. All lanes of the warp must call.
__device__ __forceinline__ float lane_sum(float value, int width) {
  for (int distance = 1; distance < width; distance *= 2) {
    value += __shfl_xor_sync(0xffffffff, value, distance);
  }
  return value;
}

__device__ __forceinline__ float lane_max(float value, int width) {
  for (int distance = 1; distance < width; distance *= 2) {
    value = fmaxf(value, __shfl_xor_sync(0xffffffff, value, distance));
  }
  return value;
}

// Over a block of whole warps, of one row of threads. All threads must call.
__device__ __forceinline__ float block_sum(float value) {
  __shared__ float of_warp[32];
  value = lane_sum(value, 32);
  __syncthreads();  // everyone is done with the numbers of an earlier call
  if (threadIdx.x % 32 == 0) of_warp[threadIdx.x / 32] = value;
  __syncthreads();
  float total = 0;
  for (int warp = 0; warp < blockDim.x / 32; warp++) total += of_warp[warp];
  return total;
}
