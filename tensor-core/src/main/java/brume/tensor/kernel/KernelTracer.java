package brume.tensor.kernel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Shows the kernels of a GPU at work, one instruction after the other, for those who learn how they
 * work. Found by {@link java.util.ServiceLoader}.
 */
public interface KernelTracer {

  /**
   * The kernels it has an example for.
   *
   * @return their names, sorted
   */
  List<String> kernels();

  /**
   * Runs a small example of a kernel and tells what one of its threads does.
   *
   * @param kernel its name
   * @param block number of the block, from 0
   * @param thread number of the thread within its block, from 0
   * @param line gets the account, line by line
   * @throws IllegalArgumentException if there is no such kernel, block or thread
   */
  void trace(String kernel, long block, int thread, Consumer<String> line);

  /**
   * Runs all examples on the emulator and on another device, launch by launch on the same numbers, and
   * compares what kernels leave in memory.
   *
   * @param device {@code cuda}, {@code cuda:1} for the second GPU, or {@code emulator} for another
   *     emulator
   * @return what was found of each kernel, by name
   * @throws IllegalArgumentException if the device has no such kernels
   */
  List<KernelDifference> compare(String device);

  /**
   * The same with what {@link #save} wrote, where the emulator need not run.
   *
   * @param device as above
   * @param saved the file
   * @return what was found of each kernel, by name
   * @throws IOException if the file cannot be read, or holds something else
   * @throws IllegalStateException if it was saved by a Brume of other kernels or examples
   */
  List<KernelDifference> compare(String device, Path saved) throws IOException;

  /**
   * Runs all examples on the emulator and saves what each launch leaves in memory.
   *
   * @param file is written anew
   * @throws IOException if it cannot be written
   */
  void save(Path file) throws IOException;
}
