package brume.cuda;

/** Opens the CUDA backend on the second GPU, {@code cuda:1}. */
public final class SecondCudaBackendProvider extends CudaBackendProvider {

  /** Called by {@link java.util.ServiceLoader}. */
  public SecondCudaBackendProvider() {
    super("cuda:1", 1);
  }
}
