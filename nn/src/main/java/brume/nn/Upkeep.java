package brume.nn;

/**
 * What a network does to its own parameters before a pass of training, if they have changed since it did so
 * last. The network does it by itself; who repeats passes without asking the network ({@link Recorder}) has
 * to do it before each of them.
 */
public interface Upkeep {

  /**
   * Whether parameters have changed since.
   *
   * @return false right after it was done
   */
  boolean isDue();

  /**
   * Does it, due or not. Asks the device for the same each time, so that it can be recorded; what is done
   * twice may differ in the last bit.
   */
  void run();

  /** Notes that the device has done it again without {@link #run}. */
  void repeated();
}
