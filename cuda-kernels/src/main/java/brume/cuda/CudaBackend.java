package brume.cuda;

import brume.cuda.driver.Driver;
import brume.cuda.library.Blas;
import brume.cuda.library.CudaReplay;
import brume.cuda.library.Dnn;
import brume.tensor.DType;
import brume.tensor.DTypeException;
import brume.tensor.Storage;
import brume.tensor.Text;
import brume.tensor.kernel.ActivationKernels;
import brume.tensor.kernel.AttentionKernels;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.ConvolutionKernels;
import brume.tensor.kernel.ElementwiseKernels;
import brume.tensor.kernel.IndexingKernels;
import brume.tensor.kernel.KernelTime;
import brume.tensor.kernel.LossKernels;
import brume.tensor.kernel.MatmulKernels;
import brume.tensor.kernel.NormalizationKernels;
import brume.tensor.kernel.OptimizerKernels;
import brume.tensor.kernel.RandomKernels;
import brume.tensor.kernel.Recording;
import brume.tensor.kernel.ReductionKernels;
import brume.tensor.kernel.ResamplingKernels;
import brume.tensor.kernel.StridedKernels;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** A GPU, real or emulated: memory that is used again and again, and kernels of our own in PTX. */
final class CudaBackend implements Backend {

  private final String name;
  private final CudaReplay replay;
  private final Driver driver;
  private final LaunchProfile profile;
  private final CudaMemory memory;
  private final HostCopies copies;
  private final CudaRecording.Recorder recorder;
  private final String libraries;
  private final ElementwiseKernels elementwise;
  private final MatmulKernels matmul;
  private final ConvolutionKernels convolution;
  private final NormalizationKernels normalization;
  private final AttentionKernels attention;
  private final ResamplingKernels resampling;
  private final ActivationKernels activation;
  private final ReductionKernels reduction;
  private final StridedKernels strided;
  private final IndexingKernels indexing;
  private final LossKernels loss;
  private final RandomKernels random;
  private final OptimizerKernels optimizer;

  /** A backend on a device that has no time of its own, so that nothing need be remembered. */
  CudaBackend(String name, Driver driver, Optional<Blas> blas, Optional<Dnn> dnn) {
    this(name, driver, blas, dnn, ConvolutionChoices.inMemory(), CudaReplay.ON);
  }

  /**
   * A backend on a device.
   *
   * @param name users choose it by
   * @param bare driver of the device
   * @param blas takes the matrix products, if there is one
   * @param dnn takes the convolutions, if there is one
   * @param choices between that one and our own kernels
   * @param replay whether networks shall be recorded
   */
  CudaBackend(
      String name,
      Driver bare,
      Optional<Blas> blas,
      Optional<Dnn> dnn,
      ConvolutionChoices choices,
      CudaReplay replay) {
    ProfiledDriver driver = new ProfiledDriver(bare);
    this.name = name;
    this.replay = replay;
    this.driver = driver;
    this.profile = driver.profile();
    this.memory = new CudaMemory(name, driver);
    this.copies = new HostCopies(driver, memory, driver.constants());
    this.recorder = new CudaRecording.Recorder(driver, memory, copies, driver.constants());
    Arrivals arrivals = new Arrivals(driver, memory);
    PtxModule manyTensors = new PtxModule(driver, "optimizer");
    StridedMoves moves = new StridedMoves(driver);
    CudaReduction sums = new CudaReduction(driver, memory, arrivals, copies, moves, manyTensors);
    this.elementwise = new CudaElementwise(driver, manyTensors);
    this.activation = new CudaActivation(driver);
    this.reduction = sums;
    this.strided = new CudaStrided(moves, sums);
    this.indexing = new CudaIndexing(driver, copies, moves);
    this.loss = new CudaLoss(driver, memory, sums);
    this.random = new CudaRandom(driver, copies.inputs());
    this.optimizer = new CudaOptimizer(manyTensors, copies, sums);

    this.libraries = Stream.concat(
            blas.map(Blas::describe).stream(), dnn.map(Dnn::describe).stream())
        .reduce((first, second) -> first + " and " + second)
        .orElse("own kernels only");
    Products ptxProducts = new PtxProducts(driver, memory);
    Products products = blas.<Products>map(
            library -> new BlasProducts(library, profile, ptxProducts))
        .orElse(ptxProducts);
    ConvolutionKernels ptxConvolution = new CudaConvolution(driver, memory, products);
    this.matmul = new CudaMatmul(driver, products);
    this.convolution = dnn.<ConvolutionKernels>map(library ->
            new DnnConvolution(library, driver, memory, choices, profile, ptxConvolution))
        .orElse(ptxConvolution);
    this.normalization = new CudaNormalization(driver, memory, arrivals);
    this.attention = new CudaAttention(driver, memory, arrivals, products);
    this.resampling = new CudaResampling(driver, memory);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public DType defaultDType() {
    return DType.F32;
  }

  @Override
  public String describe() {
    return Text.of(
        "%s: %s, %s, single precision%s",
        name, driver.describe(), libraries, replay == CudaReplay.ON ? "" : ", nothing is recorded");
  }

  @Override
  public Storage allocate(int length, DType dtype) {
    if (dtype != DType.F32) {
      throw DTypeException.notHeld(this, dtype);
    }
    return new CudaStorage(length, memory, copies);
  }

  @Override
  public long liveBytes() {
    return memory.statistics().liveBytes();
  }

  @Override
  public long reservedBytes() {
    return memory.statistics().reservedBytes();
  }

  @Override
  public OptionalLong freeBytes() {
    return OptionalLong.of(driver.freeMemory());
  }

  @Override
  public void await() {
    driver.synchronize();
  }

  @Override
  public boolean recomputes() {
    return false;
  }

  @Override
  public boolean records() {
    return replay == CudaReplay.ON;
  }

  @Override
  public Recording record(Runnable work) {
    return recorder.record(
        List.of(work), false); // an optimizer's first step is not like the second
  }

  @Override
  public Recording record(List<Runnable> parts) {
    return recorder.record(parts, true);
  }

  @Override
  public void renew(Runnable work) {
    copies.inputs().renew(work);
  }

  @Override
  public List<KernelTime> profile(Runnable work) {
    return profile.of(work);
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
