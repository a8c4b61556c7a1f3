// reduction.cu — functions of many numbers.
//
//   reduce        y[r] = f(x[r, ...])          reduce_grad     dx[r, j] = dy[r]·∂f/∂x[r, j]
//   map_rows      y[r, ...] = f(x[r, ...])     map_rows_grad   its gradient
//   add_all, add_squares, max_abs   pieces[b] = the sum, ... of the share of block b
//   add_pieces    y = scale·Σ pieces           repeat          y[i] = x[0]
//   add_rows      y[c] = Σ sums[b, c],  sums[b, c] = Σ x[r, c] over a block of rows
//
// Layout  rows and columns of x through the strides of Rows; y[r] dense
// Grid    as many blocks as rows need
// Block   (lanes, rows): the lanes of a row share its columns and fold what they found. Cumulative
//         functions have one lane, which goes along the row
// Shared  one double per thread, if a row has several lanes
// Cost    x is read once, variances and gradients twice or three times, the later ones from cache. All
//         sums are in double precision. Rows whose numbers lie far apart are read in short pieces; a
//         tile transposed in shared memory would read whole lines. A cumulative sum of few long rows
//         wants a scan over blocks

#include "arrivals.cuh"
#include "elements.cuh"
#include "reduce.cuh"
#include "rows.cuh"

// ---- Numbers of a row -----------------------------------------------------------------------------

// Σ f(x) over a row, known to all its lanes.
template <class Function>
__device__ __forceinline__ double sum(const Row& row, const float* x, Function f) {
  double mine = 0;
  FOR_EACH_COLUMN(j, row) mine += f(x[row[j]]);
  return fold_sum(mine);
}

__device__ __forceinline__ double sum(const Row& row, const float* x) {
  return sum(row, x, [](double x) { return x; });
}

__device__ __forceinline__ double product(const Row& row, const float* x) {
  double mine = 1;
  FOR_EACH_COLUMN(j, row) mine *= x[row[j]];
  return fold(mine, [](double a, double b) { return a * b; });
}

__device__ __forceinline__ float maximum(const Row& row, const float* x) {
  float mine = -INFINITY;
  FOR_EACH_COLUMN(j, row) mine = larger(mine, x[row[j]]);
  return fold(mine, larger<double>);
}

__device__ __forceinline__ float minimum(const Row& row, const float* x) {
  float mine = INFINITY;
  FOR_EACH_COLUMN(j, row) mine = smaller(mine, x[row[j]]);
  return fold(mine, smaller<double>);
}

// The first column that holds a value; NaN equals NaN here.
__device__ __forceinline__ unsigned position(const Row& row, const float* x, float value) {
  double mine = row.columns;
  FOR_EACH_COLUMN(j, row) {
    const float number = x[row[j]];
    if (number == value || (number != number && value != value)) {
      mine = j;
      break;
    }
  }
  return fold(mine, smaller<double>);
}

// How many columns hold a value.
__device__ __forceinline__ double count(const Row& row, const float* x, float value) {
  return sum(row, x, [=](float x) { return x == value ? 1.0 : 0.0; });
}

__device__ __forceinline__ double mean(const Row& row, const float* x) {
  return sum(row, x) / row.columns;
}

// About the mean: E[x²] − μ² would cancel when |μ| is much larger than the deviation.
__device__ __forceinline__ double variance(const Row& row, const float* x, float p) {
  const double mu = mean(row, x);
  return sum(row, x, [=](double x) { return (x - mu) * (x - mu); }) / (row.columns - p);
}

__device__ __forceinline__ double norm(const Row& row, const float* x) {
  return sqrt(sum(row, x, [](double x) { return x * x; }));
}

// log Σ e^x = max + log Σ e^(x − max), in double precision where the parts are put together.
__device__ __forceinline__ double log_sum_exp(const Row& row, const float* x) {
  const float max = maximum(row, x), finite = isinf(max) ? 0 : max;
  return finite + log(sum(row, x, [=](float x) { return expf(x - finite); }));
}

// ---- One number of each row -----------------------------------------------------------------------

#define REDUCE(name, value)                                                               \
  extern "C" __global__ void reduce_##name(const float* x, Rows at, float p, float* y) {  \
    FOR_EACH_ROW(row, at) {                                                               \
      const float result = value;                                                         \
      if (threadIdx.x == 0 && row.exists) y[row.number] = result;                          \
    }                                                                                     \
  }

REDUCE(sum, sum(row, x))
REDUCE(product, product(row, x))
REDUCE(maximum, maximum(row, x))
REDUCE(minimum, minimum(row, x))
REDUCE(arg_max, position(row, x, maximum(row, x)))
REDUCE(arg_min, position(row, x, minimum(row, x)))
REDUCE(first_maximum, maximum(row, x))
REDUCE(first_minimum, minimum(row, x))
REDUCE(variance, variance(row, x, p))
REDUCE(standard_deviation, sqrt(variance(row, x, p)))
REDUCE(norm, norm(row, x))
REDUCE(log_sum_exp, log_sum_exp(row, x))

