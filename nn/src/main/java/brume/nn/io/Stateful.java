package brume.nn.io;

import brume.nn.NamedParameter;
import brume.nn.optim.Resumable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A named part of what changes while a run learns: parameters, an average of them, the moments of an
 * optimizer. A checkpoint is a list of such parts; it knows nothing else of them.
 */
public interface Stateful {

  /**
   * What this part is called in a checkpoint: the name of its file, or the beginning of it.
   *
   * @return lower-case letters, digits, dots and hyphens, such as {@code ema} or {@code ema-0.999};
   *     unlike that of any other part
   */
  String name();

  /**
   * Writes all that must be remembered besides the counters.
   *
   * @param folder receives files only, each called {@link #name} and a dot or hyphen with more behind;
   *     other parts write there, too
   * @throws IOException if the disk refuses them
   */
  void save(Path folder) throws IOException;

  /**
   * Restores what {@link #save} has written.
   *
   * @param folder where the files are
   * @throws IOException if they cannot be read, or fit another network
   */
  void load(Path folder) throws IOException;

  /**
   * Whole numbers that must be remembered, such as the steps of an optimizer.
   *
   * @return numbers by names, each {@link #name} itself or that, a dot and more; none if not overridden
   */
  default Map<String, Long> counters() {
    return Map.of();
  }

  /**
   * Restores the counters.
   *
   * @param counters this part's, as {@link #counters} named them; none from a checkpoint that has none
   */
  default void restoreCounters(Map<String, Long> counters) {}

  /**
   * Parameters as a part.
   *
   * @param name of the part and, before {@code .safetensors}, of its file
   * @param parameters what to write and to overwrite
   * @return the part
   */
  static Stateful of(String name, List<NamedParameter> parameters) {
    return new SavedWeights(name, parameters);
  }

  /**
   * The memory of an optimizer or an average as a part, with its steps as the counter.
   *
   * @param name of the part, the counter and, before {@code .safetensors}, the file
   * @param memory what to write and to overwrite
   * @return the part
   */
  static Stateful of(String name, Resumable memory) {
    return new SavedMemory(name, memory);
  }
}
