package brume.tensor.cpu;

import brume.tensor.DType;
import brume.tensor.HeapStorage;
import brume.tensor.Storage;
import brume.tensor.cpu.attention.CpuAttention;
import brume.tensor.cpu.gemm.Gemm;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.KeptWeights;
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
import java.util.Arrays;

/** The CPU's kernels on arrays that are longer than their tensors and full of NaN. */
final class PaddedBackend implements Backend, AutoCloseable {

  private static final int PADDING = 37;

  final FloatPool pool = new FloatPool();
  private final Workers workers;

  PaddedBackend(int threads) {
    workers = new Workers(threads);
  }

  @Override
  public Storage allocate(int length, DType dtype) {
    float[] numbers = new float[length + PADDING];
    Arrays.fill(numbers, Float.NaN);
    return new HeapStorage.OfFloats(numbers, length, (array, count) -> {});
  }

  @Override
  public void close() {
    workers.close();
  }

  @Override
  public String name() {
    return "padded";
  }

  @Override
  public DType defaultDType() {
    return DType.F32;
  }

  @Override
  public long liveBytes() {
    return 0;
  }

  @Override
  public String describe() {
    return name();
  }

  @Override
  public ElementwiseKernels elementwise() {
    return new CpuElementwise(workers);
  }

  @Override
  public ActivationKernels activation() {
    return new CpuActivation(workers);
  }

  @Override
  public ReductionKernels reduction() {
    return new CpuReduction(workers, pool);
  }

  @Override
  public MatmulKernels matmul() {
    return new CpuMatmul(workers, pool, new KeptWeights(0));
  }

  @Override
  public ConvolutionKernels convolution() {
    return new CpuConvolution(workers, pool, new CpuMatmul(workers, pool, new KeptWeights(0)));
  }

  @Override
  public NormalizationKernels normalization() {
    return new CpuNormalization(workers, pool);
  }

  @Override
  public AttentionKernels attention() {
    return new CpuAttention(workers, pool, new Gemm(pool));
  }

  @Override
  public ResamplingKernels resampling() {
    return new CpuResampling(workers);
  }

  @Override
  public IndexingKernels indexing() {
    return new CpuIndexing(workers);
  }

  @Override
  public StridedKernels strided() {
    return new CpuStrided(workers);
  }

  @Override
  public LossKernels loss() {
    return new CpuLoss(workers);
  }

  @Override
  public RandomKernels random() {
    return new CpuRandom(workers, pool);
  }

  @Override
  public OptimizerKernels optimizer() {
    return new CpuOptimizer(workers);
  }
}
