package brume.tensor;

import java.util.Optional;
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
   * Where it lies.
   *
   * @return on the device; empty for a number that the host knows already
   */
  Optional<Tensor> place();

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
      public Optional<Tensor> place() {
        return Optional.empty();
      }
    };
  }

  /**
   * A number that lies on a device.
   *
   * @param place where, for as long as it may be asked for
   * @param asked asks for it
   * @return it
   */
  static DeviceNumber at(Tensor place, Supplier<LateNumber> asked) {
    return new DeviceNumber() {
      @Override
      public LateNumber late() {
        return asked.get();
      }

      @Override
      public Optional<Tensor> place() {
        return Optional.of(place);
      }
    };
  }
}
