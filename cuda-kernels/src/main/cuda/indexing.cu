// indexing.cu — moving blocks, joining and splitting rows, mapping axes.
//
//   copy_block   y[r·y_stride + c] = x[r·x_stride + c]
//   join         y[r] = (a[r], b[r])                 split   a[r], b[r] = y[r]
//   map_axis     y[b, j, c] = Σ w·x[b, i, c] over the terms (i, w) of output j
//
// Layout  map_axis: x (blocks, inputs, columns), y (blocks, outputs, columns); the terms of output j are
//         source[start[j]] .. source[start[j + 1] − 1] and their weights
// Grid    as many blocks as elements need, each thread several elements if the grid is capped
// Cost    every element of y is written once, its terms are read in order: neighbors along the columns
//         read neighbors. Few outputs of very many terms, as the gradient of a lookup has when most
//         rows are the same, leave most of the GPU idle; partial sums would use it

#include "elements.cuh"

extern "C" __global__ void copy_block(const float* __restrict__ x, int columns, int x_stride,
                                      int y_stride, int count, float* __restrict__ y) {
  FOR_EACH(i, count) {
    const unsigned r = i / (unsigned)columns, c = i - r * columns;
    y[r * y_stride + c] = x[r * x_stride + c];
  }
}

extern "C" __global__ void join(const float* __restrict__ a, const float* __restrict__ b, int of_a,
                                int of_b, int count, float* __restrict__ y) {
  FOR_EACH(i, count) {
    const unsigned r = i / (unsigned)(of_a + of_b), c = i - r * (of_a + of_b);
    y[i] = c < of_a ? a[r * of_a + c] : b[r * of_b + c - of_a];
  }
}

extern "C" __global__ void split(const float* __restrict__ y, int of_a, int of_b, int count,
                                 float* __restrict__ a, float* __restrict__ b) {
  FOR_EACH(i, count) {
    const unsigned r = i / (unsigned)(of_a + of_b), c = i - r * (of_a + of_b);
    if (c < of_a) {
      a[r * of_a + c] = y[i];
    } else {
      b[r * of_b + c - of_a] = y[i];
    }
  }
}

extern "C" __global__ void map_axis(const float* __restrict__ x, const int* __restrict__ start,
                                    const int* __restrict__ source,
                                    const float* __restrict__ weight, int inputs, int outputs,
                                    int columns, float elsewhere, int count,
                                    float* __restrict__ y) {
  FOR_EACH(i, count) {
    const unsigned row = i / (unsigned)columns, c = i - row * columns;  // (b, j)
    const unsigned b = row / (unsigned)outputs, j = row - b * outputs;
    const unsigned first = b * inputs * columns + c;
    const int from = start[j], to = start[j + 1];
    double sum = from == to ? elsewhere : 0;
    for (int term = from; term < to; term++) {
      sum += (double)weight[term] * x[first + source[term] * columns];
    }
    y[i] = sum;
  }
}
