// elements.cuh — how threads are spread over elements.
//
// Every thread takes the element of its own number, then those a whole grid further on, so that a grid
// of any size covers any count. Neighboring threads touch neighboring elements.
#pragma once

#define FOR_EACH(i, count)                                                            \
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < (unsigned)(count); \
       i += gridDim.x * blockDim.x)
