package brume.cuda.driver;

/** One PTX file, compiled for one device. */
public interface KernelModule {

  /**
   * What it was loaded as.
   *
   * @return for example {@code group_norm.ptx}
   */
  String name();

  /**
   * Finds an entry point.
   *
   * @param entry its name in the PTX
   * @return the kernel
   * @throws CudaException with {@link CudaStatus#NOT_FOUND} if the file has none of that name
   */
  Kernel kernel(String entry);
}
