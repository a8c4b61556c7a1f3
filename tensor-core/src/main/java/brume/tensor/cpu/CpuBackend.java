package brume.tensor.cpu;

import brume.tensor.DType;
import brume.tensor.HeapStorage;
import brume.tensor.Storage;
import brume.tensor.Text;
import brume.tensor.cpu.attention.CpuAttention;
import brume.tensor.cpu.gemm.Gemm;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.KeptWeights;
import brume.tensor.cpu.loop.Rows;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.cpu.norm.CpuNormalization;
import brume.tensor.kernel.ActivationKernels;
import brume.tensor.kernel.AttentionKernels;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.ConvolutionKernels;
import brume.tensor.kernel.ElementwiseKernels;
import brume.tensor.kernel.IndexingKernels;
import brume.tensor.kernel.LossKernels;
import brume.tensor.kernel.MatmulKernels;
import brume.tensor.kernel.NormalizationKernels;
import brume.tensor.kernel.OptimizerKernels;
import brume.tensor.kernel.RandomKernels;
import brume.tensor.kernel.ReductionKernels;
import brume.tensor.kernel.ResamplingKernels;
import brume.tensor.kernel.StridedKernels;
import java.util.concurrent.atomic.AtomicLong;
import jdk.incubator.vector.FloatVector;

/** Java arrays of floats that are used again and again, and kernels of vectors and threads. */
final class CpuBackend implements Backend {

  static final String NAME = "cpu";

  private final Workers workers;
  private final FloatPool pool = new FloatPool();
  private final KeptWeights kept = new KeptWeights();
  private final AtomicLong liveBytes = new AtomicLong();
  private final ElementwiseKernels elementwise;
  private final ActivationKernels activation;
  private final ReductionKernels reduction;
  private final MatmulKernels matmul;
  private final ConvolutionKernels convolution;
  private final NormalizationKernels normalization;
  private final AttentionKernels attention;
  private final ResamplingKernels resampling;
  private final IndexingKernels indexing;
  private final StridedKernels strided;
  private final LossKernels loss;
  private final RandomKernels random;
  private final OptimizerKernels optimizer;

  CpuBackend(int threads) {
    requireVectorsNoLongerThanRows();
    VectorOperations.useAll();
    this.workers = new Workers(threads);
    Gemm gemm = new Gemm(pool);
    CpuMatmul products = new CpuMatmul(workers, pool, kept);
    this.elementwise = new CpuElementwise(workers);
    this.activation = new CpuActivation(workers);
    this.reduction = new CpuReduction(workers, pool);
    this.matmul = products;
    this.convolution = new CpuConvolution(workers, pool, products);
    this.normalization = new CpuNormalization(workers, pool);
    this.attention = new CpuAttention(workers, pool, gemm);
    this.resampling = new CpuResampling(workers);
    this.indexing = new CpuIndexing(workers);
    this.strided = new CpuStrided(workers);
    this.loss = new CpuLoss(workers);
    this.random = new CpuRandom(workers, pool);
    this.optimizer = new CpuOptimizer(workers);
  }

  /** Sums along rows would have more chains, and other bits, than everywhere else. */
  private static void requireVectorsNoLongerThanRows() {
    int bits = FloatVector.SPECIES_PREFERRED.vectorBitSize();
    if (FloatVector.SPECIES_PREFERRED.length() > Rows.CHAINS) {
      throw new IllegalStateException(Text.of(
          "cpu: expected vectors of at most 512 bits, got %d; start the JVM with"
              + " -XX:MaxVectorSize=64",
          bits));
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public DType defaultDType() {
    return DType.F32;
  }

  @Override
  public String describe() {
    int threads = workers.threads();
    return Text.of(
        "cpu: %d %s, %d-bit vectors, single precision",
        threads,
        threads == 1 ? "thread" : "threads",
        FloatVector.SPECIES_PREFERRED.vectorBitSize());
  }

  @Override
  public boolean holds(DType dtype) {
    return true;
  }

  @Override
  public Storage allocate(int length, DType dtype) {
    long bytes = (long) length * dtype.bytes();
    liveBytes.addAndGet(bytes);
    return switch (dtype) {
      case F32 ->
        new HeapStorage.OfFloats(pool.take(length), length, (array, count) -> {
          kept.forget(array);
          pool.give(array);
          liveBytes.addAndGet(-bytes);
        });
      // Held, to be read and written; the kernels here compute in single precision only.
      case F64 ->
        new HeapStorage.OfDoubles(
            new double[length], length, (array, count) -> liveBytes.addAndGet(-bytes));
      // Weights, which products and convolutions widen as they read them.
      case F16, BF16 -> new HeapStorage.OfHalves(length, dtype, () -> liveBytes.addAndGet(-bytes));
    };
  }

  @Override
  public long liveBytes() {
    return liveBytes.get();
  }

  @Override
  public long reservedBytes() {
    return pool.allocatedBytes();
  }

  @Override
  public ElementwiseKernels elementwise() {
    return elementwise;
  }

  @Override
  public ActivationKernels activation() {
    return activation;
  }

  @Override
  public ReductionKernels reduction() {
    return reduction;
  }

  @Override
  public MatmulKernels matmul() {
    return matmul;
  }

  @Override
  public ConvolutionKernels convolution() {
    return convolution;
  }

  @Override
  public NormalizationKernels normalization() {
    return normalization;
  }

  @Override
  public AttentionKernels attention() {
    return attention;
  }

  @Override
  public ResamplingKernels resampling() {
    return resampling;
  }

  @Override
  public IndexingKernels indexing() {
    return indexing;
  }

  @Override
  public StridedKernels strided() {
    return strided;
  }

  @Override
  public LossKernels loss() {
    return loss;
  }

  @Override
  public RandomKernels random() {
    return random;
  }

  @Override
  public OptimizerKernels optimizer() {
    return optimizer;
  }
}
