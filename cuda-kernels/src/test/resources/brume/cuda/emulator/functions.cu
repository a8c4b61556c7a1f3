// functions.cu: what nvcc makes of the mathematical library and of control flow, for tests of the
// emulator. Compiled by hand: nvcc -O3 -ptx -arch=compute_80 functions.cu

#define FUNCTION(NAME, VALUE)                                              \
  extern "C" __global__ void NAME(const float* x, float* y) {              \
    const float v = x[threadIdx.x];                                        \
    y[threadIdx.x] = VALUE;                                                \
  }

FUNCTION(exp_, expf(v))
FUNCTION(expm1_, expm1f(v))
FUNCTION(log_, logf(fabsf(v)))
FUNCTION(log1p_, log1pf(fabsf(v)))
FUNCTION(tanh_, tanhf(v))
FUNCTION(erf_, erff(v))
FUNCTION(sin_, sinf(v))
FUNCTION(cos_, cosf(v))
FUNCTION(rsqrt_, rsqrtf(fabsf(v)))
FUNCTION(sqrt_, sqrtf(fabsf(v)))
FUNCTION(reciprocal_, 1.0f / v)
FUNCTION(pow_, powf(fabsf(v), 1.7f))
FUNCTION(exp_double_, (float)exp((double)v))
FUNCTION(sin_double_, (float)sin((double)v))

// Threads part at a loop of their own length and at a switch.
extern "C" __global__ void part(const int* x, int* y) {
  int sum = 0;
  for (int i = 0; i <= x[threadIdx.x]; i++) {
    if (i % 3 == 1) continue;
    switch (i & 7) {
      case 0: sum += 5; break;
      case 2: sum ^= i * 3; break;
      case 3: sum -= i; break;
      case 4: sum *= 3; break;
      case 5: sum += sum >> 3; break;
      case 6: sum = ~sum; break;
      case 7: sum += x[(threadIdx.x + i) % blockDim.x]; break;
    }
  }
  y[threadIdx.x] = sum;
}

// An array in local memory, and a function that is called with its address.
__device__ __noinline__ int pick(const int* values, int which) { return values[which] * 2 + 1; }

extern "C" __global__ void called(const int* x, int* y) {
  int squares[8];
  for (int i = 0; i < 8; i++) squares[i] = x[(threadIdx.x + i) % blockDim.x] * i;
  y[threadIdx.x] = pick(squares, x[threadIdx.x] & 7) + pick(squares + 1, 3);
}

// A sum over the block through shuffles, static and dynamic shared memory; a table of constants.
__constant__ float weights[4] = {1, 0.5f, 0.25f, 0.125f};

extern "C" __global__ void block_sum(const float* x, float* y) {
  extern __shared__ float every[];
  __shared__ float parts[32];
  float v = x[threadIdx.x] * weights[threadIdx.x % 4];
  every[threadIdx.x] = v;
  for (int o = 16; o > 0; o /= 2) v += __shfl_down_sync(0xffffffffu, v, o);
  if (threadIdx.x % 32 == 0) parts[threadIdx.x / 32] = v;
  __syncthreads();
  if (threadIdx.x == 0) {
    float sum = 0;
    for (int w = 0; w < blockDim.x / 32; w++) sum += parts[w];
    y[0] = sum;
  }
  y[1 + threadIdx.x] = every[blockDim.x - 1 - threadIdx.x];
}

// Long integers: division, remainder, the upper half of products.
extern "C" __global__ void longs(const long long* x, long long* y) {
  const long long a = x[2 * threadIdx.x], b = x[2 * threadIdx.x + 1];
  long long* out = y + 6 * threadIdx.x;
  out[0] = a / b;
  out[1] = a % b;
  out[2] = (long long)((unsigned long long)a / (unsigned long long)b);
  out[3] = __mul64hi(a, b);
  out[4] = (long long)__umul64hi(a, b);
  out[5] = (a << (b & 63)) ^ (a >> 7) ^ (long long)((unsigned long long)b >> 9);
}
