// arrivals.cuh — the block that comes last puts together what all blocks have found, in the same launch.
//
// Which one that is, is chance; what it computes is not, since it adds up what lies in memory, in order. So
// the bits are the same in every run.
#pragma once

// Whether this block is the last of `count` blocks, told to all of its threads, who all must call. What the
// others wrote before they called is then read by seen(). The counter is zero before and after.
__device__ __forceinline__ bool arrives_last(unsigned* counter, unsigned count) {
  __shared__ bool last;
  __syncthreads();  // all threads of the block have written
  if (threadIdx.x == 0 && threadIdx.y == 0) {
    __threadfence();  // what they wrote goes before the arrival
    last = atomicInc(counter, count - 1) == count - 1;
    __threadfence();
  }
  __syncthreads();
  return last;
}

// What another block wrote: from the cache of the device, since that of the multiprocessor may not know.
template <class T>
__device__ __forceinline__ T seen(const T* number) {
  return __ldcg(number);
}
