package brume.diffusion.exchange;

import brume.tensor.DType;
import brume.tensor.Device;
import brume.tensor.Text;
import java.util.Optional;

/** How the matrices and filters of a network that is read from files are kept in memory. */
public enum WeightWidth {
  /**
   * As they are stored, where the device holds such numbers: those of half width are widened where they
   * are multiplied with, which gives the same results in half the memory.
   */
  STORED {
    @Override
    Optional<DType> format(Optional<DType> stored, Device device) {
      return stored.filter(device::holds);
    }
  },
  /** In the device's own precision. Only such a network can be trained. */
  FLOAT {
    @Override
    Optional<DType> format(Optional<DType> stored, Device device) {
      return Optional.empty();
    }
  },
  /** In 16 bits: as stored if they are so, else rounded to half precision. */
  HALF {
    @Override
    Optional<DType> format(Optional<DType> stored, Device device) {
      DType format = stored.orElse(DType.F16);
      if (!device.holds(format)) {
        throw new IllegalArgumentException(Text.of(
            "weights: expected float on the device %s, which holds no numbers of half width, got half",
            device.name()));
      }
      return Optional.of(format);
    }
  };

  /**
   * The format of matrices and filters.
   *
   * @param stored their format in files, if all have one of half width
   * @param device that holds them
   * @return empty for the device's own
   * @throws IllegalArgumentException if the device does not hold what is wanted
   */
  abstract Optional<DType> format(Optional<DType> stored, Device device);
}
