// rows.cuh — tensors seen as rows of numbers that lie apart by strides.
#pragma once

const int MAX_AXES = 4;  // of rows or columns in one launch

// Axes along which rows are numbered, and axes along which a row lies; fastest first.
struct Rows {
  int count;
  int columns;
  int row_axes;
  int column_axes;
  int row_size[MAX_AXES];
  int row_stride[MAX_AXES];
  int column_size[MAX_AXES];
  int column_stride[MAX_AXES];
};

// Where the index i leads through some axes; 0 without axes.
__device__ __forceinline__ unsigned walk(const int (&size)[MAX_AXES], const int (&stride)[MAX_AXES],
                                         int axes, unsigned i) {
  unsigned at = 0;
#pragma unroll
  for (int axis = 0; axis < MAX_AXES; axis++) {
    if (axis >= axes) break;
    const unsigned slower = axis + 1 == axes ? 0 : i / (unsigned)size[axis];
    at += (i - slower * size[axis]) * stride[axis];
    i = slower;
  }
  return at;
}

// One row in the hands of its lanes, the threads that share threadIdx.y.
struct Row {
  const Rows& at;
  unsigned number;
  bool exists;  // not beyond the last row; the threads of such rows still take part in every fold
  unsigned first;
  unsigned columns;

  __device__ __forceinline__ Row(const Rows& at, unsigned number)
      : at(at),
        number(number),
        exists(number < (unsigned)at.count),
        first(exists ? walk(at.row_size, at.row_stride, at.row_axes, number) : 0),
        columns(exists ? at.columns : 0) {}

  // Where the number of a column lies.
  __device__ __forceinline__ unsigned operator[](unsigned column) const {
    return first + walk(at.column_size, at.column_stride, at.column_axes, column);
  }
};

// Rows in turn: each row of threads takes its own, all blocks take as many turns as the first.
#define FOR_EACH_ROW(row, rows)                                                               \
  for (unsigned block = blockIdx.x * blockDim.y; block < (unsigned)(rows).count; \
       block += gridDim.x * blockDim.y)                                                       \
    if (const Row row = Row(rows, block + threadIdx.y); true)

// The columns of one lane.
#define FOR_EACH_COLUMN(j, row) for (unsigned j = threadIdx.x; j < (row).columns; j += blockDim.x)
