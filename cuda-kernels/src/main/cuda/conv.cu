// conv.cu — two-dimensional convolution and its two gradients, as matrix products that are never laid out.
//
//   conv2d_*              y[m, o]  = Σk x̃[m, k]·w[o, k]       m = (n, i, j),  k = (p, q, c)
//                                    + bias[o] + residual[m, o]    either may be null
//   conv2d_input_grad_*   dx[m, c] = Σk dỹ[m, k]·w[k, c]      m = (n, h, w),  k = (p, q, o)
//                                    + what it held, to add
//   conv2d_filter_grad_*  dw[o, l] = Σm dy[m, o]·x̃[m, l]      m = (n, i, j),  l = (p, q, c)
//
//   x̃[m, k] = x[n, i·s + p·d − top, j·s + q·d − left, c],  0 outside the image
//   dỹ[m, k] = dy[n, i, j, o] where i·s + p·d − top = h and j·s + q·d − left = w,  0 where there is none
//
// Layout  x, dx (N, H, W, Cin); y, dy (N, OH, OW, Cout); w (Cout, KH, KW, Cin / groups)
// Grid    x: tiles of the result; y: groups; z: parts of the sum, of the filter gradient only
// Block   64 threads, each RM × RN results (tile.cuh)
// Parts   a filter gradient sums over all pixels of a batch: each part goes to a block of its own, which
//         writes a gradient (Cout, KH, KW, Cin / groups) of its own, and conv2d_filter_sum adds them in
//         their order: the same bits in every run, without atomics
// Cost    as of gemm.cu, and about as many operations again to find the pixels. A faster version reads
//         four channels at a time, prefetches panels with cp.async, has a kernel for depthwise filters, and
//         goes through the input gradient of a stride of two in its four phases, where here three of four
//         products are with zero. Winograd's transform saves more than half of the products of 3×3 filters

#include "elements.cuh"
#include "tile.cuh"

struct Conv {
  int n, h, w, cin, cout, kh, kw, oh, ow;
  int stride_h, stride_w, top, left, dilation_h, dilation_w, groups;
  int part;  // pixels of a part
};

constexpr int NOWHERE = -(1 << 30);  // a row above every image, wherever the filter moves it

// Where a pixel's sum begins: an element of its sample, and the row and column to count from.
struct Pixel {
  int element, row, column;
};

// T pixels of y, each with all that its filters see; the numbers of x̃.
template <int T>
struct Patches {
  const float* __restrict__ x;
  const Conv& at;
  Pixel (&pixels)[T];

  // Pixels first to first + T of y, of one group's channels.
  __device__ void locate(int first, int group) {
    for (int t = threadIdx.x; t < T; t += THREADS) {
      const int m = first + t, j = m % at.ow, i = m / at.ow % at.oh, n = m / at.ow / at.oh;
      pixels[t].element = n * at.h * at.w * at.cin + group * (at.cin / at.groups);
      pixels[t].row = n < at.n ? i * at.stride_h - at.top : NOWHERE;
      pixels[t].column = j * at.stride_w - at.left;
    }
    __syncthreads();
  }

  __device__ void fill(Panel<T>& panel, int k, int to) const {
    const int mine = k + threadIdx.x % DEPTH, channels = at.cin / at.groups;
    const int c = mine % channels, q = mine / channels % at.kw, p = mine / channels / at.kw;
    const int down = mine < to ? p * at.dilation_h : NOWHERE, right = q * at.dilation_w;
    fill_along_k<T>(panel, [&](int, int t) {
      const Pixel pixel = pixels[t];
      const int row = pixel.row + down, column = pixel.column + right;
      const bool inside = (unsigned)row < at.h && (unsigned)column < at.w;
      return inside ? x[pixel.element + (row * at.w + column) * at.cin + c] : 0.0f;
    });
  }
};

// T pixels of x, each with all results it had a part in; the numbers of dỹ.
template <int T>
struct Results {
  const float* __restrict__ dy;
  const Conv& at;
  Pixel (&pixels)[T];

