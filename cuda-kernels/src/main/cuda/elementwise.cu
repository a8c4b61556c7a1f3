// elementwise.cu — arithmetic element by element.
//
//   combine            y = f(a, b),  the operands being repeated to the shape of y
//   combine_grad_a     da = dy·∂f/∂a,   combine_grad_b   db = dy·∂f/∂b,   of the shape of y
//   mix                y = α·a + β·b            affine            y = α·x + β
//   mix_samples        y[n] = α[n]·a[n] + β[n]·b[n]
//   add_per_channel    y[r, c] = x[r, c] + b[c]
//   clamp              y = min(max(x, low), high)
//
// Layout  y, dy, da, db dense; a and b read through the strides of Broadcast, 0 where they repeat
// Grid    as many blocks as elements need, each thread several elements if the grid is capped
// Cost    every number is read and written once; repeated operands come from cache. Loads of four
//         numbers at a time (float4) would issue fewer instructions; the memory is the bound

#include "elements.cuh"

const int MAX_AXES = 4;  // of one launch; more are more launches

// Axes of y, fastest first, and how far one step along each moves in a and in b.
struct Broadcast {
  int axes;
  int size[MAX_AXES];
  int a[MAX_AXES];
  int b[MAX_AXES];
};

// Where element i of y finds its operands: x in a, y in b.
__device__ __forceinline__ uint2 locate(const Broadcast& at, unsigned i) {
  uint2 in = {0, 0};
#pragma unroll
  for (int axis = 0; axis < MAX_AXES; axis++) {
    const bool slowest = axis + 1 == at.axes;
    const unsigned slower = slowest ? 0 : i / (unsigned)at.size[axis];
    const unsigned here = i - slower * at.size[axis];
    in.x += here * at.a[axis];
    in.y += here * at.b[axis];
    if (slowest) break;
    i = slower;
  }
  return in;
}

template <typename Function>
__device__ __forceinline__ void combine(const float* a, const float* b, const Broadcast& at,
                                        int count, float* y, Function f) {
  FOR_EACH(i, count) {
    const uint2 in = locate(at, i);
    y[i] = f(a[in.x], b[in.y]);
  }
}

template <typename Function>
__device__ __forceinline__ void combine_grad(const float* a, const float* b, const float* dy,
                                             const Broadcast& at, int count, float* dab,
                                             Function slope) {
  FOR_EACH(i, count) {
    const uint2 in = locate(at, i);
    dab[i] = dy[i] * slope(a[in.x], b[in.y]);
  }
}

__device__ __forceinline__ float sigmoid(float x) { return 1 / (1 + expf(-x)); }

// What the first of two numbers contributes to the larger one.
__device__ __forceinline__ float share(float mine, float other) {
  return mine > other ? 1.0f : mine == other ? 0.5f : 0.0f;
}

__device__ __forceinline__ float power_slope_a(float a, float b) {
  return b == 0 ? 0 : b * powf(a, b - 1);
}

__device__ __forceinline__ float power_slope_b(float a, float b) {
  return a == 0 && b >= 0 ? 0 : powf(a, b) * logf(a);
}

// A function of a and b with its two derivatives, as three kernels. Only what a formula names is read.
#define BINARY(name, value, slope_a, slope_b)                                               \
  extern "C" __global__ void combine_##name(const float* a, const float* b, Broadcast at,   \
                                            int count, float* y) {                          \
    combine(a, b, at, count, y, [](float a, float b) -> float { return value; });           \
  }                                                                                         \
  extern "C" __global__ void combine_grad_a_##name(const float* a, const float* b,          \
                                                   const float* dy, Broadcast at,           \
                                                   int count, float* da) {                  \
    combine_grad(a, b, dy, at, count, da, [](float a, float b) -> float { return slope_a; }); \
  }                                                                                         \
  extern "C" __global__ void combine_grad_b_##name(const float* a, const float* b,          \
                                                   const float* dy, Broadcast at,           \
                                                   int count, float* db) {                  \
    combine_grad(a, b, dy, at, count, db, [](float a, float b) -> float { return slope_b; }); \
  }

BINARY(add, a + b, 1, 1)
BINARY(subtract, a - b, 1, -1)
BINARY(multiply, a* b, b, a)
BINARY(divide, a / b, 1 / b, -(a / b) / b)
BINARY(power, powf(a, b), power_slope_a(a, b), power_slope_b(a, b))
// Not fmaxf and fminf, which prefer a number to NaN.
BINARY(maximum, a > b || a != a ? a : b, share(a, b), share(b, a))
BINARY(minimum, a < b || a != a ? a : b, share(b, a), share(a, b))
BINARY(where, a != 0 ? b : 0, 0, a != 0 ? 1 : 0)
BINARY(unless, a != 0 ? 0 : b, 0, a != 0 ? 0 : 1)
BINARY(binary_cross_entropy, (1 - b) * a + fmaxf(-a, 0) + log1pf(expf(-fabsf(a))),
       sigmoid(a) - b, -a)

extern "C" __global__ void mix(const float* a, const float* b, float alpha, float beta, int count,
                               float* y) {
  FOR_EACH(i, count) y[i] = alpha * a[i] + beta * b[i];
}

extern "C" __global__ void affine(const float* x, float alpha, float beta, int count, float* y) {
  FOR_EACH(i, count) y[i] = alpha * x[i] + beta;
}

extern "C" __global__ void mix_samples(const float* alpha, const float* a, const float* beta,
                                       const float* b, int sample, int count, float* y) {
  FOR_EACH(i, count) {
    const unsigned n = i / (unsigned)sample;
    y[i] = alpha[n] * a[i] + beta[n] * b[i];
  }
}

extern "C" __global__ void add_per_channel(const float* x, const float* b, int C, int count,
                                           float* y) {
  FOR_EACH(i, count) y[i] = x[i] + b[i % (unsigned)C];
}

extern "C" __global__ void clamp(const float* x, float low, float high, int count, float* y) {
  FOR_EACH(i, count) y[i] = x[i] < low ? low : x[i] > high ? high : x[i];
}

extern "C" __global__ void clamp_grad(const float* x, const float* dy, float low, float high,
                                      int count, float* dx) {
  FOR_EACH(i, count) dx[i] = low <= x[i] && x[i] <= high ? dy[i] : 0;
}
