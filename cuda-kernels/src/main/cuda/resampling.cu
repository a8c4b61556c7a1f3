// resampling.cu — changes of resolution of images.
//
//   upsample_nearest       y[i, j] = x[i/f, j/f]            upsample_nearest_grad  dx = Σ dy of the f×f block
//   average_pool           y = mean of the f×f block        average_pool_grad      dx[i, j] = dy[i/f, j/f]/f²
//   pixel_unshuffle        y[i/f, j/f, c·f² + i%f·f + j%f] = x[i, j, c];  pixel_shuffle undoes it,
//                          add_pixel_shuffle adds it to y
//   max_pool               y = largest number of the window; NaN if there is one
//   max_pool_winners       where in x it is, the first of several; −1 in an empty window
//   max_pool_grad          dx = Σ dy of the windows that this element won
//
// Layout  images (N, H, W, C), channel fastest; Blocks counts the small image's pixels, each f×f of the
//         large one, which may have a rest of rows and columns that belong to none
// Grid    as many blocks as there are results, each thread several of them if the grid is capped
// Cost    a gradient gathers what it sums, so nothing is added atomically. Every number is read and written
//         once, save by overlapping windows; the divisions that find it could be saved by going along rows

#include "elements.cuh"

struct Blocks {
  int n, h, w, c;           // small image
  int large_h, large_w, f;
};

// An element of an image.
struct Place {
  int n, row, column, c;

  __device__ Place(unsigned i, unsigned h, unsigned w, unsigned channels) {
    const unsigned pixel = i / channels;
    c = i - pixel * channels;
    column = pixel % w;
    row = pixel / w % h;
    n = pixel / w / h;
  }
};

__device__ __forceinline__ size_t small_element(const Blocks& at, int n, int row, int column, int c) {
  return ((size_t)(n * at.h + row) * at.w + column) * at.c + c;
}

__device__ __forceinline__ size_t large_element(const Blocks& at, int n, int row, int column, int c) {
  return ((size_t)(n * at.large_h + row) * at.large_w + column) * at.c + c;
}

// Σ of the block of the large image that belongs to an element of the small one.
__device__ float block_total(const Blocks& at, const float* __restrict__ large, Place s) {
  float sum = 0;
  for (int p = 0; p < at.f; p++) {
    for (int q = 0; q < at.f; q++) {
      sum += large[large_element(at, s.n, s.row * at.f + p, s.column * at.f + q, s.c)];
    }
  }
  return sum;
}

extern "C" __global__ void upsample_nearest(const float* __restrict__ x, Blocks at, int count,
                                            float* __restrict__ y) {
  FOR_EACH(i, count) {
    const Place l(i, at.large_h, at.large_w, at.c);
    y[i] = x[small_element(at, l.n, l.row / at.f, l.column / at.f, l.c)];
  }
}

extern "C" __global__ void upsample_nearest_grad(const float* __restrict__ dy, Blocks at, int count,
                                                 float* __restrict__ dx) {
  FOR_EACH(i, count) dx[i] = block_total(at, dy, Place(i, at.h, at.w, at.c));
}

extern "C" __global__ void average_pool(const float* __restrict__ x, Blocks at, int count,
                                        float* __restrict__ y) {
  FOR_EACH(i, count) {
    y[i] = block_total(at, x, Place(i, at.h, at.w, at.c)) / ((float)at.f * at.f);
  }
}

extern "C" __global__ void average_pool_grad(const float* __restrict__ dy, Blocks at, int count,
                                             float* __restrict__ dx) {
  FOR_EACH(i, count) {
    const Place l(i, at.large_h, at.large_w, at.c);
    const int row = l.row / at.f, column = l.column / at.f;
    const bool inside = row < at.h && column < at.w;
    dx[i] = inside ? dy[small_element(at, l.n, row, column, l.c)] / ((float)at.f * at.f) : 0;
  }
}

// Where pixel_unshuffle puts an element of the large image.
__device__ size_t shuffled(const Blocks& at, Place l) {
  const int f = at.f, area = f * f;
  const int pixel = (l.n * at.h + l.row / f) * at.w + l.column / f;
  return ((size_t)pixel * at.c + l.c) * area + l.row % f * f + l.column % f;
}

extern "C" __global__ void pixel_unshuffle(const float* __restrict__ x, Blocks at, int count,
                                           float* __restrict__ y) {
  FOR_EACH(i, count) y[shuffled(at, Place(i, at.large_h, at.large_w, at.c))] = x[i];
}

extern "C" __global__ void pixel_shuffle(const float* __restrict__ x, Blocks at, int count,
                                         float* __restrict__ y) {
  FOR_EACH(i, count) y[i] = x[shuffled(at, Place(i, at.large_h, at.large_w, at.c))];
}

extern "C" __global__ void add_pixel_shuffle(const float* __restrict__ x, Blocks at, int count,
                                             float* __restrict__ y) {
  FOR_EACH(i, count) y[i] += x[shuffled(at, Place(i, at.large_h, at.large_w, at.c))];
}

struct Pool {
  int n, h, w, c, oh, ow;
  int kh, kw, stride_h, stride_w, pad_h, pad_w, dilation_h, dilation_w;
};

// The element of x that is the largest of a window.
__device__ int winner(const Pool& at, const float* __restrict__ x, Place window) {
  int largest = -1;
  for (int p = 0; p < at.kh; p++) {
    for (int q = 0; q < at.kw; q++) {
      const int row = window.row * at.stride_h + p * at.dilation_h - at.pad_h;
      const int column = window.column * at.stride_w + q * at.dilation_w - at.pad_w;
      if ((unsigned)row >= at.h || (unsigned)column >= at.w) continue;
      const int element = ((window.n * at.h + row) * at.w + column) * at.c + window.c;
      if (largest < 0 || x[element] > x[largest] || isnan(x[element])) largest = element;
    }
  }
  return largest;
}

extern "C" __global__ void max_pool(const float* __restrict__ x, Pool at, int count,
                                    float* __restrict__ y) {
  FOR_EACH(i, count) {
    const int largest = winner(at, x, Place(i, at.oh, at.ow, at.c));
    y[i] = largest < 0 ? -INFINITY : x[largest];
  }
}

extern "C" __global__ void max_pool_winners(const float* __restrict__ x, Pool at, int count,
                                            int* __restrict__ winners) {
  FOR_EACH(i, count) winners[i] = winner(at, x, Place(i, at.oh, at.ow, at.c));
}

extern "C" __global__ void max_pool_grad(const int* __restrict__ winners, const float* __restrict__ dy,
                                         Pool at, int count, float* __restrict__ dx) {
  FOR_EACH(i, count) {
    const Place e(i, at.h, at.w, at.c);
    float sum = 0;
    for (int p = 0; p < at.kh; p++) {
      for (int q = 0; q < at.kw; q++) {
        const int row = e.row + at.pad_h - p * at.dilation_h;
        const int column = e.column + at.pad_w - q * at.dilation_w;
        if (row < 0 || column < 0 || row % at.stride_h != 0 || column % at.stride_w != 0) continue;
        const int oi = row / at.stride_h, oj = column / at.stride_w;
        if (oi >= at.oh || oj >= at.ow) continue;
        const size_t window = ((size_t)(e.n * at.oh + oi) * at.ow + oj) * at.c + e.c;
        if (winners[window] == (int)i) sum += dy[window];
      }
    }
    dx[i] = sum;
  }
}
