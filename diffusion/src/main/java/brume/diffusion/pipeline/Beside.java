package brume.diffusion.pipeline;

import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Select.select;

import brume.autograd.Variable;
import brume.nn.Condition;
import brume.nn.Denoiser;
import brume.nn.Labelled;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a network is shown beside every sample, which is the same for all of them.
 *
 * @param channels (1, h, w, K) that lie behind those of the samples
 * @param label a class that it is told
 * @param level a number that it is told
 */
public record Beside(Optional<Variable> channels, OptionalInt label, OptionalInt level) {

  private static final Beside NOTHING =
      new Beside(Optional.empty(), OptionalInt.empty(), OptionalInt.empty());

  /**
   * Nothing.
   *
   * @return for networks that draw of texts alone
   */
  public static Beside nothing() {
    return NOTHING;
  }

  /**
   * Channels alone.
   *
   * @param parts (1, h, w, any) that lie behind each other
   * @return for networks that see them
   */
  public static Beside of(Variable... parts) {
    return new Beside(Optional.of(concatenate(parts)), OptionalInt.empty(), OptionalInt.empty());
  }

  /**
   * The same, and a class.
   *
   * @param number of the class
   * @return for networks that are told one
   */
  public Beside labelled(int number) {
    return new Beside(channels, OptionalInt.of(number), level);
  }

  /**
   * The same, and a level of noise.
   *
   * @param number of the level
   * @return for networks that are told one beside what they attend to
   */
  public Beside withLevel(int number) {
    return new Beside(channels, label, OptionalInt.of(number));
  }

  /**
   * A network that is shown this with every question.
   *
   * @param network sees the channels of samples and these behind them
   * @param samples N, how many there are in a question
   * @return sees samples
   */
  public Denoiser over(Denoiser network, int samples) {
    Denoiser seeing = channels
        .map(one -> select(one, 0, new int[samples]))
        .<Denoiser>map(all -> query -> network.predict(query.map(x -> concatenate(x, all))))
        .orElse(network);
    if (level.isPresent()) {
      double[] levels = new double[samples];
      Arrays.fill(levels, level.getAsInt());
      return query -> seeing.predict(query.withCondition(told(query.condition(), levels)));
    }
    if (label.isEmpty()) {
      return seeing;
    }
    int[] labels = new int[samples];
    Arrays.fill(labels, label.getAsInt());
    return new Labelled(seeing, labels);
  }

  private static Condition told(Condition condition, double... levels) {
    return condition
        .context()
        .map(said -> condition.withContext(said.withNumbers(levels)))
        .orElse(condition);
  }
}
