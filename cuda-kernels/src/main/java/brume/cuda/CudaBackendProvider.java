package brume.cuda;

import brume.cuda.driver.CudaException;
import brume.cuda.library.CudaLevel;
import brume.cuda.library.CudaMath;
import brume.cuda.library.CudaReplay;
import brume.cuda.library.CudaStack;
import brume.cuda.library.JCudaStack;
import brume.cuda.library.Libraries;
import brume.cuda.library.UserCache;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BackendOption;
import brume.tensor.kernel.BackendOptions;
import brume.tensor.kernel.BackendProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Opens the CUDA backend on an NVIDIA GPU, with as many of NVIDIA's libraries as work and {@link
 * CudaLevel#OPTION} allows; {@link CudaMath#OPTION} says how exactly those multiply. With {@code
 * BRUME_CUDA_DEBUG=1} in the environment it waits after every launch, so that an error names its
 * kernel.
 */
public final class CudaBackendProvider implements BackendProvider {

  private static final String NAME = "cuda";
  private static final String DEBUG = "BRUME_CUDA_DEBUG";

  /** Called by {@link java.util.ServiceLoader}. */
  public CudaBackendProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> whyNot() {
    return whyNot(0);
  }

  @Override
  public Optional<String> whyNot(int ordinal) {
    // No class of JCuda may be loaded on a machine without a driver.
    return Libraries.find().whyNoDriver().or(() -> JCudaStack.whyNot(ordinal));
  }

  @Override
  public List<BackendOption> options() {
    return List.of(CudaLevel.OPTION, CudaMath.OPTION, CudaReplay.OPTION);
  }

  @Override
  public Backend open(int ordinal, BackendOptions options) {
    CudaStack stack = stack(ordinal, options);
    String name = ordinal == 0 ? NAME : NAME + ":" + ordinal;
    return stack
        .held()
        .whole(() -> new CudaBackend(
            name,
            stack.driver(),
            stack.blas(),
            stack.dnn(),
            choices(stack),
            CudaReplay.asked(options)));
  }

  @Override
  public List<String> findings() {
    if (whyNot().isPresent()) {
      return List.of();
    }
    try {
      CudaStack stack = stack(0, BackendOptions.none());
      List<String> report = new ArrayList<>(stack.report());
      choices(stack).summary().ifPresent(report::add);
      stack.close();
      return report;
    } catch (CudaException broken) {
      return List.of(String.valueOf(broken.getMessage()));
    }
  }

  private static ConvolutionChoices choices(CudaStack stack) {
    return stack
        .dnn()
        .map(dnn ->
            ConvolutionChoices.in(UserCache.folder(), stack.driver().describe(), dnn.describe()))
        .orElseGet(ConvolutionChoices::inMemory);
  }

  private static CudaStack stack(int ordinal, BackendOptions options) {
    boolean debug = "1".equals(System.getenv(DEBUG));
    return JCudaStack.open(
        ordinal, CudaLevel.asked(options, CudaLevel.CUDNN), CudaMath.asked(options), debug);
  }
}
