package brume.tensor;

import java.util.function.Supplier;

/** Room for the numbers of one tensor on one device. Mutable; freed exactly once by its scope. */
public interface Storage {

  /**
   * Number of elements.
   *
   * @return as asked for when it was allocated
   */
  int length();

  /**
   * Format of each element.
   *
   * @return as asked for when it was allocated
   */
  DType dtype();

  /**
   * Copies numbers in, rounding them to the format of the storage.
   *
   * @param from source
   * @param offset first element of the source
   * @param at first element written here
   * @param count number of elements
   */
  void write(float[] from, int offset, int at, int count);

  /**
   * Copies numbers in, rounding them to the format of the storage.
   *
   * @param from source
   * @param offset first element of the source
   * @param at first element written here
   * @param count number of elements
   */
  void write(double[] from, int offset, int at, int count);

  /**
   * Copies numbers in that recorded work looks at anew whenever it is repeated.
   *
   * @param numbers as many as there are elements, asked for now and at each repetition
   */
  default void renew(Supplier<double[]> numbers) {
    double[] now = numbers.get();
    write(now, 0, 0, now.length);
  }

  /**
   * Copies numbers out, rounding them to single precision.
   *
   * @param at first element read here
   * @param into destination
   * @param offset first element of the destination
   * @param count number of elements
   */
  void read(int at, float[] into, int offset, int count);

  /**
   * Copies numbers out.
   *
   * @param at first element read here
   * @param into destination
   * @param offset first element of the destination
   * @param count number of elements
   */
  void read(int at, double[] into, int offset, int count);

  /**
   * Asks for a number as it is when all that the device was asked for before is done, without waiting.
   *
   * @param at its element
   * @return the number
   */
  default LateNumber readLate(int at) {
    double[] now = new double[1];
    read(at, now, 0, 1);
    return LateNumber.of(now[0]);
  }

  /** Gives the room back to the device. A second call does nothing. */
  void free();
}
