package brume.autograd.einsum;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the layout of a product that copies least. Mutable: holds the best so far.
 *
 * <p>Tries the orders in which a group of labels lies in one of its factors, and for every factor
 * whether to read it where it is or to copy it into an order that fits any product.
 */
final class ProductSearch {

  /** Number of values that are still to be computed. */
  static final int COPY = -1;

  /** Starting another batch takes about as long as copying so many numbers. */
  private static final int CALL = 4096;

  private final String labels;
  private final boolean ordered;
  private final LabelSizes sizes;
  private @Nullable ProductLayout best;
  private long cost = Long.MAX_VALUE;

  private ProductSearch(String labels, boolean ordered, LabelSizes sizes) {
    this.labels = labels;
    this.ordered = ordered;
    this.sizes = sizes;
  }

  /**
   * The layout that copies least.
   *
   * @param a one factor; labels only it has are in the result
   * @param b the other one, likewise
   * @param labels of the result
   * @param ordered whether the result has to have them in this order in the end
   * @return the layout; factors to be copied have value {@link #COPY}
   */
  static ProductLayout cheapest(Factor a, Factor b, String labels, boolean ordered) {
    ProductSearch search = new ProductSearch(labels, ordered, a.sizes());
    search.lookAt(false, a, b);
    search.lookAt(true, b, a);
    ProductLayout best = search.best;
    if (best == null) {
      throw new IllegalStateException("einsum: no layout for %s times %s".formatted(a, b));
    }
    return best;
  }

  private void lookAt(boolean swapped, Factor a, Factor b) {
    Factor y = Factor.dense(COPY, labels, sizes);
    String both = Labels.common(a.labels(), b.labels());
    for (String batch : orders(Labels.common(both, labels), a, b, y)) {
      for (String k : orders(Labels.without(both, labels), a, b)) {
        for (String m : orders(Labels.without(a.labels(), both), a, y)) {
          for (String n : orders(Labels.without(b.labels(), both), b, y)) {
            lookAt(swapped, a, b, batch, m, n, k);
          }
        }
      }
    }
  }

  private void lookAt(
      boolean swapped, Factor a, Factor b, String batch, String m, String n, String k) {
    Factor[] as = {a, Factor.dense(COPY, batch + m + k, sizes)};
    Factor[] bs = {b, Factor.dense(COPY, batch + k + n, sizes)};
    Factor[] ys = {Factor.dense(COPY, labels, sizes), Factor.dense(COPY, batch + m + n, sizes)};
    for (Factor left : as) {
      for (Factor right : bs) {
        for (Factor result : ys) {
          consider(new ProductLayout(swapped, left, right, result, batch, m, n, k));
        }
      }
    }
  }

  private void consider(ProductLayout layout) {
    if (!layout.isPossible()) {
      return;
    }
    boolean rearranged = ordered && !layout.result().labels().equals(labels);
    long total = (long) CALL * layout.callCount();
    total += layout.left().value() == COPY ? layout.left().count() : 0;
    total += layout.right().value() == COPY ? layout.right().count() : 0;
    total += rearranged ? layout.result().count() : 0;
    if (total < cost) {
      cost = total;
      best = layout;
    }
  }

  /** The orders in which some labels lie in each of the factors. */
  private static Set<String> orders(String some, Factor... factors) {
    Set<String> orders = new LinkedHashSet<>();
    for (Factor factor : factors) {
      orders.add(factor.ordered(some));
    }
    return orders;
  }
}