  __device__ void locate(int first, int group) {
    for (int t = threadIdx.x; t < T; t += THREADS) {
      const int m = first + t, w = m % at.w, h = m / at.w % at.h, n = m / at.w / at.h;
      pixels[t].element = n * at.oh * at.ow * at.cout + group * (at.cout / at.groups);
      pixels[t].row = n < at.n ? h + at.top : NOWHERE;
      pixels[t].column = w + at.left;
    }
    __syncthreads();
  }

  __device__ void fill(Panel<T>& panel, int k, int to) const {
    const int mine = k + threadIdx.x % DEPTH, channels = at.cout / at.groups;
    const int o = mine % channels, q = mine / channels % at.kw, p = mine / channels / at.kw;
    const int up = mine < to ? -p * at.dilation_h : NOWHERE, left = -q * at.dilation_w;
    fill_along_k<T>(panel, [&](int, int t) {
      const Pixel pixel = pixels[t];
      const int row = pixel.row + up, column = pixel.column + left;
      if (row < 0 || column < 0) return 0.0f;
      // a division takes as long as twenty products, and most convolutions have a stride of one
      if (at.stride_h == 1 && at.stride_w == 1) {
        const bool inside = row < at.oh && column < at.ow;
        return inside ? dy[pixel.element + (row * at.ow + column) * at.cout + o] : 0.0f;
      }
      const int i = row / at.stride_h, j = column / at.stride_w;
      const bool hit = i * at.stride_h == row && j * at.stride_w == column && i < at.oh && j < at.ow;
      return hit ? dy[pixel.element + (i * at.ow + j) * at.cout + o] : 0.0f;
    });
  }
};

// The filters of a group as the matrix (KH·KW·Cout / groups, Cin / groups) of the input gradient.
template <int T>
struct Filters {
  const float* __restrict__ w;
  const Conv& at;
  int first;  // channel

  __device__ void fill(Panel<T>& panel, int k, int to) const {
    const int cin = at.cin / at.groups, cout = at.cout / at.groups;
    const int first_o = k % cout, first_position = k / cout;  // once a panel, not for each number
    fill_across_k<T>(panel, [&](int slice, int i) {
      int o = first_o + slice, position = first_position;
      for (; o >= cout; position++) o -= cout;
      const bool inside = k + slice < to && first + i < cin;
      return inside ? w[(o * at.kh * at.kw + position) * cin + first + i] : 0.0f;
    });
  }
};

// The numbers of x̃ that T elements of the filters see; k runs through the pixels of y.
template <int T>
struct Sights {
  const float* __restrict__ x;  // at the group's first channel
  const Conv& at;
  int down, right, channel;  // of this thread's filter element, from the pixel's corner

  __device__ Sights(const float* x, const Conv& at, int first) : x(x), at(at) {
    const int l = first + threadIdx.x % T, channels = at.cin / at.groups;
    const int q = l / channels % at.kw, p = l / channels / at.kw;
    down = p < at.kh ? p * at.dilation_h - at.top : NOWHERE;
    right = q * at.dilation_w - at.left;
    channel = l % channels;
  }

  __device__ void fill(Panel<T>& panel, int k, int to) const {
    int m = k + threadIdx.x / T;
    int j = m % at.ow, i = m / at.ow % at.oh, n = m / at.ow / at.oh;
    fill_across_k<T>(panel, [&](int, int) {
      const int row = i * at.stride_h + down, column = j * at.stride_w + right;
      const bool inside = m < to && (unsigned)row < at.h && (unsigned)column < at.w;
      const float value = inside ? x[((n * at.h + row) * at.w + column) * at.cin + channel] : 0.0f;
      m += THREADS / T, j += THREADS / T;  // the next slice's pixel
      while (j >= at.ow) {
        j -= at.ow, i++;
        if (i == at.oh) i = 0, n++;
      }
      return value;
    });
  }
};

