package brume.nn.unet.lucid;

import brume.nn.layer.AttentionConfig;
import brume.nn.layer.AttentionKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Where a U-Net attends, and how.
 *
 * @param levels settings of each level, finest first
 * @param middle settings between the way down and the way up
 */
public record AttentionPlan(List<AttentionConfig> levels, AttentionConfig middle) {

  private static final int HEADS = 4, HEAD_DIM = 32;

  /** Copies the list. {@inheritDoc} */
  public AttentionPlan {
    levels = List.copyOf(levels);
  }

  /**
   * The plan for images: 4 heads of 32 channels everywhere, full attention at the coarsest level and in
   * the middle.
   *
   * @param levels how many
   * @param memory learned keys and values of each
   * @return the plan
   */
  static AttentionPlan image(int levels, int memory) {
    List<Boolean> full = new ArrayList<>();
    for (int level = 0; level < levels; level++) {
      full.add(level == levels - 1);
    }
    return of(
        full, Collections.nCopies(levels, HEADS), Collections.nCopies(levels, HEAD_DIM), memory);
  }

  /**
   * The plan for signals: 4 heads of 32 channels everywhere, full attention only in the middle.
   *
   * @param levels how many
   * @return the plan
   */
  static AttentionPlan signal(int levels) {
    AttentionConfig linear = AttentionConfig.of(AttentionKind.LINEAR, HEADS, HEAD_DIM);
    return new AttentionPlan(
        Collections.nCopies(levels, linear),
        AttentionConfig.of(AttentionKind.FULL, HEADS, HEAD_DIM));
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
