package brume.nn.io;

import brume.nn.NamedParameter;
import brume.tensor.io.SafeTensorsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Parameters as a part of a checkpoint. */
record SavedWeights(String name, List<NamedParameter> parameters) implements Stateful {

  private static final int MOST_LETTERS = 400;

  @Override
  public void save(Path folder) throws IOException {
    Weights.save(file(folder), parameters);
  }

  @Override
  public void load(Path folder) throws IOException {
    try {
      Weights.load(file(folder), parameters);
    } catch (SafeTensorsException damaged) {
      throw damaged;
    } catch (IOException other) {
      throw new IOException(
          shortened(String.valueOf(other.getMessage()))
              + "; use it with the config.json it was made with",
          other);
    }
  }

  private Path file(Path folder) {
    return folder.resolve(name + ".safetensors");
  }

  /** Lists of hundreds of names say no more than their beginning. */
  private static String shortened(String sentence) {
    return sentence.length() > MOST_LETTERS
        ? sentence.substring(0, MOST_LETTERS) + " ..."
        : sentence;
  }
}
