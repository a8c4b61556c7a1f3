package brume.tensor;

import java.util.function.Supplier;

/**
 * A number that a device computes and the host may ask for. Where the work that computes it is recorded, it
 * is another one after each repetition, and whoever wants it asks again.
 */
public interface DeviceNumber {

  /**
   * Asks for the number as it is when all that was given to the device so far is done.
   *
   * @return known when there is time to wait
   */
  LateNumber late();

  /**
   * Whether the host knows it already.
   *
   * @return true for a number that no device has to be asked for
   */
  boolean isKnown();

  /**
   * A number that is known.
   *
   * @param number the number
   * @return it
   */
  static DeviceNumber of(double number) {
    return new DeviceNumber() {
      @Override
      public LateNumber late() {
        return LateNumber.of(number);
      }

      @Override
      public boolean isKnown() {
        return true;
      }
    };
  }

  /**
   * A number that lies on a device.
   *
   * @param asked asks for it
   * @return it
   */
  static DeviceNumber on(Supplier<LateNumber> asked) {
    return new DeviceNumber() {
      @Override
      public LateNumber late() {
        return asked.get();
      }

      @Override
      public boolean isKnown() {
        return false;
      }
    };
  }
}
