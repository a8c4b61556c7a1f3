package brume.diffusion.run;

import brume.tensor.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which checkpoints stay when a new one has been written.
 *
 * @param newest how many of the newest, the new one included; 1 or more
 * @param best whether the one of the lowest score stays, too
 */
public record Keep(int newest, boolean best) {

  /** Refuses to keep none. {@inheritDoc} */
  public Keep {
    if (newest < 1) {
      throw new IllegalArgumentException(
          Text.of("checkpoints to keep: expected 1 or more, got %d", newest));
    }
  }

  /**
   * The rule unless another is given.
   *
   * @return the newest two: the second is there in case the first is damaged later
   */
  public static Keep two() {
    return new Keep(2, false);
  }

  /**
   * Deletes none.
   *
   * @return the rule
   */
  public static Keep all() {
    return new Keep(Integer.MAX_VALUE, false);
  }

  /** Those to delete; states come with the newest first, and equal scores leave the newer one. */
  List<CheckpointState> toDelete(List<CheckpointState> newestFirst) {
    List<CheckpointState> older = new ArrayList<>(
        newestFirst.subList(Math.min(newest, newestFirst.size()), newestFirst.size()));
    if (best) {
      newestFirst.stream()
          .filter(state -> state.score() != null)
          .min(Comparator.comparing(state -> scoreOf(state)))
          .ifPresent(older::remove);
    }
    return older;
  }

  private static double scoreOf(CheckpointState state) {
    Double score = state.score();
    return score == null ? Double.POSITIVE_INFINITY : score;
  }
}
