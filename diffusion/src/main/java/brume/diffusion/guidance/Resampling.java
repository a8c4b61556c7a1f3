package brume.diffusion.guidance;

import brume.tensor.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * How often a way from noise to data goes back a little, so that what is painted anew has time to agree
 * with what is known.
 *
 * @param every after the step from each level whose number is a multiple of this, and from level 1
 * @param times how often it goes up and down again there; 0 for a way that never turns
 * @param jump levels that it goes up
 * @see <a href="https://arxiv.org/abs/2201.09865">Lugmayr et al., RePaint: Inpainting using Denoising
 *     Diffusion Probabilistic Models (2022), section 4.2</a>
 */
public record Resampling(int every, int times, int jump) {

  /** A way that never turns. */
  public static final Resampling NONE = new Resampling(1, 0, 1);

  /** Refuses ways that lead nowhere. {@inheritDoc} */
  public Resampling {
    if (every < 1 || times < 0 || jump < 1) {
      throw new IllegalArgumentException(Text.of(
          "resampling: expected every and jump of 1 or more and times of 0 or more, got %d, %d and %d",
          every, jump, times));
    }
  }

  /**
   * A move between two neighboring levels.
   *
   * @param level from which a step leads to the one below, or to which noise leads from there
   * @param up whether it is noise
   */
  public record Move(int level, boolean up) {}

  /**
   * The whole way.
   *
   * @param levels number of the levels of noise
   * @param last the way begins at level {@code last − 1}
   * @return all moves in order; the last one leads to data
   */
  public List<Move> moves(int levels, int last) {
    List<Move> moves = new ArrayList<>();
    for (int level = last - 1; level >= 0; level--) {
      moves.add(new Move(level, false));
      if (level > 0 && (level % every == 0 || level == 1)) {
        int top = Math.min(level + jump - 1, levels - 1);
        for (int time = 0; time < times; time++) {
          addJump(moves, level, top);
        }
      }
    }
    return moves;
  }

  private static void addJump(List<Move> moves, int level, int top) {
    for (int up = level; up <= top; up++) {
      moves.add(new Move(up, true));
    }
    for (int down = top; down >= level; down--) {
      moves.add(new Move(down, false));
    }
  }
}
