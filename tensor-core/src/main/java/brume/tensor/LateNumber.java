package brume.tensor;

import java.util.function.DoubleSupplier;

/** A number that a device may still be computing. */
public interface LateNumber {

  /**
   * Waits for it. Whoever does so while the device has other work to go on with costs no time.
   *
   * @return the number, each time the same
   */
  double await();

  /**
   * Whether {@link #await} may wait.
   *
   * @return false for numbers that are known
   */
  boolean isLate();

  /**
   * A number that is known.
   *
   * @param number the number
   * @return never late
   */
  static LateNumber of(double number) {
    return new LateNumber() {
      @Override
      public double await() {
        return number;
      }

      @Override
      public boolean isLate() {
        return false;
      }
    };
  }

  /**
   * A number that somebody has to wait for, once.
   *
   * @param waiting waits and returns it
   * @return late until it was waited for
   */
  static LateNumber late(DoubleSupplier waiting) {
    return new LateNumber() {
      private boolean known;
      private double number;

      @Override
      public double await() {
        if (!known) {
          number = waiting.getAsDouble();
          known = true;
        }
        return number;
      }

      @Override
      public boolean isLate() {
        return !known;
      }
    };
  }
}
