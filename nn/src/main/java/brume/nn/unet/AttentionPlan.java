package brume.nn.unet;

import brume.nn.layer.AttentionConfig;
import brume.nn.layer.AttentionKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a U-Net attends, and how.
 *
 * @param levels settings of each level, finest first
 * @param middle settings between the way down and the way up
 */
public record AttentionPlan(List<AttentionConfig> levels, AttentionConfig middle) {

  /** Copies the list. {@inheritDoc} */
  public AttentionPlan {
    levels = List.copyOf(levels);
  }

  /**
   * Full attention at some levels and in the middle, linear attention at the others.
   *
   * @param full whether each level has full attention, finest first
   * @param heads number of heads of each level; the last serve the middle too
   * @param headDims channels per head of each level; the last serve the middle too
   * @param memory learned keys and values of each
   * @return the plan
   */
  public static AttentionPlan of(
      List<Boolean> full, List<Integer> heads, List<Integer> headDims, int memory) {
    if (full.isEmpty() || heads.size() != full.size() || headDims.size() != full.size()) {
      throw new IllegalArgumentException(
          "attention: expected kinds, heads and channels per head of as many levels, got %d, %d, %d"
              .formatted(full.size(), heads.size(), headDims.size()));
    }
    List<AttentionConfig> levels = new ArrayList<>();
    for (int i = 0; i < full.size(); i++) {
      AttentionKind kind = full.get(i) ? AttentionKind.FULL : AttentionKind.LINEAR;
      levels.add(new AttentionConfig(kind, heads.get(i), headDims.get(i), memory));
    }
    int last = full.size() - 1;
    return new AttentionPlan(
        levels,
        new AttentionConfig(AttentionKind.FULL, heads.get(last), headDims.get(last), memory));
  }
}
