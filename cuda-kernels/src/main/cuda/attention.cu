// attention.cu — softmax, along rows and down columns, forward and backward.
//
//   softmax               y = eˣ/Σ eˣ, computed about the largest x, over the numbers of a row
//   softmax_grad          dx = y·(dy − Σ dy·y)
//   softmax_columns,      the same over the positions of a sample, for every channel: the keys of linear
//   softmax_columns_grad  attention, once softmax_columns_parts and softmax_columns_grad_parts have found
//                         what they need of each part of the positions
//
// Attention itself is these between matrix products (gemm.cu), which write the weights p anyway, since
// the tape keeps them.
//
// Layout  row i of a tensor is head i % heads of position i / heads, `length` numbers; positions lie x_row
//         (y_row, ...) elements apart. Columns: `channels` of them, positions again x_row apart, samples
//         L·x_row
// Block   rows: threads along x share a row, a power of two up to 32; along y are rows
//         columns: 32 channels along x, the positions of a part in turns along y
// Grid    columns: x tiles of the channels of each sample, y parts of the positions, always of the same length,
//         so that the bits do not depend on the device
// Cost    rows are read twice and the result written twice, mostly in cache; columns are read three times
//         and written once. A faster version of
//         attention never writes the scores: it goes through keys and values in tiles, with a running
//         maximum and sum (Dao et al. 2022), and computes the weights again on the way back

#include "lanes.cuh"

struct Rows {
  int rows, length, heads;
};

__device__ __forceinline__ size_t start(const Rows& at, int i, int row) {
  return (size_t)(i / at.heads) * row + i % at.heads * at.length;
}

// y may be x.
extern "C" __global__ void softmax(const float* x, Rows at, int x_row, int y_row, float* y) {
  const int i = blockIdx.x * blockDim.y + threadIdx.y;
  const int count = i < at.rows ? at.length : 0;  // the last block's other rows only join the shuffles
  x += start(at, i, x_row);
  y += start(at, i, y_row);

  float largest = -INFINITY;
  for (int c = threadIdx.x; c < count; c += blockDim.x) largest = fmaxf(largest, x[c]);
  largest = lane_max(largest, blockDim.x);

  float sum = 0;
  for (int c = threadIdx.x; c < count; c += blockDim.x) {
    const float e = expf(x[c] - largest);
    sum += e;
    y[c] = e;
  }
  const float share = 1 / lane_sum(sum, blockDim.x);
  for (int c = threadIdx.x; c < count; c += blockDim.x) y[c] *= share;
}

// dx may be dy.
extern "C" __global__ void softmax_grad(const float* __restrict__ y, const float* dy, Rows at, int y_row,
                                        int dy_row, int dx_row, float* dx) {
  const int i = blockIdx.x * blockDim.y + threadIdx.y;
  const int count = i < at.rows ? at.length : 0;
  y += start(at, i, y_row);
  dy += start(at, i, dy_row);
  dx += start(at, i, dx_row);

  float along = 0;  // Σ dy·y
  for (int c = threadIdx.x; c < count; c += blockDim.x) along += dy[c] * y[c];
  along = lane_sum(along, blockDim.x);
  for (int c = threadIdx.x; c < count; c += blockDim.x) dx[c] = y[c] * (dy[c] - along);
}

struct Columns {
  int positions, channels;
};

constexpr int WIDTH = 32, HEIGHT = 8;  // of a block

// What `join` makes of the numbers of a column of threads, for all of them.
template <class Join>
__device__ float down_column(float value, Join join) {
  __shared__ float of_row[HEIGHT][WIDTH];
  __syncthreads();  // everyone is done with the numbers of an earlier call
  of_row[threadIdx.y][threadIdx.x] = value;
  __syncthreads();
  float all = of_row[0][threadIdx.x];
  for (int y = 1; y < HEIGHT; y++) all = join(all, of_row[y][threadIdx.x]);
  return all;
}

constexpr int PART = 256;  // positions that a block goes through, for all SMs to have some

// Finds this thread's column in each tensor given by its row length, and which positions of it the block goes
// through: none beyond the last channel.
struct Column {
  int channel, sample, first, end;

  __device__ explicit Column(const Columns& at) {
    const int tiles = (at.channels + WIDTH - 1) / WIDTH;
    channel = blockIdx.x % tiles * WIDTH + threadIdx.x;
    sample = blockIdx.x / tiles;
    first = blockIdx.y * PART;
    end = channel < at.channels ? min(at.positions, first + PART) : 0;
  }

