package brume.diffusion.pipeline;

import brume.nn.Context;
import brume.tensor.Text;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a network is told of pictures that are drawn in turn.
 *
 * @param wanted of each kind of picture
 * @param unwanted of each what it is led away from; empty where nothing is led
 */
public record Said(Context wanted, Optional<Context> unwanted) {

  /** Refuses another number of pictures to be led away from. {@inheritDoc} */
  public Said {
    int kinds = wanted.tokens().shape().dim(0);
    if (unwanted.isPresent() && unwanted.get().tokens().shape().dim(0) != kinds) {
      throw new IllegalArgumentException(Text.of(
          "said: expected for each of %d pictures what it is led away from, got %d",
          kinds, unwanted.get().tokens().shape().dim(0)));
    }
  }

  /**
   * What is said of some samples.
   *
   * @param first number of the first one
   * @param count how many with consecutive numbers
   * @return of these, owned by the innermost scope
   */
  public Said of(long first, int count) {
    int kinds = wanted.tokens().shape().dim(0);
    int[] rows = IntStream.range(0, count).map(n -> (int) ((first + n) % kinds)).toArray();
    return new Said(wanted.rows(rows), unwanted.map(all -> all.rows(rows)));
  }
}
