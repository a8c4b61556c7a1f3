package brume.cuda;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.AdamCoefficients;
import brume.tensor.kernel.AttentionGeometry;
import brume.tensor.kernel.AxisMap;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BinaryFunction;
import brume.tensor.kernel.BroadcastGeometry;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.GroupGeometry;
import brume.tensor.kernel.MatmulGeometry;
import brume.tensor.kernel.PoolGeometry;
import brume.tensor.kernel.Reduction;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;
import brume.tensor.kernel.ResamplingKernels;
import brume.tensor.kernel.RowFunction;
import brume.tensor.kernel.SgdCoefficients;
import brume.tensor.kernel.UnaryFunction;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Every kernel at work on tensors of a few numbers: each method calls the kernels of a family so that
 * all of its PTX is launched, which {@code EmulatorTracerTest} checks.
 */
final class KernelExamples {

  private static final Shape IMAGES = Shape.of(2, 4, 4, 8); // (N, H, W, C)
  private static final Shape PER_CHANNEL = Shape.of(8);
  private static final double EPS = 1e-5;

  private final Backend backend;

  private KernelExamples(Backend backend) {
    this.backend = backend;
  }

  /** All examples; each takes memory of a scope that is open around it. */
  static List<Consumer<KernelExamples>> all() {
    return List.of(
        KernelExamples::normalize,
        KernelExamples::multiply,
        KernelExamples::convolve,
        KernelExamples::attend,
        KernelExamples::activate,
        KernelExamples::combine,
        KernelExamples::reduce,
        KernelExamples::move,
        KernelExamples::resample,
        KernelExamples::pool,
        KernelExamples::draw,
        KernelExamples::learn);
  }

  /** Runs one of them. */
  static void run(Consumer<KernelExamples> example, Backend backend) {
    try (Scope scope = Scope.open()) {
      example.accept(new KernelExamples(backend));
    }
  }

