package brume.tests.end2end;

import brume.cuda.DriverBackend;
import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.emulator.EmulatedDriver;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BackendOptions;
import brume.tensor.kernel.BackendProvider;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A GPU that is lost at some call: that one fails, and all after it. */
public final class LostGpuProvider implements BackendProvider {

  private static final String NAME = "lost";
  private static final long MEMORY = 64 << 20;
  private static final int UPDATES = 3; // the last one is never made

  /** Called by {@link java.util.ServiceLoader}, where a test puts it on the class path. */
  public LostGpuProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> whyNot() {
    return Optional.empty();
  }

  @Override
  public Backend open(int ordinal, BackendOptions options) {
    int[] updates = {0};
    return lostAt(call -> call.equals("launch adam") && ++updates[0] == UPDATES);
  }

  /** An emulated GPU that is lost at the first call that is chosen. */
  static Backend lostAt(Predicate<String> chosen) {
    boolean[] lost = {false};
    Consumer<String> before = call -> {
      lost[0] |= chosen.test(call);
      if (lost[0]) {
        throw new CudaException(CudaStatus.OTHER, call, "CUDA_ERROR_UNKNOWN (999), unknown error");
      }
    };
    return DriverBackend.on(NAME, new WatchedDriver(EmulatedDriver.open(MEMORY), before));
  }
}
