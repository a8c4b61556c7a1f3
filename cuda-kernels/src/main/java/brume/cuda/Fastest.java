package brume.cuda;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.driver.Driver;
import brume.tensor.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/** Finds the fastest of several ways to compute the same, by trying all of them on the device. */
final class Fastest {

  private static final int ROUNDS = 3; // of which the fastest counts; another one warms up

  /** A way that cannot be gone here is left out. */
  private static final Set<CudaStatus> LEFT_OUT =
      Set.of(CudaStatus.NOT_SUPPORTED, CudaStatus.OUT_OF_MEMORY);

  private final Driver driver;

  Fastest(Driver driver) {
    this.driver = driver;
  }

  /**
   * A way to compute.
   *
   * @param name of it
   * @param work does it; may be done again and again
   */
  record Way(String name, Runnable work) {}

  /**
   * What was found.
   *
   * @param name of the chosen way
   * @param times of all ways that work; empty if the device has no time
   * @param refusals why the others were left out
   */
  record Choice(String name, String times, List<String> refusals) {

    boolean isMeasured() {
      return !times.isEmpty();
    }
  }

  /**
   * Chooses a way.
   *
   * @param ways at least one, of which the last one always works; the best guess comes first
   * @return the fastest, or the first if the device has no time of its own
   */
  Choice of(List<Way> ways) {
    List<String> times = new ArrayList<>(), refusals = new ArrayList<>();
    Way best = ways.get(ways.size() - 1);
    double least = Double.POSITIVE_INFINITY;
    for (Way way : ways) {
      try {
        OptionalDouble taken = milliseconds(way.work);
        if (taken.isEmpty()) {
          return new Choice(way.name, "", List.of());
        }
        times.add(Text.of("%s %.3f ms", way.name, taken.getAsDouble()));
        if (taken.getAsDouble() < least) {
          least = taken.getAsDouble();
          best = way;
        }
      } catch (CudaException refused) {
        if (!LEFT_OUT.contains(refused.status())) {
          throw refused;
        }
        refusals.add(way.name + ": " + refused.getMessage());
      }
    }
    return new Choice(best.name, String.join(", ", times), refusals);
  }

  private OptionalDouble milliseconds(Runnable work) {
    OptionalDouble least = driver.milliseconds(work);
    for (int round = 0; round < ROUNDS && least.isPresent(); round++) {
      double taken = driver.milliseconds(work).orElseThrow();
      least = OptionalDouble.of(round == 0 ? taken : Math.min(least.getAsDouble(), taken));
    }
    return least;
  }
}
