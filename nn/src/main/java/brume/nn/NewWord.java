package brume.nn;

import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A word that text towers learn by textual inversion: rows in place of those of their tables, which learn while all
 * else stays as it is.
 *
 * @param word such as {@code <my-cat>}
 * @param rows of each tower (n, dim), which are its parameters
 * @see <a href="https://arxiv.org/abs/2208.01618">Gal et al., An Image is Worth One Word (2022)</a>
 */
public record NewWord(String word, List<Variable> rows) implements Layer {

  private static final String TOWER = "tower"; // what rows are called, with their number behind

  /** Refuses towers that would have other numbers of rows. {@inheritDoc} */
  public NewWord {
    rows = List.copyOf(rows);
    int count = rows.isEmpty() ? 0 : rows.get(0).shape().dim(0);
    for (Variable each : rows) {
      ShapeException.unless(
          each.shape().rank() == 2 && each.shape().dim(0) == count,
          "word: expected %d rows for each tower, got %s",
          count,
          each.shape());
    }
  }

  /**
   * A word that begins as others.
   *
   * @param word such as {@code <my-cat>}
   * @param begins of each tower the rows with which it begins, (n, dim); not copied
   * @return a word that learns
   */
  public static NewWord beginning(String word, List<Tensor> begins) {
    return new NewWord(word, begins.stream().map(Variable::parameter).toList());
  }

  /**
   * What the rows of a tower are called among parameters.
   *
   * @param tower its number, from 0
   * @return a name
   */
  public static String name(int tower) {
    return TOWER + "." + tower;
  }

  @Override
  public List<NamedParameter> parameters() {
    List<NamedParameter> named = new ArrayList<>();
    for (Variable each : rows) {
      named.add(new NamedParameter(name(named.size()), each, StoredLayout.SAME));
    }
    return named;
  }
}