  __device__ size_t start(const Columns& at, int row) const {
    return (size_t)sample * at.positions * row + channel;
  }

  // Of a number for each part of each column.
  __device__ size_t of_part(const Columns& at, int part) const {
    return ((size_t)sample * gridDim.y + part) * at.channels + channel;
  }
};

// What softmax_columns needs of each part: the largest x, and the sum of e^(x - largest).
extern "C" __global__ void __launch_bounds__(WIDTH * HEIGHT) softmax_columns_parts(
    const float* __restrict__ x, Columns at, int x_row, float* __restrict__ maxima,
    float* __restrict__ sums) {
  const Column column(at);
  x += column.start(at, x_row);
  float largest = -INFINITY;
  for (int l = column.first + threadIdx.y; l < column.end; l += HEIGHT) {
    largest = fmaxf(largest, x[(size_t)l * x_row]);
  }
  largest = down_column(largest, [](float a, float b) { return fmaxf(a, b); });
  float sum = 0;
  for (int l = column.first + threadIdx.y; l < column.end; l += HEIGHT) {
    sum += expf(x[(size_t)l * x_row] - largest);
  }
  sum = down_column(sum, [](float a, float b) { return a + b; });
  if (threadIdx.y == 0 && column.end > 0) {
    const size_t i = column.of_part(at, blockIdx.y);
    maxima[i] = largest;
    sums[i] = sum;
  }
}

// part_maxima and part_sums are those of softmax_columns_parts. maxima and sums (N, channels) receive what the
// softmax was computed with; either may be null.
extern "C" __global__ void __launch_bounds__(WIDTH * HEIGHT) softmax_columns(
    const float* __restrict__ x, Columns at, const float* __restrict__ part_maxima,
    const float* __restrict__ part_sums, int x_row, int y_row, float* __restrict__ y,
    float* __restrict__ maxima, float* __restrict__ sums) {
  const Column column(at);
  if (column.end == 0) return;
  x += column.start(at, x_row);
  y += column.start(at, y_row);
  float largest = -INFINITY, sum = 0;
  for (int part = 0; part < gridDim.y; part++) {
    largest = fmaxf(largest, part_maxima[column.of_part(at, part)]);
  }
  for (int part = 0; part < gridDim.y; part++) {
    const size_t i = column.of_part(at, part);
    sum += part_sums[i] * expf(part_maxima[i] - largest);
  }
  for (int l = column.first + threadIdx.y; l < column.end; l += HEIGHT) {
    y[(size_t)l * y_row] = expf(x[(size_t)l * x_row] - largest) / sum;
  }
  if (threadIdx.y == 0 && blockIdx.y == 0) {
    const size_t i = (size_t)column.sample * at.channels + column.channel;
    if (maxima) maxima[i] = largest;
    if (sums) sums[i] = sum;
  }
}

// Σ dy·y of each part.
extern "C" __global__ void __launch_bounds__(WIDTH * HEIGHT) softmax_columns_grad_parts(
    const float* __restrict__ y, const float* __restrict__ dy, Columns at, int y_row, int dy_row,
    float* __restrict__ along) {
  const Column column(at);
  y += column.start(at, y_row);
  dy += column.start(at, dy_row);
  float sum = 0;
  for (int l = column.first + threadIdx.y; l < column.end; l += HEIGHT) {
    sum += dy[(size_t)l * dy_row] * y[(size_t)l * y_row];
  }
  sum = down_column(sum, [](float a, float b) { return a + b; });
  if (threadIdx.y == 0 && column.end > 0) along[column.of_part(at, blockIdx.y)] = sum;
}

// dx may be dy.
extern "C" __global__ void __launch_bounds__(WIDTH * HEIGHT) softmax_columns_grad(
    const float* __restrict__ y, const float* dy, Columns at, const float* __restrict__ part_along,
    int y_row, int dy_row, int dx_row, float* dx) {
  const Column column(at);
  if (column.end == 0) return;
  y += column.start(at, y_row);
  dy += column.start(at, dy_row);
  dx += column.start(at, dx_row);
  float along = 0;  // Σ dy·y
  for (int part = 0; part < gridDim.y; part++) along += part_along[column.of_part(at, part)];
  for (int l = column.first + threadIdx.y; l < column.end; l += HEIGHT) {
    dx[(size_t)l * dx_row] = y[(size_t)l * y_row] * (dy[(size_t)l * dy_row] - along);
  }
}
