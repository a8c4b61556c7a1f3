// optimizer.cu — steps of optimizers, averages and the norm of gradients, over many tensors at once.
//
//   adam      g ← g + l2·p,  m ← β₁·m + (1 − β₁)·g,  v ← β₂·v + (1 − β₂)·g²
//             p ← kept·p − step·m/(√v·per_root + ε)
//   sgd       g ← g + l2·p,  b ← μ·b + share·g  (b ← g first),  p ← p − lr·(nesterov ? g + μ·b : b)
//   average   average ← average + rate·(p − average)
//   squares   pieces[b] = Σ x² over the piece of block b
//   measure_norm   ‖x‖ = √Σ pieces, and the factor min(1, max/(‖x‖ + ε)) that limits it
//   scale     y = factor·x, of a factor that is given or that measure_norm has left
//
// Numbers that change from step to step are arguments or, in a graph, lie where the host renews them
//
// Layout  the tensors are named in the kernel's parameters, which all threads of a block read at once,
//         as many as fit, and with each the number of its first piece
// Grid    one block for each piece of CHUNK elements, which looks for its tensor among the first pieces
// Block   256 threads, neighbors at neighboring elements
// Shared  squares: one double per thread, used by reduce.cuh
// Cost    every number is read and written once. A network of a few hundred tensors takes two or three
//         launches instead of a few hundred, each of which would leave most of the GPU idle

#include "reduce.cuh"

const int CHUNK = 8192;         // elements of a block
const int TABLE_BYTES = 4032;   // of the 4096 of a launch's arguments; the others follow the table

// Tensors in groups of W roles. Those of a group have the same size.
template <int W>
struct Groups {
  static const int MAX_GROUPS = TABLE_BYTES / (8 * W + 8);

  float* tensor[W][MAX_GROUPS];
  int size[MAX_GROUPS];
  int first[MAX_GROUPS];  // the number of its first piece
  int groups;

  // The group of this block's piece: the last one that begins no later.
  __device__ __forceinline__ int mine() const {
    int low = 0, high = groups;
    while (high - low > 1) {
      const int middle = (low + high) / 2;
      if (first[middle] <= (int)blockIdx.x) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
};

// The elements of this block's piece, each thread's own.
#define FOR_EACH_OF_PIECE(i, at, group)                                                      \
  for (int piece = (blockIdx.x - (at).first[group]) * CHUNK, i = piece + threadIdx.x,        \
           end = piece + min(CHUNK, (at).size[group] - piece);                               \
       i < end; i += blockDim.x)

struct AdamNumbers {
  float beta1, rest1, beta2, rest2, l2, kept, step, per_root, eps;
};

extern "C" __global__ void adam(const Groups<4> at, const AdamNumbers given, const AdamNumbers* renewed) {
  const AdamNumbers with = renewed ? *renewed : given;
  const int group = at.mine();
  const float* g = at.tensor[0][group];
  float *p = at.tensor[1][group], *m = at.tensor[2][group], *v = at.tensor[3][group];
  FOR_EACH_OF_PIECE(i, at, group) {
    const float gradient = g[i] + with.l2 * p[i];
    const float first = with.beta1 * m[i] + with.rest1 * gradient;
    const float second = with.beta2 * v[i] + with.rest2 * (gradient * gradient);
    m[i] = first;
    v[i] = second;
    p[i] = with.kept * p[i] - with.step * (first / (sqrtf(second) * with.per_root + with.eps));
  }
}

struct SgdNumbers {
  float rate, l2, momentum, share;
  int nesterov, first;
};

extern "C" __global__ void sgd(const Groups<3> at, const SgdNumbers given, const SgdNumbers* renewed) {
  const SgdNumbers with = renewed ? *renewed : given;
  const int group = at.mine();
  const float* g = at.tensor[0][group];
  float *p = at.tensor[1][group], *b = at.tensor[2][group];
  FOR_EACH_OF_PIECE(i, at, group) {
    const float gradient = g[i] + with.l2 * p[i];
    float direction = gradient;
    if (with.momentum != 0) {
      const float buffer = with.first ? gradient : with.momentum * b[i] + with.share * gradient;
      b[i] = buffer;
      direction = with.nesterov ? gradient + with.momentum * buffer : buffer;
    }
    p[i] -= with.rate * direction;
  }
}

// A graph always launches it: where the average stays, nothing is read.
extern "C" __global__ void average(const Groups<2> at, float rate, const float* renewed) {
  if (renewed) rate = *renewed;
  if (rate == 0) return;
  const int group = at.mine();
  const float* p = at.tensor[0][group];
  float* average = at.tensor[1][group];
  FOR_EACH_OF_PIECE(i, at, group) {
    average[i] = rate == 1 ? p[i] : average[i] + rate * (p[i] - average[i]);
  }
}

extern "C" __global__ void squares(const Groups<1> at, double* pieces) {
  const int group = at.mine();
  const float* x = at.tensor[0][group];
  double mine = 0;
  FOR_EACH_OF_PIECE(i, at, group) mine += (double)x[i] * x[i];
  const double sum = fold_sum(mine);
  if (threadIdx.x == 0) pieces[blockIdx.x] = sum;
}

struct Norm {
  double norm;
  float factor;
};

// One block. The host need not know the norm to limit it.
extern "C" __global__ void measure_norm(const double* pieces, int count, double max, double eps, Norm* found) {
  double mine = 0;
  for (int i = threadIdx.x; i < count; i += blockDim.x) mine += pieces[i];
  const double sum = fold_sum(mine);
  if (threadIdx.x == 0) {
    const double norm = sqrt(sum), factor = max / (norm + eps);
    found->norm = norm;
    found->factor = factor < 1 ? (float)factor : 1;
  }
}

extern "C" __global__ void scale(const Groups<2> at, float factor, const float* found) {
  if (found) factor = *found;
  const int group = at.mine();
  const float* x = at.tensor[0][group];
  float* y = at.tensor[1][group];
  FOR_EACH_OF_PIECE(i, at, group) y[i] = factor * x[i];
}
