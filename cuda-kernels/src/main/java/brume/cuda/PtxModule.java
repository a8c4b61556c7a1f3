package brume.cuda;

import brume.cuda.driver.Driver;
import brume.cuda.driver.Kernel;
import brume.cuda.driver.KernelModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One PTX file, loaded when the first of its kernels is launched. */
final class PtxModule {

  private final Driver driver;
  private final String file;
  private @Nullable KernelModule loaded;

  /**
   * A file beside this class.
   *
   * @param driver of the device that runs it
   * @param name without extension, such as {@code elementwise}
   */
  PtxModule(Driver driver, String name) {
    this.driver = driver;
    this.file = name + ".ptx";
  }

  /**
   * One of its kernels.
   *
   * @param entry its name in the file
   * @return the kernel, looked for when it is launched first
   */
  CudaKernel kernel(String entry) {
    return new CudaKernel(driver, this, entry);
  }

  /**
   * One kernel for each function, whose name in lower case is the end of the kernel's.
   *
   * @param <F> kind of function
   * @param functions all of them
   * @param prefix how the names of the kernels begin
   * @return the kernels by function
   */
  <F extends Enum<F>> PerFunction<F> kernels(Class<F> functions, String prefix) {
    return new PerFunction<>(Arrays.stream(functions.getEnumConstants())
        .map(f -> kernel(prefix + f.name().toLowerCase(Locale.ROOT)))
        .toList());
  }

  /** One kernel for each function of a kind. */
  static final class PerFunction<F extends Enum<F>> {
    private final List<CudaKernel> kernels; // by number of the function

    private PerFunction(List<CudaKernel> kernels) {
      this.kernels = kernels;
    }

    CudaKernel of(F f) {
      return kernels.get(f.ordinal());
    }
  }

  synchronized Kernel find(String entry) {
    if (loaded == null) {
      loaded = driver.load(file, read());
    }
    return loaded.kernel(entry);
  }

  private String read() {
    try (InputStream in = PtxModule.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(
            file + ": expected it beside the classes of brume.cuda, found none; build again");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": expected to read it, got " + e.getMessage(), e);
    }
  }
}
