// random.cu — random numbers as a function of a key and the number of the element.
//
//   uniform   y[i] = u(first + i),  u a multiple of 2⁻²⁴ in [0, 1)
//   normal    y[i] = n(first + i),  pairs √(−2 ln u₁)·(cos 2π u₂, sin 2π u₂)
//   dropout   y[i] = x[i]·scale if u(i) ≥ rate, else 0
//
// The block b of a key's words holds the elements 4b to 4b + 3 (brume.tensor.random.RandomKey). Normal
// numbers are computed in double precision, as on the CPU, and rounded once: the same floats but for
// the rare ones that lie between two, about one in a hundred million.
//
// A key is an argument, or lies where `renewed` points to: a captured graph has the same arguments each
// time it is launched.
//
// Grid    one thread for each block of four words, each several if the grid is capped
// Cost    a draw is some hundred integer instructions per four numbers. Few GPUs are fast in double
//         precision, and normal numbers are bound by it there; they are a thousandth of a training step

#include "elements.cuh"
#include "philox.cuh"

__device__ __forceinline__ float uniform_of(unsigned word) { return (word >> 8) * 0x1p-24f; }

// Writes those of four numbers that belong to the tensor: element i of it is number first + i.
__device__ __forceinline__ void put(const float (&numbers)[4], unsigned block, unsigned before,
                                    int count, float* y) {
#pragma unroll
  for (int lane = 0; lane < 4; lane++) {
    const unsigned i = 4 * block + lane - before;  // wraps around before the first
    if (i < (unsigned)count) y[i] = numbers[lane];
  }
}

typedef unsigned long long Key;

extern "C" __global__ void uniform(Key key, const Key* renewed, unsigned long long first, int count,
                                   float* y) {
  if (renewed) key = *renewed;
  const unsigned before = first % 4;
  FOR_EACH(block, (before + count + 3) / 4) {
    const uint4 w = philox(key, first / 4 + block);
    const float numbers[] = {uniform_of(w.x), uniform_of(w.y), uniform_of(w.z), uniform_of(w.w)};
    put(numbers, block, before, count, y);
  }
}

// cos and sin of an angle in [0, 2π), by quarters: the angle less q·π/2 lies in [−π/4, π/4], where the
// series below end after their last digit.
__device__ __forceinline__ double2 cos_sin(double angle) {
  const double q = rint(angle * 0x1.45f306dc9c883p-1);  // 2/π
  double r = fma(-q, 0x1.921fb54442d18p+0, angle);      // π/2 in two parts
  r = fma(-q, 0x1.1a62633145c07p-54, r);
  const double s = r * r;
  // x − x³/3! + x⁵/5! − ...
  double sine = -1.0 / 1307674368000;
  sine = fma(sine, s, 1.0 / 6227020800);
  sine = fma(sine, s, -1.0 / 39916800);
  sine = fma(sine, s, 1.0 / 362880);
  sine = fma(sine, s, -1.0 / 5040);
  sine = fma(sine, s, 1.0 / 120);
  sine = fma(sine, s, -1.0 / 6);
  sine = fma(sine * s, r, r);
  // 1 − x²/2! + x⁴/4! − ...
  double cosine = 1.0 / 20922789888000;
  cosine = fma(cosine, s, -1.0 / 87178291200);
  cosine = fma(cosine, s, 1.0 / 479001600);
  cosine = fma(cosine, s, -1.0 / 3628800);
  cosine = fma(cosine, s, 1.0 / 40320);
  cosine = fma(cosine, s, -1.0 / 720);
  cosine = fma(cosine, s, 1.0 / 24);
  cosine = fma(cosine, s, -0.5);
  cosine = fma(cosine, s, 1.0);
  const int quarter = (int)q & 3;
  const double c = quarter & 1 ? sine : cosine, d = quarter & 1 ? cosine : sine;
  return {quarter == 1 || quarter == 2 ? -c : c, quarter >= 2 ? -d : d};
}

// Box and Muller (1958): two normal numbers of two words.
__device__ __forceinline__ float2 normal_of(unsigned first, unsigned second) {
  const double radius = sqrt(-2 * log(((double)first + 1) * 0x1p-32));
  const double2 direction = cos_sin(6.283185307179586 * (second * 0x1p-32));
  return {(float)(radius * direction.x), (float)(radius * direction.y)};
}

extern "C" __global__ void normal(Key key, const Key* renewed, unsigned long long first, int count,
                                  float* y) {
  if (renewed) key = *renewed;
  const unsigned before = first % 4;
  FOR_EACH(block, (before + count + 3) / 4) {
    const uint4 w = philox(key, first / 4 + block);
    const float2 a = normal_of(w.x, w.y), b = normal_of(w.z, w.w);
    const float numbers[] = {a.x, a.y, b.x, b.y};
    put(numbers, block, before, count, y);
  }
}

// An element is kept if the upper 24 bits of its word are at least `least`, the rate in units of 2⁻²⁴.
extern "C" __global__ void dropout(const float* x, Key key, const Key* renewed, unsigned least,
                                   float scale, int count, float* y) {
  if (renewed) key = *renewed;
  FOR_EACH(block, (count + 3) / 4) {
    const uint4 w = philox(key, block);
    const unsigned words[] = {w.x, w.y, w.z, w.w};
#pragma unroll
    for (int lane = 0; lane < 4; lane++) {
      const unsigned i = 4 * block + lane;
      if (i < (unsigned)count) y[i] = words[lane] >> 8 >= least ? x[i] * scale : 0;
    }
  }
}
