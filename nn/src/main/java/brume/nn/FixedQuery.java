package brume.nn;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.tensor.Tensor;
import brume.tensor.math.Copies;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A query whose tensors, times and labels always lie at the same places, where others of its kind are
 * copied to: what a network is asked while it is recorded. Mutable.
 */
final class FixedQuery {

  private final Query query;
  private final List<Variable> tensors;
  private final double[] times;
  private final Optional<int[]> labels;
  private final Optional<boolean[]> shown;
  private final Optional<double[]> numbers;
  private RandomKey key;

  /**
   * Makes places in the innermost scope, and copies a query there.
   *
   * @param first any query of the kind
   */
  FixedQuery(Query first) {
    Condition told = first.condition();
    Optional<Context> said = told.context();
    this.times = first.times().clone();
    this.labels = told.labels(); // a copy
    this.shown = said.flatMap(Context::shown).map(boolean[]::clone);
    this.numbers = said.flatMap(Context::numbers).map(double[]::clone);
    this.key = first.pass().root().orElse(RandomKey.of(0));
    Condition condition = new Condition(
        told.former().map(FixedQuery::place),
        labels,
        said.map(context -> new Context(
            place(context.tokens()), shown, context.vector().map(FixedQuery::place), numbers)),
        told.pictures().map(FixedQuery::place),
        told.added().map(FixedQuery::place));
    this.query = new Query(place(first.xt()), times, condition, fixed(first.pass()));
    this.tensors = tensors(query);
    take(first);
  }

  private Pass fixed(Pass pass) {
    Pass fixed = pass.isTraining() ? Pass.training(RandomKey.renewed(() -> key)) : Pass.inference();
    return pass.isRecomputing() ? fixed.recomputing() : fixed;
  }

  private static Variable place(Variable like) {
    Tensor place = like.value().like();
    return wantsGradient(like) ? Variable.parameter(place) : Variable.constant(place);
  }

  private static boolean wantsGradient(Variable variable) {
    return variable.requiresGradient() && Tape.isRecording();
  }

  /** The tensors of a query, always in the same order. */
  private static List<Variable> tensors(Query query) {
    Condition told = query.condition();
    Optional<Context> said = told.context();
    return Stream.of(
            Optional.of(query.xt()),
            told.former(),
            said.map(Context::tokens),
            said.flatMap(Context::vector),
            told.pictures(),
            told.added())
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * What queries have in common that can be copied to the same places.
   *
   * @param query any
   * @return equal for queries of a kind
   */
  static List<Object> kind(Query query) {
    Condition told = query.condition();
    Optional<Context> said = told.context();
    List<Object> kind = new ArrayList<>();
    for (Variable tensor : tensors(query)) {
      kind.add(tensor.shape());
      kind.add(wantsGradient(tensor));
    }
    kind.add(told.former().isPresent());
    kind.add(said.flatMap(Context::vector).isPresent());
    kind.add(told.pictures().isPresent());
    kind.add(told.labels().map(each -> each.length));
    kind.add(said.flatMap(Context::shown).map(each -> each.length));
    kind.add(said.flatMap(Context::numbers).map(each -> each.length));
    kind.add(query.pass().isTraining());
    kind.add(query.pass().isRecomputing());
    kind.add(Tape.isRecording());
    return kind;
  }

  /** The query that is asked. */
  Query query() {
    return query;
  }

  /** Those of its variables that want a gradient. */
  List<Variable> differentiated() {
    return tensors.stream().filter(Variable::requiresGradient).toList();
  }

  /** The variables of another query of the kind that want a gradient, in the same order. */
  static List<Variable> differentiated(Query other) {
    return tensors(other).stream().filter(FixedQuery::wantsGradient).toList();
  }

  /**
   * Copies another query here.
   *
   * @param other of the same kind
   */
  void take(Query other) {
    List<Variable> from = tensors(other);
    for (int i = 0; i < from.size(); i++) {
      Copies.copy(from.get(i).value(), tensors.get(i).value());
    }
    copy(other.times(), times);
    other.condition().labels().ifPresent(each -> copy(each, labels.orElseThrow()));
    other.condition().context().ifPresent(context -> {
      context.shown().ifPresent(each -> copy(each, shown.orElseThrow()));
      context.numbers().ifPresent(each -> copy(each, numbers.orElseThrow()));
    });
    other.pass().root().ifPresent(root -> key = root);
  }

  @SuppressWarnings("SuspiciousSystemArraycopy") // of two arrays of one type
  private static void copy(Object from, Object to) {
    System.arraycopy(from, 0, to, 0, java.lang.reflect.Array.getLength(to));
  }

  /**
   * Changes times, labels and keys to some that no query has, so that who depends on those of one query
   * is noticed.
   */
  void disturb() {
    Arrays.setAll(times, n -> 0.5 * times[n] + 0.25);
    labels.ifPresent(each -> Arrays.fill(
        each, Arrays.stream(each).allMatch(label -> label == 0) ? Condition.NO_CLASS : 0));
    shown.ifPresent(each -> {
      for (int i = 0; i < each.length; i++) {
        each[i] = !each[i];
      }
    });
    numbers.ifPresent(each -> Arrays.setAll(each, n -> 0.5 * each[n] + 0.25));
    key = key.child("disturbed");
  }
}
