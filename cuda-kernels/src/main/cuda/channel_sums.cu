// channel_sums.cu — what the gradients of scales and shifts sum up over positions.
//
//   S[s, c] = Σ dy·x·r,   T[s, c] = Σ dy          over the rows of segment s
//
// A segment is a sample where each has a scale of its own, or the whole batch. Without rstd, r = 1.
//
// Layout  x, dy (rows, C) with `rows` of a segment after those of the one before; rstd (rows); sums
//         (segments, parts, 2C), S then T
// Grid    channel_sums: x parts of segments, y tiles of channels; channel_totals: threads as results
// Block   as many threads along x as a tile has channels; along y rows in turns
// Cost    x and dy are read once, a warp reading whole rows of 32 channels. Sums of a part are added up in
//         order, then the parts': the same bits in every run, and small errors in long sums

#include "elements.cuh"

constexpr int THREADS = 256;  // at most, of a block

struct Segments {
  int rows, c;       // of a segment
  int parts, part;   // of a segment: how many, of how many rows
};

extern "C" __global__ void __launch_bounds__(THREADS) channel_sums(
    const float* __restrict__ x, const float* __restrict__ rstd, const float* __restrict__ dy, Segments at,
    float* __restrict__ sums) {
  __shared__ float with_x[THREADS], plain[THREADS];
  const int c = blockIdx.y * blockDim.x + threadIdx.x;
  const int segment = blockIdx.x / at.parts, from = blockIdx.x % at.parts * at.part;
  const int to = min(at.rows, from + at.part);

  float s = 0, t = 0;
  for (int row = from + threadIdx.y; row < to && c < at.c; row += blockDim.y) {
    const int whole = segment * at.rows + row;
    const size_t i = (size_t)whole * at.c + c;
    s += dy[i] * (x[i] * (rstd ? rstd[whole] : 1));
    t += dy[i];
  }

  const int thread = threadIdx.y * blockDim.x + threadIdx.x;
  with_x[thread] = s;
  plain[thread] = t;
  __syncthreads();
  if (threadIdx.y == 0 && c < at.c) {
    for (int other = 1; other < blockDim.y; other++) {
      s += with_x[other * blockDim.x + threadIdx.x];
      t += plain[other * blockDim.x + threadIdx.x];
    }
    sums[(size_t)blockIdx.x * 2 * at.c + c] = s;
    sums[(size_t)blockIdx.x * 2 * at.c + at.c + c] = t;
  }
}

// s and t receive S and T of all segments, `stride` elements from one segment to the next. Either may be
// null.
extern "C" __global__ void channel_totals(const float* __restrict__ sums, int segments, int parts,
                                          int C, int stride, float* __restrict__ s,
                                          float* __restrict__ t) {
  FOR_EACH(i, segments * C) {
    const int segment = i / C, c = i % C;
    const float* part = sums + (size_t)segment * parts * 2 * C + c;
    float sum_s = 0, sum_t = 0;
    for (int k = 0; k < parts; k++, part += 2 * C) {
      sum_s += part[0];
      sum_t += part[C];
    }
    if (s) s[(size_t)segment * stride + c] = sum_s;
    if (t) t[(size_t)segment * stride + c] = sum_t;
  }
}
