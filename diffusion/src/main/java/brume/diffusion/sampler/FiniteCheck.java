package brume.diffusion.sampler;

import static brume.autograd.function.reduce.Mean.mean;

import brume.autograd.Variable;
import brume.tensor.LateNumber;
import brume.tensor.Scope;
import brume.tensor.Text;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the steps of a way leave finite numbers. Where a device would have to be waited for, a step is
 * looked at when the next one has been given, so that the device always has something to do; what is needed
 * to name the reason is kept until then. Mutable.
 */
final class FiniteCheck implements AutoCloseable {

  private final int of;
  private @Nullable Given last; // not looked at

  /**
   * A step that has been given to the device.
   *
   * @param done steps before it
   * @param now what it was made from
   * @param mean of what it made: one number that is not finite spreads to it
   * @param room keeps what {@code now} says of the data
   */
  private record Given(int done, Estimate now, LateNumber mean, Scope.Aside room) {}

  /**
   * Checks no step yet.
   *
   * @param of how many steps there are, for the message
   */
  FiniteCheck(int of) {
    this.of = of;
  }

  /**
   * What a step is made from, and what it makes.
   *
   * @param now the estimate
   * @param next the samples after the step
   */
  record Result(Estimate now, Variable next) {}

  /**
   * Takes a step, and looks at the one before; at this one, too, if that costs no time.
   *
   * @param done steps before it
   * @param step gives it to the device
   * @param take is given what it made, unless that is known to be lost
   * @throws NotFiniteException if numbers got lost in a step that is looked at
   */
  void step(int done, Supplier<Result> step, Consumer<Result> take) {
    Scope.Aside room = new Scope.Aside();
    Given given;
    try {
      given = room.own(() -> {
        try (Scope scope = Scope.open()) {
          Result result = step.get();
          scope.keep(result.now().output().value());
          scope.keep(result.now().x0().value());
          LateNumber mean = mean(result.next()).value().lateItem();
          Given now = new Given(done, result.now(), mean, room);
          look();
          if (!mean.isLate()) {
            require(now);
          }
          take.accept(result);
          return now;
        }
      });
    } catch (RuntimeException | Error failed) {
      room.close();
      throw failed;
    }
    if (given.mean().isLate()) {
      last = given;
    } else {
      room.close();
    }
  }

  /**
   * Looks at the last step.
   *
   * @throws NotFiniteException if numbers got lost in it
   */
  void look() {
    Given given = last;
    if (given != null) {
      last = null;
      try (Scope.Aside room = given.room()) {
        require(given);
      }
    }
  }

  private void require(Given given) {
    if (!Double.isFinite(given.mean().await())) {
      throw new NotFiniteException(Text.of(
          "step %d of %d, at time %s of the network: expected finite samples, got %s",
          given.done() + 1, of, given.now().level().time(), reason(given.now())));
    }
  }

  /** Where the numbers got lost. */
  private static String reason(Estimate now) {
    if (!isFinite(now.output())) {
      return "none from the network; try an earlier checkpoint, or its weights without averages";
    }
    if (!isFinite(now.x0())) {
      return Text.of(
          "an estimate of the data out of range, as only %.2g of them is left in the noise there; "
              + "predict v or x0, or choose a schedule that leaves more",
          now.level().signal());
    }
    return "none from the step; take more steps, or another sampler";
  }

  /** Whether no number is infinite or none: either would spread to the mean. */
  static boolean isFinite(Variable x) {
    return Double.isFinite(mean(x).value().item());
  }

  @Override
  public void close() {
    if (last != null) {
      last.room().close();
    }
  }
}