  /** A tensor of numbers between -1 and 1. */
  private Tensor some(Shape shape) {
    Tensor x = Tensor.empty(backend, shape);
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 37 % 101 - 50) / 50f;
    }
    x.copyFrom(values);
    return x;
  }

  private Tensor room(int... sizes) {
    return Tensor.empty(backend, Shape.of(sizes));
  }

  private void normalize() {
    Tensor x = some(IMAGES), gamma = some(PER_CHANNEL), beta = some(PER_CHANNEL);
    GroupGeometry at = GroupGeometry.of(IMAGES, 2);
    Tensor mean = room(2, 2), rstd = room(2, 2);
    backend.normalization().groupNorm(at, x, gamma, beta, EPS, x.like(), mean, rstd);
    backend
        .normalization()
        .groupNormGrad(at, x, gamma, mean, rstd, x, x.like(), gamma.like(), beta.like());
    Tensor steer = some(Shape.of(2, 16));
    backend.normalization().groupNormSiLU(at, x, gamma, beta, steer, EPS, x.like(), mean, rstd);
    backend
        .normalization()
        .groupNormSiLUGrad(
            at,
            x,
            gamma,
            beta,
            steer,
            mean,
            rstd,
            x,
            x.like(),
            gamma.like(),
            beta.like(),
            steer.like());
    backend.normalization().rmsNorm(x, gamma, x.like());
    backend.normalization().rmsNormInBlock(beta, x, gamma, Optional.of(some(x.shape())), x.like());
    backend.normalization().rmsNormGrad(x, gamma, x, x.like(), gamma.like());
    Tensor many = some(Shape.of(150, 8)); // in parts
    backend.normalization().rmsNormGrad(many, gamma, many, many.like(), gamma.like());
    backend.normalization().scaleShift(x, steer, x.like());
    backend.normalization().scaleShiftGrad(x, steer, x, x.like(), steer.like());
  }

  private void multiply() {
    int k = 8;
    for (Tile tile : Tile.values()) { // results of just the sizes for which each is the best
      int m = tile.rows(), n = tile.columns();
      Tensor a = some(Shape.of(m, k)), b = some(Shape.of(k, n));
      backend.matmul().matmul(MatmulGeometry.single(m, n, k, false, false), 1, a, b, 0, room(m, n));
    }
    Tensor x = some(Shape.of(3, 5)), w = some(Shape.of(20, 5)), bias = some(Shape.of(20));
    Tensor y = some(Shape.of(3, 20));
    backend.matmul().linears(3, x, List.of(w, w), List.of(bias, bias), List.of(y.like(), y.like()));
    List<Tensor> ws = List.of(w, w), dws = List.of(w.like(), w.like());
    List<Tensor> dbs = List.of(bias.like(), bias.like());
    backend.matmul().linearGrads(3, x, ws, List.of(y, y), Optional.of(x), x.like(), dws, dbs);
    Tensor wide = some(Shape.of(2, 600));
    backend
        .matmul()
        .matmul(MatmulGeometry.single(2, 2, 600, false, true), 1, wide, wide, 0, room(2, 2));
  }

  private void convolve() {
    convolve(2, 4, 8, 8);
    int many = 20; // pixels enough to split the sum of the filters' gradient
    convolve(2, many, 8, 8);
    for (Tile tile : Tile.values()) { // as in multiply; filters see 3·3·Cin columns
      int side = tile.rows() < 64 ? 4 : 8;
      convolve(tile.rows() / (side * side), side, tile.columns(), tile.columns());
    }
    for (Tile tile : Tile.values()) {
      convolve(1, 4, Math.max(1, tile.columns() / 9), tile.rows());
    }
  }

  private void convolve(int n, int side, int cin, int cout) {
    Tensor x = some(Shape.of(n, side, side, cin)), w = some(Shape.of(cout, 3, 3, cin));
    Tensor y = some(Shape.of(n, side, side, cout));
    ConvGeometry at = ConvGeometry.of(x.shape(), w.shape(), ConvGeometry.Window.padded(1));
    backend.convolution().conv2d(at, x, w, y);
    backend.convolution().conv2dPlus(at, x, w, some(Shape.of(cout)), Optional.of(y), y.like());
    backend.convolution().conv2dInputGrad(at, w, y, x.like());
    backend.convolution().addConv2dInputGrad(at, w, y, some(x.shape()));
    backend.convolution().conv2dFilterGrad(at, x, y, w.like());
  }

  private void attend() {
    Tensor qkv = some(Shape.of(2, 4, 12));
    AttentionGeometry at = AttentionGeometry.packed(qkv.shape(), 2);
    Tensor y = some(Shape.of(2, 4, 4)), p = room(2, 2, 4, 4), dqkv = qkv.like();
    backend.attention().attention(at, qkv, qkv, qkv, 0.5, y, p);
    backend.attention().attentionGrad(at, qkv, qkv, qkv, 0.5, p, y, dqkv, dqkv, dqkv);
    backend.attention().softmax(y, y.like());
    backend.attention().softmaxGrad(y, y, y.like());
    Tensor qhat = room(2, 4, 4), khat = room(2, 4, 4), context = room(2, 2, 2, 2);
    backend.attention().linearAttention(at, qkv, qkv, qkv, 0.5, y, qhat, khat, context);
    backend.attention().linearAttentionGrad(at, qkv, 0.5, qhat, khat, context, y, dqkv, dqkv, dqkv);
    attendToItself(3, 2);
    attendToItself(150, 2); // in parts
    attendToItself(3, 33); // more channels than a warp has lanes
  }

  private void attendToItself(int l, int d) {
    Tensor x = some(Shape.of(2, l, 4)), w = some(Shape.of(3 * 2 * d, 4));
    Tensor out = some(Shape.of(5, 2 * d)), y = some(Shape.of(2, l, 5));
    AttentionGeometry at = AttentionGeometry.packed(Shape.of(2, l, 6 * d), 2);
    Tensor max = room(2, 2 * d), sum = room(2, 2 * d), context = room(2, 2, d, d);
    backend.attention().linearSelfAttention(at, x, w, out, 0.5, y.like(), max, sum, context);
    backend
        .attention()
        .linearSelfAttentionGrad(
            at, x, w, out, 0.5, max, sum, context, y, x.like(), w.like(), out.like());
  }

  private void activate() {
    Tensor x = some(PER_CHANNEL);
    for (UnaryFunction f : UnaryFunction.values()) {
      backend.activation().apply(f, 1, x, x.like());
      backend.activation().applyGrad(f, 1, x, x, x.like());
    }
  }

  private void combine() {
    Tensor a = some(IMAGES), b = some(PER_CHANNEL), y = a.like();
    BroadcastGeometry at = BroadcastGeometry.of("example", IMAGES, PER_CHANNEL);
    for (BinaryFunction f : BinaryFunction.values()) {
      backend.elementwise().combine(f, at, a, b, y);
      backend.elementwise().combineGradA(f, at, a, b, a, a.like());
      backend.elementwise().combineGradB(f, at, a, b, a, a.like());
    }
    Tensor perSample = some(Shape.of(2));
    backend.elementwise().mix(0.5, a, 2, a, y);
    backend.elementwise().affine(2, a, 1, y);
    backend.elementwise().scale(2, List.of(a), List.of(y));
    backend.elementwise().mixSamples(perSample, a, perSample, a, y);
    backend.elementwise().addPerChannel(a, b, y);
    backend.elementwise().clamp(a, -0.5, 0.5, y);
    backend.elementwise().clampGrad(a, -0.5, 0.5, a, y);
    backend.elementwise().fill(1, y);
  }

  private void reduce() {
    Tensor x = some(IMAGES), y = some(Shape.of(2, 4, 4));
    ReductionGeometry at = ReductionGeometry.of("example", IMAGES, Axes.of(-1));
    for (Reduction f : Reduction.values()) {
      backend.reduction().reduce(f, 2, at, x, y.like());
      backend.reduction().reduceGrad(f, 2, at, x, y, x.like());
    }
    for (RowFunction f : RowFunction.values()) {
      backend.reduction().mapRows(f, EPS, at, x, x.like());
      backend.reduction().mapRowsGrad(f, EPS, at, x, x, x.like());
    }
    reduce(x, Axes.all());
    reduce(some(Shape.of(2, 2, 2, 2, 2, 2, 2, 2, 2, 2)), Axes.of(0, 2, 4, 6, 8)); // too scattered
    backend.reduction().sumPerChannel(x, room(8));
    backend.reduction().sumPerChannel(some(Shape.of(65, 8)), room(8)); // more than one block
    backend.reduction().squaredNorm(x);
    backend.reduction().squaredNorm(List.of(x));
    backend.reduction().maxAbs(x);
    backend.optimizer().limit(1, EPS, List.of(x), List.of(x.like()));
  }

  private void reduce(Tensor x, Axes over) {
    ReductionGeometry at = ReductionGeometry.of("example", x.shape(), over);
    Tensor y = some(at.y());
    backend.reduction().reduce(Reduction.SUM, 0, at, x, y.like());
    backend.reduction().reduceGrad(Reduction.SUM, 0, at, x, y, x.like());
  }

  private void move() {
    Tensor x = some(IMAGES);
    backend.indexing().copyBlock(4, 4, x, 0, 8, x.like(), 4, 8);
    Tensor both = room(2, 4, 4, 16), part = x.like();
    backend.indexing().join(32, List.of(x, x), both);
    backend.indexing().split(32, both, List.of(part, x.like()));
    backend.indexing().permute(x, new int[] {0, 3, 1, 2}, room(2, 8, 4, 4));
    backend.indexing().mapAxis(AxisMap.select(4, 3, 2, 1, 0), 2, 4 * 8, x, 0, x.like());
  }

  private void pool() {
    Tensor x = some(IMAGES);
    for (int stride = 1; stride <= 2; stride++) { // blocks that overlap, and that do not
      PoolGeometry at = PoolGeometry.of(IMAGES, PoolGeometry.Window.square(2, stride, 0));
      Tensor y = some(at.y());
      backend.resampling().maxPool(at, x, y);
      backend.resampling().maxPoolGrad(at, x, y, x.like());
    }
  }

  private void resample() {
    ResamplingKernels kernels = backend.resampling();
    Tensor x = some(IMAGES), twice = some(Shape.of(2, 8, 8, 8)), half = some(Shape.of(2, 2, 2, 8));
    kernels.upsampleNearest(x, 2, twice);
    kernels.upsampleNearestGrad(twice, 2, x);
    kernels.averagePool(x, 2, half);
    kernels.averagePoolGrad(half, 2, x);
    kernels.pixelUnshuffle(x, 2, room(2, 2, 2, 32));
    kernels.pixelShuffle(x, 2, room(2, 8, 8, 2));
    kernels.addPixelShuffle(x, 2, some(Shape.of(2, 8, 8, 2)));
  }

  private void draw() {
    RandomKey key = RandomKey.of(1);
    Tensor x = some(IMAGES);
    backend.random().uniform(key, 0, x.like());
    backend.random().normal(key, 0, x.like());
    backend.random().dropout(key, 0.1, x, x.like());
  }

  private void learn() {
    Tensor p = some(PER_CHANNEL), g = some(PER_CHANNEL), m = some(PER_CHANNEL);
    Tensor v = some(PER_CHANNEL);
    backend.elementwise().fill(0.1, v);
    AdamCoefficients at = new AdamCoefficients(1e-3, 0.9, 0.999, 1e-8, 0, 0.01, 0.1, 0.001);
    backend.optimizer().adam(at, g, p, m, v);
    backend.optimizer().sgd(new SgdCoefficients(0.1, 0, 0.9, 1, false, true), g, p, m);
    backend.optimizer().average(0.1, p, m);
    Tensor weights = some(Shape.of(1)), loss = room(1);
    backend.loss().meanSquaredError(p, g, weights, loss);
    backend.loss().meanSquaredErrorGrad(p, g, weights, loss, p.like());
  }
}
