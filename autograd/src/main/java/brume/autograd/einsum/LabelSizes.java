package brume.autograd.einsum;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * How large the axes are that labels stand for.
 *
 * @param byLabel size of each label
 */
public record LabelSizes(Map<Character, Integer> byLabel) {

  /** Keeps a copy. {@inheritDoc} */
  public LabelSizes {
    byLabel = Map.copyOf(byLabel);
  }

  int of(char label) {
    return requireNonNull(byLabel.get(label));
  }

  /** Number of elements of a tensor with these axes; in floating point, for it may be a plan's only. */
  double volume(String labels) {
    double volume = 1;
    for (int i = 0; i < labels.length(); i++) {
      volume *= of(labels.charAt(i));
    }
    return volume;
  }
}
