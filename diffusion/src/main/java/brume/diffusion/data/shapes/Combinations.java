package brume.diffusion.data.shapes;

import java.util.List;

/** Which combinations of kinds and colours pictures show. */
public enum Combinations {
  /** Those for training: nothing that is held back, alone or together. */
  SEEN {
    @Override
    boolean has(List<Combination> together) {
      return !isHeldBack(together);
    }
  },
  /** In every picture something that training does not show: a combination, or two of them together. */
  HELD_BACK {
    @Override
    boolean has(List<Combination> together) {
      return isHeldBack(together);
    }
  },
  /** Whatever there is. */
  ALL {
    @Override
    boolean has(List<Combination> together) {
      return true;
    }
  };

  /** Whether a picture may show these. */
  abstract boolean has(List<Combination> together);

  /**
   * Combinations that may stand alone.
   *
   * @return in the order of {@link Combination#all}
   */
  public List<Combination> single() {
    return Combination.all().stream().filter(one -> has(List.of(one))).toList();
  }

  private static boolean isHeldBack(List<Combination> together) {
    for (int i = 0; i < together.size(); i++) {
      if (together.get(i).isHeldBack()) {
        return true;
      }
      for (int j = 0; j < i; j++) {
        if (together.get(i).isHeldBackWith(together.get(j))) {
          return true;
        }
      }
    }
    return false;
  }
}
