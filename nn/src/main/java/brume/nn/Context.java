package brume.nn;

import static brume.autograd.function.shape.Select.select;

import brume.autograd.Variable;
import brume.tensor.ShapeException;
import java.util.Optional;

/**
 * What encoders say about samples, for denoisers that attend to it: words as a row of vectors, and what
 * else goes with them.
 *
 * @param tokens (N, L, C) vectors of words, or of other parts
 * @param shown (N·L) whether a token is looked at, row by row, not to be changed; empty for all
 * @param vector (N, D) what is said of each sample as a whole, such as the pooled words or the vector of
 *     a picture
 * @param numbers (N·M) as many numbers of each sample, row by row, not to be changed: its sizes, or the
 *     time up to which a picture beside it is noisy
 */
@SuppressWarnings("ArrayRecordComponent") // contexts are looked at, never compared
public record Context(
    Variable tokens,
    Optional<boolean[]> shown,
    Optional<Variable> vector,
    Optional<double[]> numbers) {

  /** Refuses parts of other numbers of samples. {@inheritDoc} */
  public Context {
    ShapeException.unless(
        tokens.shape().rank() == 3,
        "context: expected tokens of shape (N, L, C), got %s",
        tokens.shape());
    int samples = tokens.shape().dim(0), all = samples * tokens.shape().dim(1);
    ShapeException.unless(
        shown.isEmpty() || shown.get().length == all,
        "context: expected for each of the %d tokens whether it is shown, got %d",
        all,
        shown.map(flags -> flags.length).orElse(0));
    ShapeException.unless(
        vector.isEmpty()
            || vector.get().shape().rank() == 2 && vector.get().shape().dim(0) == samples,
        "context: expected a vector for each of %d samples, got %s",
        samples,
        vector.map(each -> each.shape().toString()).orElse("none"));
    ShapeException.unless(
        numbers.isEmpty() || numbers.get().length > 0 && numbers.get().length % samples == 0,
        "context: expected as many numbers for each of %d samples, got %d",
        samples,
        numbers.map(given -> given.length).orElse(0));
  }

  /**
   * Tokens alone.
   *
   * @param tokens (N, L, C)
   * @return all of them shown
   */
  public static Context of(Variable tokens) {
    return new Context(tokens, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * The same about other tokens.
   *
   * @param others (N, L, C)
   * @return the context
   */
  public Context withTokens(Variable others) {
    return new Context(others, shown, vector, numbers);
  }

  /**
   * The same with some tokens hidden.
   *
   * @param flags (N·L) whether a token is looked at, row by row; not to be changed
   * @return the context
   */
  public Context withShown(boolean... flags) {
    return new Context(tokens, Optional.of(flags), vector, numbers);
  }

  /**
   * The same with a vector for each sample.
   *
   * @param each (N, D)
   * @return the context
   */
  public Context withVector(Variable each) {
    return new Context(tokens, shown, Optional.of(each), numbers);
  }

  /**
   * The same with numbers of each sample.
   *
   * @param each (N·M) row by row; not to be changed
   * @return the context
   */
  public Context withNumbers(double... each) {
    return new Context(tokens, shown, vector, Optional.of(each));
  }

  /**
   * The same about some samples, or about one of them several times.
   *
   * @param samples their numbers
   * @return in this order
   * @throws IndexOutOfBoundsException if there is no such sample
   */
  public Context rows(int... samples) {
    int all = tokens.shape().dim(0), length = tokens.shape().dim(1);
    boolean[] flags = new boolean[samples.length * length];
    int each = numbers.map(given -> given.length / all).orElse(0);
    double[] some = new double[samples.length * each];
    for (int i = 0; i < samples.length; i++) {
      if (shown.isPresent()) {
        System.arraycopy(shown.get(), samples[i] * length, flags, i * length, length);
      }
      if (numbers.isPresent()) {
        System.arraycopy(numbers.get(), samples[i] * each, some, i * each, each);
      }
    }
    return new Context(
        select(tokens, 0, samples),
        shown.map(given -> flags),
        vector.map(given -> select(given, 0, samples)),
        numbers.map(given -> some));
  }

  /**
   * The vectors, for a network that needs them.
   *
   * @param network what to call it
   * @param channels D
   * @return (N, D)
   * @throws ShapeException if there are none or they are of another length
   */
  public Variable vector(String network, int channels) {
    ShapeException.unless(
        vector.isPresent() && vector.get().shape().dim(1) == channels,
        "%s: expected a vector of %d numbers for each sample beside the tokens, got %s",
        network,
        channels,
        vector.map(v -> v.shape().toString()).orElse("none"));
    return vector.orElseThrow();
  }

  /**
   * The numbers, for a network that needs them.
   *
   * @param network what to call it
   * @param each M
   * @return (N·M) row by row; not to be changed
   * @throws ShapeException if there are none, or more or fewer
   */
  public double[] numbers(String network, int each) {
    int samples = tokens.shape().dim(0);
    ShapeException.unless(
        numbers.isPresent() && numbers.get().length == samples * each,
        "%s: expected %d numbers for each of %d samples beside the tokens, got %s",
        network,
        each,
        samples,
        numbers.map(all -> all.length + " in all").orElse("none"));
    return numbers.orElseThrow();
  }
}
