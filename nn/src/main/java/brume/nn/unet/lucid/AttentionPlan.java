package brume.nn.unet.lucid;

import static brume.nn.ConfigException.unless;

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

  /** Heads, and channels of each, unless told otherwise. */
  public static final int HEADS = 4, HEAD_DIM = 32;

  /** Copies the list. {@inheritDoc} */
  public AttentionPlan {
    levels = List.copyOf(levels);
  }

  /**
   * The plan for images: full attention at some levels and in the middle, linear attention at the
   * others.
   *
   * @param levels how many
   * @param full whether each level has full attention, finest first, or one answer for all; empty for
   *     the coarsest alone
   * @param heads number of heads of each level, or one number for all; the last serve the middle too
   * @param headDims channels per head of each level, or one number for all; the last serve the middle
   *     too
   * @param memory learned keys and values of each
   * @return the plan
   * @throws brume.nn.ConfigException if a list has neither one entry nor one for each level
   */
  public static AttentionPlan image(
      int levels, List<Boolean> full, List<Integer> heads, List<Integer> headDims, int memory) {
    List<Boolean> kinds = full.isEmpty() ? coarsest(levels) : spread("kinds", full, levels);
    List<Integer> counts = spread("heads", heads, levels);
    List<Integer> dims = spread("channels per head", headDims, levels);
    List<AttentionConfig> each = new ArrayList<>();
    for (int i = 0; i < levels; i++) {
      AttentionKind kind = kinds.get(i) ? AttentionKind.FULL : AttentionKind.LINEAR;
      each.add(new AttentionConfig(kind, counts.get(i), dims.get(i), memory));
    }
    AttentionConfig last = each.get(levels - 1);
    return new AttentionPlan(
        each, new AttentionConfig(AttentionKind.FULL, last.heads(), last.headDim(), memory));
  }

  /**
   * The plan for signals: linear attention of 4 heads of 32 channels at all levels, whatever the heads
   * of the full attention in the middle, and no memory.
   *
   * @param levels how many
   * @param heads number of heads in the middle
   * @param headDim channels of each
   * @return the plan
   */
  public static AttentionPlan signal(int levels, int heads, int headDim) {
    AttentionConfig linear = AttentionConfig.of(AttentionKind.LINEAR, HEADS, HEAD_DIM);
    return new AttentionPlan(
        Collections.nCopies(levels, linear),
        AttentionConfig.of(AttentionKind.FULL, heads, headDim));
  }

  private static List<Boolean> coarsest(int levels) {
    List<Boolean> full = new ArrayList<>(Collections.nCopies(levels, false));
    full.set(levels - 1, true);
    return full;
  }

  private static <T> List<T> spread(String what, List<T> given, int levels) {
    unless(
        given.size() == levels || given.size() == 1,
        "attention: expected %s of all %d levels together or of each, got %d of them",
        what,
        levels,
        given.size());
    return given.size() == levels ? given : Collections.nCopies(levels, given.get(0));
  }
}