// ---- Their gradients ------------------------------------------------------------------------------

// What a gradient needs to know of its whole row is named first, then dx of one number x.
#define REDUCE_GRAD(name, of_row, gradient)                                                    \
  extern "C" __global__ void reduce_grad_##name(const float* xs, const float* dys, Rows at,    \
                                                float p, float* dx) {                          \
    FOR_EACH_ROW(row, at) {                                                                    \
      [[maybe_unused]] const float dy = row.exists ? dys[row.number] : 0;                      \
      of_row;                                                                                  \
      FOR_EACH_COLUMN(j, row) {                                                                \
        const unsigned i = row[j];                                                             \
        [[maybe_unused]] const float x = xs[i];                                                \
        dx[i] = gradient;                                                                      \
      }                                                                                        \
    }                                                                                          \
  }

// The product of the others: nothing but of the zero itself where there is one, nothing where there
// are more.
__device__ __forceinline__ float product_of_others(double of_nonzero, double zeros, float x) {
  return zeros == 0 ? of_nonzero / x : zeros == 1 && x == 0 ? of_nonzero : 0;
}

__device__ __forceinline__ double product_of_nonzero(const Row& row, const float* x) {
  double mine = 1;
  FOR_EACH_COLUMN(j, row) mine *= x[row[j]] == 0 ? 1 : x[row[j]];
  return fold(mine, [](double a, double b) { return a * b; });
}

extern "C" __global__ void reduce_grad_sum(const float* dys, Rows at, float* dx) {
  FOR_EACH_ROW(row, at) {
    FOR_EACH_COLUMN(j, row) dx[row[j]] = dys[row.number];
  }
}

REDUCE_GRAD(product, const double zeros = count(row, xs, 0);
            const double others = product_of_nonzero(row, xs),
            dy * product_of_others(others, zeros, x))
REDUCE_GRAD(maximum, const float y = maximum(row, xs); const float share = dy / count(row, xs, y),
            x == y ? share : 0)
REDUCE_GRAD(minimum, const float y = minimum(row, xs); const float share = dy / count(row, xs, y),
            x == y ? share : 0)
REDUCE_GRAD(arg_max, , 0)
REDUCE_GRAD(arg_min, , 0)
REDUCE_GRAD(first_maximum, const unsigned first = position(row, xs, maximum(row, xs)),
            j == first ? dy : 0)
REDUCE_GRAD(first_minimum, const unsigned first = position(row, xs, minimum(row, xs)),
            j == first ? dy : 0)
REDUCE_GRAD(variance, const double mu = mean(row, xs), dy * 2 * (x - mu) / (row.columns - p))
REDUCE_GRAD(standard_deviation, const double mu = mean(row, xs);
            const double y = sqrt(variance(row, xs, p)),
            y == 0 ? 0 : dy * (x - mu) / (y * (row.columns - p)))
REDUCE_GRAD(norm, const double y = norm(row, xs), y == 0 ? 0 : dy * (x / y))
REDUCE_GRAD(log_sum_exp, const double y = log_sum_exp(row, xs), dy* expf(x - y))

// ---- A row of each row ----------------------------------------------------------------------------

extern "C" __global__ void map_rows_log_softmax(const float* x, Rows at, float p, float* y) {
  FOR_EACH_ROW(row, at) {
    const float max = maximum(row, x);
    const float logarithm = logf(sum(row, x, [=](float x) { return expf(x - max); }));
    FOR_EACH_COLUMN(j, row) y[row[j]] = x[row[j]] - max - logarithm;
  }
}

// dx = dy − eʸ·Σ dy
extern "C" __global__ void map_rows_grad_log_softmax(const float* y, const float* dy, Rows at,
                                                     float p, float* dx) {
  FOR_EACH_ROW(row, at) {
    const float total = sum(row, dy);
    FOR_EACH_COLUMN(j, row) dx[row[j]] = dy[row[j]] - expf(y[row[j]]) * total;
  }
}

extern "C" __global__ void map_rows_cumulative_sum(const float* x, Rows at, float p, float* y) {
  FOR_EACH_ROW(row, at) {
    double sum = 0;
    for (unsigned j = 0; j < row.columns; j++) y[row[j]] = sum += x[row[j]];
  }
}

extern "C" __global__ void map_rows_grad_cumulative_sum(const float* saved, const float* dy,
                                                        Rows at, float p, float* dx) {
  FOR_EACH_ROW(row, at) {
    double sum = 0;
    for (unsigned j = row.columns; j-- > 0;) dx[row[j]] = sum += dy[row[j]];
  }
}

extern "C" __global__ void map_rows_cumulative_product(const float* x, Rows at, float p, float* y) {
  FOR_EACH_ROW(row, at) {
    double product = 1;
    for (unsigned j = 0; j < row.columns; j++) y[row[j]] = product *= x[row[j]];
  }
}

