package brume.cuda;

import brume.cuda.library.CudaLevel;
import brume.cuda.library.CudaStack;
import brume.cuda.library.JCudaStack;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BackendProvider;
import java.util.Optional;

/** Opens the CUDA backend on the first GPU, {@code cuda}. */
public class CudaBackendProvider implements BackendProvider {

  /** Set to 1 in the environment, it makes an error name the kernel it happened in. */
  private static final String DEBUG = "BRUME_CUDA_DEBUG";

  private final String name;
  private final int ordinal;

  /** Called by {@link java.util.ServiceLoader}. */
  public CudaBackendProvider() {
    this("cuda", 0);
  }

  /**
   * For another GPU.
   *
   * @param name users choose it by
   * @param ordinal its number, from 0
   */
  CudaBackendProvider(String name, int ordinal) {
    this.name = name;
    this.ordinal = ordinal;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<String> whyNot() {
    return JCudaStack.whyNot(ordinal);
  }

  @Override
  public Backend open() {
    boolean debug = "1".equals(System.getenv(DEBUG));
    CudaStack stack = JCudaStack.open(ordinal, CudaLevel.asked(CudaLevel.CUDNN), debug);
    return new CudaBackend(name, stack);
  }
}
