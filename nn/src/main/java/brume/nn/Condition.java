package brume.nn;

import static brume.autograd.function.pointwise.Add.add;

import brume.autograd.Variable;
import brume.tensor.ShapeException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What is known of data besides their noisy form. Whatever it is, it comes here, so that only those
 * who give it and those who look at it know about it: wrappers hand conditions on unread.
 */
public final class Condition {

  /** The label of a sample whose class is not told. */
  public static final int NO_CLASS = -1;

  private static final Condition NONE = new Condition(
      Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private final Optional<Variable> former;
  private final Optional<int[]> labels;
  private final Optional<Context> context;
  private final Optional<Variable> pictures;
  private final Optional<Variable> added;

  /** Labels are not copied: who calls this may change them, as {@link FixedQuery} does. */
  Condition(
      Optional<Variable> former,
      Optional<int[]> labels,
      Optional<Context> context,
      Optional<Variable> pictures,
      Optional<Variable> added) {
    this.former = former;
    this.labels = labels;
    this.context = context;
    this.pictures = pictures;
    this.added = added;
  }

  /**
   * Nothing is known.
   *
   * @return the empty condition
   */
  public static Condition none() {
    return NONE;
  }

  /**
   * This condition and an earlier estimate of the data.
   *
   * @param x0 (N, ..., C) estimate
   * @return for self-conditioned denoisers
   */
  public Condition withFormer(Variable x0) {
    return new Condition(Optional.of(x0), labels, context, pictures, added);
  }

  /**
   * This condition and the classes of the samples.
   *
   * @param classes (N) number of the class of each sample, {@link #NO_CLASS} where it is not told
   * @return for denoisers that know classes
   */
  public Condition withLabels(int... classes) {
    return withKept(classes.clone());
  }

  /** The same with an array that is kept, and looked at anew where recorded work is repeated. */
  Condition withKept(int[] classes) {
    return new Condition(former, Optional.of(classes), context, pictures, added);
  }

  /**
   * This condition and what encoders say about the samples.
   *
   * @param said words, and what else goes with them
   * @return for denoisers that attend to it
   */
  public Condition withContext(Context said) {
    return new Condition(former, labels, Optional.of(said), pictures, added);
  }

  /**
   * This condition and what lies beside the data, pixel by pixel.
   *
   * @param beside (N, H, W, K) such as smaller pictures of the same, brought to their size
   * @return for {@link BesidePictures}
   */
  public Condition withPictures(Variable beside) {
    return new Condition(former, labels, context, Optional.of(beside), added);
  }

  /**
   * This condition without what lies beside the data.
   *
   * @return for networks to which it has been shown
   */
  public Condition withoutPictures() {
    return new Condition(former, labels, context, Optional.empty(), added);
  }

  /**
   * This condition and a vector that is added to what a network tells its blocks of time and class.
   *
   * @param vectors (N, dim) of each sample
   * @return for networks that have {@linkplain Network#knownChannels dim channels} of it
   */
  public Condition withAdded(Variable vectors) {
    return new Condition(former, labels, context, pictures, Optional.of(vectors));
  }

  /**
   * What a network tells its blocks, with what is to be added to it.
   *
   * @param known (N, dim) of time and class
   * @param network what to call it in a message
   * @return (N, dim) the same if nothing is to be added
   * @throws ShapeException if what is to be added is of another shape
   */
  public Variable addedTo(Variable known, String network) {
    if (added.isEmpty()) {
      return known;
    }
    Variable vectors = added.get();
    ShapeException.unless(
        vectors.shape().equals(known.shape()),
        "%s: expected to add %s to what is known of time and class, got %s",
        network,
        known.shape(),
        vectors.shape());
    return add(known, vectors);
  }

  /** What {@link #addedTo} adds. */
  Optional<Variable> added() {
    return added;
  }

  /**
   * An earlier estimate of the data.
   *
   * @return (N, ..., C), empty if there is none yet
   */
  public Optional<Variable> former() {
    return former;
  }

  /**
   * The classes of the samples.
   *
   * @return (N) a copy; empty if no class is told
   */
  public Optional<int[]> labels() {
    return labels.map(int[]::clone);
  }

  /**
   * What encoders say about the samples.
   *
   * @return empty if there is nothing
   */
  public Optional<Context> context() {
    return context;
  }

  /**
   * What encoders say about the samples, for a network that attends to it.
   *
   * @param network what to call it
   * @param samples N
   * @return of N samples
   * @throws ShapeException if there is nothing, or of another number of samples
   */
  public Context context(String network, int samples) {
    ShapeException.unless(
        context.isPresent() && context.get().tokens().shape().dim(0) == samples,
        "%s: expected tokens to attend to for %d samples, got %s",
        network,
        samples,
        context.map(said -> said.tokens().shape().toString()).orElse("none"));
    return context.orElseThrow();
  }

  /**
   * What lies beside the data, pixel by pixel.
   *
   * @return (N, H, W, K), empty if there is nothing
   */
  public Optional<Variable> pictures() {
    return pictures;
  }

  /**
   * The classes of the samples as rows of a table whose last row stands for no class.
   *
   * @param samples N
   * @param classes K, how many there are
   * @return (N) numbers from 0 to K
   * @throws ShapeException if there are more or fewer labels than samples, or one is no class
   */
  public int[] rows(int samples, int classes) {
    int[] rows = new int[samples];
    int[] told = labels.orElse(new int[0]);
    ShapeException.unless(
        labels.isEmpty() || told.length == samples,
        "labels: expected one for each of %d samples, got %d",
        samples,
        told.length);
    for (int n = 0; n < samples; n++) {
      int label = labels.isEmpty() ? NO_CLASS : told[n];
      ShapeException.unless(
          label >= NO_CLASS && label < classes,
          "labels: expected classes from 0 to %d, or %d for none, got %d",
          classes - 1,
          NO_CLASS,
          label);
      rows[n] = label == NO_CLASS ? classes : label;
    }
    return rows;
  }

  /**
   * This condition in other coordinates, for networks that see pixels in another order.
   *
   * @param change what happens to the data, (N, H, W, C)
   * @return the condition in which the same happened to everything that has the form of the data
   */
  public Condition map(UnaryOperator<Variable> change) {
    return former.isEmpty() && pictures.isEmpty()
        ? this
        : new Condition(former.map(change), labels, context, pictures.map(change), added);
  }

  /**
   * Refuses anything known, for a network that does not look at it.
   *
   * @param network what to call it
   * @throws IllegalArgumentException if something is known
   */
  public void requireNone(String network) {
    requireNoFormer(network);
    requireNoLabels(network);
    requireNoContext(network);
    requireNoPictures(network);
    requireNothingAdded(network);
  }

  /**
   * Refuses an earlier estimate, for a network that does not look at it.
   *
   * @param network what to call it
   * @throws IllegalArgumentException if there is one
   */
  public void requireNoFormer(String network) {
    if (former.isPresent()) {
      throw new IllegalArgumentException(
          network + ": expected no former estimate, got one; it is not self-conditioned");
    }
  }

  /**
   * Refuses labels, for a network that does not look at them.
   *
   * @param network what to call it
   * @throws IllegalArgumentException if classes are told
   */
  public void requireNoLabels(String network) {
    if (labels.isPresent()) {
      throw new IllegalArgumentException(
          network + ": expected no labels, got some; it was made for data without classes");
    }
  }

  /**
   * Refuses what encoders say, for a network that does not attend to it.
   *
   * @param network what to call it
   * @throws IllegalArgumentException if there is something
   */
  public void requireNoContext(String network) {
    if (context.isPresent()) {
      throw new IllegalArgumentException(
          network + ": expected no tokens to attend to, got some; it was made without text");
    }
  }

  /**
   * Refuses pictures beside the data, for a network that does not look at them.
   *
   * @param network what to call it
   * @throws IllegalArgumentException if there are some
   */
  public void requireNoPictures(String network) {
    if (pictures.isPresent()) {
      throw new IllegalArgumentException(
          network + ": expected no pictures beside the data, got some; it was made without them");
    }
  }

  /**
   * Refuses vectors to add, for a network that adds none.
   *
   * @param network what to call it
   * @throws IllegalArgumentException if there are some
   */
  public void requireNothingAdded(String network) {
    if (added.isPresent()) {
      throw new IllegalArgumentException(
          network + ": expected nothing to add to what its blocks are told, got something");
    }
  }
}
