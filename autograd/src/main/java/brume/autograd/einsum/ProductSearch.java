package brume.autograd.einsum;

import brume.tensor.Text;
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
  private final Factor y; // as it is wanted in the end
  private @Nullable ProductLayout best;
  private long cost = Long.MAX_VALUE;

  private ProductSearch(String labels, boolean ordered, LabelSizes sizes) {
    this.labels = labels;
    this.ordered = ordered;
    this.y = Factor.dense(COPY, labels, sizes);
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
      throw new IllegalStateException(Text.of("einsum: no layout for %s times %s", a, b));
    }
    return best;
  }

  private void lookAt(boolean swapped, Factor a, Factor b) {
    for (int copies = 0; copies < 8; copies++) {
      boolean copyA = (copies & 1) != 0, copyB = (copies & 2) != 0, copyY = (copies & 4) != 0;
      long copied = copyA ? a.count() : 0;
      copied += copyB ? b.count() : 0;
      copied += copyY && ordered ? y.count() : 0;
      if (copied + CALL < cost) {
        lookAt(swapped, a, b, copyA, copyB, copyY, copied);
      }
    }
  }

  /** Labels that only one factor has may be rows or columns, or batches that repeat the other one. */
  private void lookAt(
      boolean swapped,
      Factor a,
      Factor b,
      boolean copyA,
      boolean copyB,
      boolean copyY,
      long copied) {
    String both = Labels.common(a.labels(), b.labels());
    for (String k : orders(Labels.without(both, labels), a, b)) {
      for (String rows : orders(Labels.without(a.labels(), both), a, y)) {
        for (String columns : orders(Labels.without(b.labels(), both), b, y)) {
          for (int i = 0; i <= rows.length(); i++) {
            for (int j = 0; j <= columns.length(); j++) {
              String m = rows.substring(i), n = columns.substring(j);
              for (String batch : orders(Labels.without(labels, m + n), a, b, y)) {
                Factor left = copyA ? copy(a, batch + m + k) : a;
                Factor right = copyB ? copy(b, batch + k + n) : b;
                Factor result = copyY ? copy(y, batch + m + n) : y;
                consider(new ProductLayout(swapped, left, right, result, batch, m, n, k), copied);
              }
            }
          }
        }
      }
    }
  }

  private void consider(ProductLayout layout, long copied) {
    if (layout.isPossible()) {
      long total = copied + (long) CALL * layout.callCount();
      if (total < cost) {
        cost = total;
        best = layout;
      }
    }
  }

  /** A factor to be made of another one, dense. */
  private static Factor copy(Factor of, String order) {
    return Factor.dense(COPY, Labels.common(order, of.labels()), of.sizes());
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
