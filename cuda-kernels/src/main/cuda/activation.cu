// activation.cu — functions of one number, applied to every element.
//
//   apply        y = f(x)              apply_grad   dx = dy·f'(x)
//
// p is the function's parameter, if it has one. The derivatives are written so that they stay finite
// where they should: 1/cosh² instead of 1 − tanh², σ(x)·σ(−x) instead of σ·(1 − σ).
//
// Layout  dense; y may be x, dx may be dy
// Grid    as many blocks as elements need, each thread several elements if the grid is capped
// Cost    every number is read and written once; loads of four numbers at a time (float4) would issue
//         fewer instructions; the memory is the bound

#include "elements.cuh"

template <class Function>
__device__ __forceinline__ void apply(const float* x, int count, float* y, Function f) {
  FOR_EACH(i, count) y[i] = f(x[i]);
}

template <class Function>
__device__ __forceinline__ void apply_grad(const float* x, const float* dy, int count, float* dx,
                                           Function slope) {
  FOR_EACH(i, count) dx[i] = dy[i] * slope(x[i]);
}

const float CUBIC = 0.044715f;           // c of Hendrycks and Gimpel (2016), section 2
const float ROOT_HALF = 0.70710678f;     // 1/√2
const float ROOT_2_PI = 0.79788456f;     // √(2/π)
const float PER_ROOT_2PI = 0.39894228f;  // 1/√(2π)
const float TWO_PER_ROOT_PI = 1.1283792f;

__device__ __forceinline__ float sigmoid(float x) { return 1 / (1 + expf(-x)); }

// Φ, the probability that a standard normal number lies below x.
__device__ __forceinline__ float normal_below(float x) { return 0.5f * (1 + erff(x * ROOT_HALF)); }

// φ, the density of the standard normal distribution.
__device__ __forceinline__ float normal_density(float x) {
  return PER_ROOT_2PI * expf(-0.5f * x * x);
}

__device__ __forceinline__ float bend(float x) { return ROOT_2_PI * (x + CUBIC * x * x * x); }

__device__ __forceinline__ float sech_squared(float x) {
  const float c = coshf(x);
  return 1 / (c * c);
}

// (1 + tanh u)/2 + x/2·u'/cosh² u; beyond |x| = 30 cosh is infinite and u' must not be.
__device__ __forceinline__ float gelu_tanh_slope(float x) {
  const float u = bend(x), near = fminf(fabsf(x), 30);
  const float du = ROOT_2_PI * (1 + 3 * CUBIC * near * near);
  return 0.5f * (1 + tanhf(u)) + 0.5f * x * sech_squared(u) * du;
}

#define UNARY(name, value, slope)                                                            \
  extern "C" __global__ void apply_##name(const float* x, float p, int count, float* y) {    \
    apply(x, count, y, [=](float x) -> float { return value; });                             \
  }                                                                                          \
  extern "C" __global__ void apply_grad_##name(const float* x, const float* dy, float p,     \
                                               int count, float* dx) {                       \
    apply_grad(x, dy, count, dx, [=](float x) -> float { return slope; });                   \
  }

UNARY(silu, x * sigmoid(x), sigmoid(x) * (1 + x * sigmoid(-x)))
UNARY(gelu, x * normal_below(x), normal_below(x) + x * normal_density(x))
UNARY(gelu_tanh, x * 0.5f * (1 + tanhf(bend(x))), gelu_tanh_slope(x))
UNARY(quick_gelu, x * sigmoid(1.702f * x),
      sigmoid(1.702f * x) * (1 + 1.702f * x * sigmoid(-1.702f * x)))
UNARY(relu, x < 0 ? 0 : x, x > 0 ? 1 : 0)  // not fmaxf, which makes 0 of NaN
UNARY(leaky_relu, x > 0 ? x : p * x, x > 0 ? 1 : p)
UNARY(softplus, fmaxf(x, 0) + log1pf(expf(-fabsf(x))), sigmoid(x))
UNARY(sigmoid, sigmoid(x), sigmoid(x) * sigmoid(-x))
UNARY(tanh, tanhf(x), sech_squared(x))
UNARY(sin, sinf(x), cosf(x))
UNARY(cos, cosf(x), -sinf(x))
UNARY(exp, expf(x), expf(x))
UNARY(expm1, expm1f(x), expf(x))
UNARY(log, logf(x), 1 / x)
UNARY(log1p, log1pf(x), 1 / (1 + x))
UNARY(sqrt, sqrtf(x), 0.5f / sqrtf(x))
UNARY(rsqrt, 1 / sqrtf(x), -0.5f / (x * sqrtf(x)))
UNARY(square, x* x, 2 * x)
UNARY(reciprocal, 1 / x, -1 / (x * x))
UNARY(abs, fabsf(x), x > 0 ? 1 : x < 0 ? -1 : x)
UNARY(erf, erff(x), TWO_PER_ROOT_PI* expf(-x* x))
UNARY(huber, fabsf(x) <= p ? 0.5f * x * x : p * (fabsf(x) - 0.5f * p),
      x < -p ? -p : x > p ? p : x)
