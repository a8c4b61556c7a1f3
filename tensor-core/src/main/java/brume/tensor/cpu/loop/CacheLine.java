package brume.tensor.cpu.loop;

/**
 * Where the lines of the cache lie in an array.
 *
 * <p>A vector of 512 bits is as long as a line of 64 bytes. Where it lies across two of them, a processor
 * loads both: a Xeon of 2023 reads half as much then, 123 GB/s instead of 288 out of its first-level
 * cache and 55 instead of 116 out of its second. Numbers of a Java array come behind a header of 16
 * bytes, so what starts with the array never fits.
 *
 * <p>If all objects lie at multiples of 64 bytes, as the command line asks of the JVM with {@code
 * -XX:ObjectAlignmentInBytes=64}, a line starts at number {@link #START}. Scratch space that is read
 * again and again starts there. Without that option it lies as it happens to, and results are the same.
 */
public final class CacheLine {

  /** A number of every array of floats with which a line starts. */
  public static final int START = 12;

  private CacheLine() {}
}
