package brume.tests.op;

import brume.cuda.library.CudaLevel;
import brume.cuda.library.CudaMath;
import brume.cuda.library.CudaReplay;
import brume.tensor.Device;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BackendOptions;
import brume.tensor.kernel.BackendProvider;
import brume.tensor.kernel.Backends;
import java.util.ArrayList;
import java.util.List;

/** The backends that can be tested on this machine. */
public final class TestBackends {

  private TestBackends() {}

  /** False without the Vector API; the CPU's tests are skipped then. */
  public static boolean cpuIsAvailable() {
    return Backends.providers().stream()
        .filter(provider -> provider.name().equals("cpu"))
        .map(BackendProvider::whyNot)
        .anyMatch(whyNot -> whyNot.isEmpty());
  }

  /**
   * What CUDA's tests run on: the GPU if one works, else the emulated one; {@code -Dbrume.test.gpu=NAME}
   * chooses.
   */
  public static Backend gpu() {
    boolean works = Backends.providers().stream()
        .filter(provider -> provider.name().equals("cuda"))
        .map(BackendProvider::whyNot)
        .anyMatch(whyNot -> whyNot.isEmpty());
    return Backends.named(System.getProperty("brume.test.gpu", works ? "cuda" : "emulator"));
  }

  /** Another backend on the same device as {@link #gpu}, with no more of NVIDIA's software. */
  static Backend gpuWith(CudaLevel level) {
    return gpuWith(level, CudaMath.EXACT);
  }

  /** The same with libraries that multiply in a way of their own. */
  static Backend gpuWith(CudaLevel level, CudaMath math) {
    return provider(gpu().name())
        .open(
            0,
            BackendOptions.none()
                .with(CudaLevel.OPTION.name(), level.toString())
                .with(CudaMath.OPTION.name(), math.toString()));
  }

  /** Another one on which networks are not recorded. */
  public static Backend gpuWithoutRecording() {
    return provider(gpu().name())
        .open(0, BackendOptions.none().with(CudaReplay.OPTION.name(), CudaReplay.OFF.toString()));
  }

  static List<Backend> available() {
    List<Backend> backends = new ArrayList<>();
    backends.add(Backends.reference());
    backends.add(gpu());
    if (cpuIsAvailable()) {
      backends.add(Backends.cpu());
    }
    return backends;
  }

  /** A CPU backend of its own, beside the one that the process shares. */
  public static Device cpuWithThreads(int threads) {
    return provider("cpu")
        .open(0, BackendOptions.none().with("threads", Integer.toString(threads)));
  }

  private static BackendProvider provider(String name) {
    return Backends.providers().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
