package brume.tensor.kernel;

/**
 * How far what a kernel wrote on a device is from what the emulator says it writes.
 *
 * @param kernel its name
 * @param numbers that were compared, of all its launches
 * @param differing of them in at least one bit
 * @param largestUlps the largest difference in units in the last place: how many single-precision
 *     numbers lie between
 * @param largestRelative the largest difference, as a part of the largest number of the same buffer
 */
public record KernelDifference(
    String kernel, long numbers, long differing, long largestUlps, double largestRelative) {}