// dx[k] = (x[0] ··· x[k − 1])·s[k],  s[k] = dy[k] + x[k + 1]·s[k + 1]: no division, some may be 0.
extern "C" __global__ void map_rows_grad_cumulative_product(const float* x, const float* dy,
                                                            Rows at, float p, float* dx) {
  FOR_EACH_ROW(row, at) {
    double s = 0;
    for (unsigned k = row.columns; k-- > 0;) {
      s = dy[row[k]] + (k + 1 < row.columns ? x[row[k + 1]] * s : 0);
      dx[row[k]] = s;
    }
    double before = 1;
    for (unsigned k = 0; k < row.columns; k++) {
      dx[row[k]] *= before;
      before *= x[row[k]];
    }
  }
}

extern "C" __global__ void map_rows_normalize(const float* x, Rows at, float p, float* y) {
  FOR_EACH_ROW(row, at) {
    const double divisor = fmax(norm(row, x), (double)p);
    FOR_EACH_COLUMN(j, row) y[row[j]] = x[row[j]] / divisor;
  }
}

// dx = (dy − y·Σ dy·y)/‖x‖; below p, where the divisor is constant, dx = dy/p.
extern "C" __global__ void map_rows_grad_normalize(const float* x, const float* dy, Rows at,
                                                   float p, float* dx) {
  FOR_EACH_ROW(row, at) {
    const double length = norm(row, x), divisor = fmax(length, (double)p);
    double mine = 0;
    FOR_EACH_COLUMN(j, row) mine += dy[row[j]] * (x[row[j]] / divisor);
    const double folded = fold_sum(mine), dot = length < p ? 0 : folded;
    FOR_EACH_COLUMN(j, row) dx[row[j]] = (dy[row[j]] - x[row[j]] / divisor * dot) / divisor;
  }
}

// ---- One number of everything ---------------------------------------------------------------------

extern "C" __global__ void add_all(const float* x, int count, double* pieces) {
  double mine = 0;
  FOR_EACH(i, count) mine += x[i];
  const double piece = fold_sum(mine);
  if (threadIdx.x == 0) pieces[blockIdx.x] = piece;
}

extern "C" __global__ void add_squares(const float* x, int count, double* pieces) {
  double mine = 0;
  FOR_EACH(i, count) mine += (double)x[i] * x[i];
  const double piece = fold_sum(mine);
  if (threadIdx.x == 0) pieces[blockIdx.x] = piece;
}

extern "C" __global__ void max_abs(const float* x, int count, double* pieces) {
  float mine = 0;
  FOR_EACH(i, count) mine = larger(mine, fabsf(x[i]));
  const double piece = fold(mine, larger<double>);
  if (threadIdx.x == 0) pieces[blockIdx.x] = piece;
}

// One block.
extern "C" __global__ void add_pieces(const double* pieces, int count, float scale, float* y) {
  double mine = 0;
  FOR_EACH(i, count) mine += pieces[i];
  const double total = fold_sum(mine);
  if (threadIdx.x == 0) *y = scale * total;
}

extern "C" __global__ void repeat(const float* x, int count, float* y) {
  FOR_EACH(i, count) y[i] = *x;
}

// ---- Sums of columns ------------------------------------------------------------------------------

// The sums of a column of threads, for its first thread. All threads must call.
__device__ __forceinline__ double down_column(double sum) {
  __syncthreads();  // everyone is done with the numbers of an earlier call
  lanes[threadIdx.y * blockDim.x + threadIdx.x] = sum;
  __syncthreads();
  for (int y = 1; threadIdx.y == 0 && y < blockDim.y; y++) sum += lanes[y * blockDim.x + threadIdx.x];
  return sum;
}

// Grid (channels, blocks of `height` rows), block (channels, rows): neighbors read neighbors. Of the blocks
// of the same channels the last one adds up what all have found; each has its counter.
extern "C" __global__ void add_rows(const float* __restrict__ x, int rows, int C, int height, double* sums,
                                    unsigned* counters, float* y) {
  const int c = blockIdx.x * blockDim.x + threadIdx.x, blocks = gridDim.y;
  const int first = blockIdx.y * height, end = c < C ? min(first + height, rows) : 0;
  const bool tells = threadIdx.y == 0 && c < C;
  double sum = 0;
  for (int r = first + threadIdx.y; r < end; r += blockDim.y) sum += x[(size_t)r * C + c];
  sum = down_column(sum);
  if (blocks > 1) {
    if (tells) sums[(size_t)blockIdx.y * C + c] = sum;
    if (!arrives_last(counters + blockIdx.x, blocks)) return;
    sum = 0;
    for (int b = threadIdx.y; b < blocks && c < C; b += blockDim.y) sum += seen(sums + (size_t)b * C + c);
    sum = down_column(sum);
  }
  if (tells) y[c] = sum;
}