template <int RM, int RN>
__device__ void conv2d(const Conv& at, const float* __restrict__ x, const float* __restrict__ w,
                       const float* __restrict__ bias, const float* __restrict__ residual,
                       float* __restrict__ y) {
  __shared__ Pixel pixels[8 * RM];
  const int group = blockIdx.y, cout = at.cout / at.groups, k = at.kh * at.kw * (at.cin / at.groups);
  const TileOrigin<RM, RN> tile(cout);
  Patches<8 * RM> patches{x, at, pixels};
  patches.locate(tile.row, group);
  const Matrix<8 * RN> filters{w + group * cout * k, k, tile.column, cout, true};
  float sums[RM][RN] = {};
  add_products(patches, filters, 0, k, sums);
  for_each_sum(sums, [&](int row, int column, float sum) {
    const int m = tile.row + row, o = tile.column + column;
    if (m < at.n * at.oh * at.ow && o < cout) {
      const int channel = group * cout + o, i = m * at.cout + channel;
      if (bias) sum += bias[channel];
      y[i] = residual ? sum + residual[i] : sum;
    }
  });
}

template <int RM, int RN>
__device__ void conv2d_input_grad(const Conv& at, const float* __restrict__ w,
                                  const float* __restrict__ dy, int add,
                                  float* __restrict__ dx) {
  __shared__ Pixel pixels[8 * RM];
  const int group = blockIdx.y, cin = at.cin / at.groups, cout = at.cout / at.groups;
  const TileOrigin<RM, RN> tile(cin);
  Results<8 * RM> results{dy, at, pixels};
  results.locate(tile.row, group);
  const Filters<8 * RN> filters{w + group * cout * at.kh * at.kw * cin, at, tile.column};
  float sums[RM][RN] = {};
  add_products(results, filters, 0, at.kh * at.kw * cout, sums);
  for_each_sum(sums, [&](int row, int column, float sum) {
    const int m = tile.row + row, c = tile.column + column;
    if (m < at.n * at.h * at.w && c < cin) {
      float* element = dx + m * at.cin + group * cin + c;
      *element = add ? *element + sum : sum;
    }
  });
}

template <int RM, int RN>
__device__ void conv2d_filter_grad(const Conv& at, const float* __restrict__ x,
                                   const float* __restrict__ dy, float* __restrict__ dw) {
  const int group = blockIdx.y, cin = at.cin / at.groups, cout = at.cout / at.groups;
  const int from = blockIdx.z * at.part, to = min(at.n * at.oh * at.ow, from + at.part);
  const int elements = at.kh * at.kw * cin;
  const TileOrigin<RM, RN> tile(elements);
  const Matrix<8 * RM> results{dy + group * cout, at.cout, tile.row, cout, false};
  const Sights<8 * RN> sights(x + group * cin, at, tile.column);
  float sums[RM][RN] = {};
  add_products(results, sights, from, to, sums);

  float* part = dw + (blockIdx.z * at.cout + group * cout) * elements;
  for_each_sum(sums, [&](int row, int column, float sum) {
    const int o = tile.row + row, l = tile.column + column;
    if (o < cout && l < elements) part[o * elements + l] = sum;
  });
}

#define CONV(NAME, RM, RN)                                                   \
  extern "C" __global__ void __launch_bounds__(THREADS) conv2d_##NAME(       \
      Conv at, const float* x, const float* w, const float* bias,            \
      const float* residual, float* y) {                                     \
    conv2d<RM, RN>(at, x, w, bias, residual, y);                             \
  }                                                                          \
  extern "C" __global__ void __launch_bounds__(THREADS) conv2d_input_grad_##NAME( \
      Conv at, const float* w, const float* dy, int add, float* dx) {        \
    conv2d_input_grad<RM, RN>(at, w, dy, add, dx);                           \
  }                                                                          \
  extern "C" __global__ void __launch_bounds__(THREADS) conv2d_filter_grad_##NAME( \
      Conv at, const float* x, const float* dy, float* dw) {                 \
    conv2d_filter_grad<RM, RN>(at, x, dy, dw);                               \
  }
FOR_EACH_TILE(CONV)

extern "C" __global__ void conv2d_filter_sum(const float* __restrict__ parts, int count, int size,
                                             float* __restrict__ dw) {
  FOR_EACH(i, size) {
    float sum = 0;
    for (int part = 0; part < count; part++) sum += parts[(size_t)part * size + i];
    dw[i] = sum;
  }
}
