package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.bench.StepNetwork;
import brume.cuda.DriverBackend;
import brume.tensor.Scope;
import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What a training step asks of a GPU with cuBLAS and cuDNN, counted on one that does nothing: a U-Net of
 * dim 64 on 64 pictures of 3×64×64. Launches cost host time, bytes cost device time; neither may creep
 * back.
 */
class LaunchBudgetTest {

  private static final String SHAPE = "64x64x3x64x1-2-4-8";
  private static final int MOST_CALLS = 447; // of own kernels and libraries
  private static final double MOST_GIGABYTES = 18.7; // touched by own kernels
  static final double MOST_GIBIBYTES = 4.95; // of device memory, recorded or not

  private final NullDriver driver = new NullDriver();
  private final NullLibraries libraries = new NullLibraries();

  @Test
  void aStepStaysWithinItsBudget() {
    Backend gpu = DriverBackend.on("null", driver, libraries.blas(), libraries.dnn());
    try (Scope scope = Scope.open()) {
      StepNetwork network = StepNetwork.of(gpu, SHAPE);
      network.train();
      driver.forget();
      libraries.forget();
      network.train();
    }
    NullDriver.Tally own =
        driver.launches().values().stream().reduce(NullDriver.Tally.NONE, NullDriver.Tally::plus);
    int calls = own.count() + libraries.products() + libraries.convolutions();
    double gibibytes = gpu.reservedBytes() / 0x1p30;
    String table = table(own, calls, gibibytes);
    System.out.println(table);

    assertEquals(0, driver.waits(), "a step waits for nothing");
    assertTrue(calls <= MOST_CALLS, table);
    assertTrue(own.bytes() <= MOST_GIGABYTES * 1e9, table);
    assertTrue(gibibytes <= MOST_GIBIBYTES, table);
  }

  private String table(NullDriver.Tally own, int calls, double gibibytes) {
    StringBuilder lines = new StringBuilder(Text.of(
        "%d calls: %d own launches (%.2f GB), %d of cuBLAS, %d of cuDNN; %d uploads, %d fills, %.2f GiB\n",
        calls,
        own.count(),
        own.bytes() / 1e9,
        libraries.products(),
        libraries.convolutions(),
        driver.uploads(),
        driver.fills(),
        gibibytes));
    driver.launches().entrySet().stream()
        .sorted(Map.Entry.comparingByValue((a, b) -> b.count() - a.count()))
        .forEach(kernel -> lines.append(Text.of(
            "%6d launches %7.2f GB  %s\n",
            kernel.getValue().count(), kernel.getValue().bytes() / 1e9, kernel.getKey())));
    return lines.toString();
  }
}
