// channel_sums.cu — what the gradients of scales and shifts sum up over positions.
//
//   S[n, c] = Σ dy·x,   T[n, c] = Σ dy          over the rows of sample n
//
// Layout  x, dy (N, rows, C); sums (N, parts, 2C) and totals (N, 2C), S then T; counters (N, tiles)
// Grid    x parts of samples, y tiles of channels
// Block   as many threads along x as a tile has channels; along y rows in turns
// Cost    x and dy are read once, a warp reading whole rows of 32 channels. Sums of a part are added up in
//         order, then the parts', by the block of a sample that comes last: small errors in long sums

#include "arrivals.cuh"

constexpr int THREADS = 256;  // at most, of a block

struct Samples {
  int rows, c;      // of a sample
  int parts, part;  // of a sample: how many, of how many rows
};

// Two sums of a column of threads.
struct Sums {
  float s, t;

  // Those of all threads of the column, for its first thread. All threads must call.
  __device__ __forceinline__ Sums down_column() const {
    __shared__ float of_s[THREADS], of_t[THREADS];
    const int thread = threadIdx.y * blockDim.x + threadIdx.x;
    __syncthreads();  // everyone is done with the numbers of an earlier call
    of_s[thread] = s;
    of_t[thread] = t;
    __syncthreads();
    Sums all = *this;
    for (int other = thread + blockDim.x; threadIdx.y == 0 && other < blockDim.x * blockDim.y;
         other += blockDim.x) {
      all.s += of_s[other];
      all.t += of_t[other];
    }
    return all;
  }
};

extern "C" __global__ void __launch_bounds__(THREADS) channel_sums(
    const float* __restrict__ x, const float* __restrict__ dy, Samples at, float* sums, unsigned* counters,
    float* totals) {
  const int c = blockIdx.y * blockDim.x + threadIdx.x;
  const int sample = blockIdx.x / at.parts, from = blockIdx.x % at.parts * at.part;
  const int to = c < at.c ? min(at.rows, from + at.part) : 0;

  Sums mine = {};
  for (int row = from + threadIdx.y; row < to; row += blockDim.y) {
    const size_t i = ((size_t)sample * at.rows + row) * at.c + c;
    mine.s += dy[i] * x[i];
    mine.t += dy[i];
  }
  const bool tells = threadIdx.y == 0 && c < at.c;
  const Sums part = mine.down_column();
  if (tells) {
    sums[(size_t)blockIdx.x * 2 * at.c + c] = part.s;
    sums[(size_t)blockIdx.x * 2 * at.c + at.c + c] = part.t;
  }

  if (!arrives_last(counters + sample * gridDim.y + blockIdx.y, at.parts)) return;
  mine = {};
  for (int k = threadIdx.y; k < at.parts && c < at.c; k += blockDim.y) {
    const float* of_part = sums + ((size_t)sample * at.parts + k) * 2 * at.c + c;
    mine.s += seen(of_part);
    mine.t += seen(of_part + at.c);
  }
  const Sums all = mine.down_column();
  if (tells) {
    totals[(size_t)sample * 2 * at.c + c] = all.s;
    totals[(size_t)sample * 2 * at.c + at.c + c] = all.t;
  }
}
