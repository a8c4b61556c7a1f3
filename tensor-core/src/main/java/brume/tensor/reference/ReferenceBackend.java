package brume.tensor.reference;

import brume.tensor.DType;
import brume.tensor.DTypeException;
import brume.tensor.HeapStorage;
import brume.tensor.Storage;
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
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** Java arrays of doubles, and kernels that compute on them in the plainest way. */
final class ReferenceBackend implements Backend {

  static final String NAME = "reference";

  private final AtomicLong liveBytes = new AtomicLong();
  private final ElementwiseKernels elementwise = new ReferenceElementwise();
  private final ActivationKernels activation = new ReferenceActivation();
  private final ReductionKernels reduction = new ReferenceReduction();
  private final MatmulKernels matmul = new ReferenceMatmul();
  private final ConvolutionKernels convolution = new ReferenceConvolution();
  private final NormalizationKernels normalization = new ReferenceNormalization();
  private final AttentionKernels attention = new ReferenceAttention();
  private final ResamplingKernels resampling = new ReferenceResampling();
  private final IndexingKernels indexing = new ReferenceIndexing();
  private final StridedKernels strided = new ReferenceStrided();
  private final LossKernels loss = new ReferenceLoss();
  private final RandomKernels random = new ReferenceRandom();
  private final OptimizerKernels optimizer = new ReferenceOptimizer();

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public DType defaultDType() {
    return DType.F64;
  }

  @Override
  public String describe() {
    return "reference: plain loops in double precision, 1 thread";
  }

  @Override
  public boolean holds(DType dtype) {
    return dtype == DType.F64 || dtype.isHalf();
  }

  @Override
  public Storage allocate(int length, DType dtype) {
    long bytes = (long) length * dtype.bytes();
    if (dtype.isHalf()) {
      liveBytes.addAndGet(bytes);
      return new HeapStorage.OfHalves(length, dtype, () -> liveBytes.addAndGet(-bytes));
    }
    if (!holds(dtype)) {
      throw DTypeException.notHeld(this, dtype);
    }
    double[] numbers = new double[length];
    Arrays.fill(numbers, Double.NaN);
    liveBytes.addAndGet(bytes);
    return new HeapStorage.OfDoubles(
        numbers, length, (array, count) -> liveBytes.addAndGet(-bytes));
  }

  @Override
  public long liveBytes() {
    return liveBytes.get();
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
