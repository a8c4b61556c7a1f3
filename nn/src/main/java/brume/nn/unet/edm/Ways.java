package brume.nn.unet.edm;

import brume.nn.Parameters;
import brume.nn.init.Initialization;
import brume.nn.layer.Conv2d;
import brume.nn.unet.Hourglass.Level;
import brume.nn.unet.Hourglass.Step;
import brume.nn.unet.edm.EdmBlock.Way;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The way down, the middle and the way up, which both networks of EDM have in common: a level begins
 * with the block that leads to it.
 *
 * @param first convolution, before the way down
 * @param downs levels of the way down, finest first
 * @param middle between the two ways
 * @param ups levels of the way up, finest first
 */
record Ways(Conv2d first, List<Level> downs, Step middle, List<Level> ups) {

  /** Copies the lists. {@inheritDoc} */
  Ways {
    downs = List.copyOf(downs);
    ups = List.copyOf(ups);
  }

  /** Which blocks of the way up attend, at levels that do. */
  enum AttentionUp {
    /** All of them. */
    ALL,
    /** The last one of a level. */
    LAST
  }

  /**
   * Builds both ways.
   *
   * @param at place of the network
   * @param config sizes
   * @param block what all blocks have in common
   * @param channels behind the first convolution
   * @param up which blocks of the way up attend
   * @return under the names that EDM gives them
   */
  static Ways of(
      Parameters at, EdmConfig config, EdmBlockConfig block, int channels, AttentionUp up) {
    return new Builder(at, config, block, channels, up).ways();
  }

  private record Builder(
      Parameters at, EdmConfig config, EdmBlockConfig block, int channels, AttentionUp up) {

    Ways ways() {
      Initialization inner = block.rules().inner();
      Conv2d first = EdmBlock.conv(place("enc", 0, "conv"), config.channels(), channels, 3, inner);
      List<Level> downs = new ArrayList<>(), ups = new ArrayList<>();
      for (int level = 0; level < config.levels(); level++) {
        downs.add(wayDown(level));
      }
      Step middle = middle();
      for (int level = config.levels() - 1; level >= 0; level--) {
        ups.add(wayUp(level));
      }
      Collections.reverse(ups);
      return new Ways(first, downs, middle, ups);
    }

    private Level wayDown(int level) {
      int width = config.width(level);
      boolean attends = config.attendsAt(level);
      List<Step> steps = new ArrayList<>();
      for (int i = 0; i < config.blocks(); i++) {
        int cin = i == 0 ? finer(level) : width;
        steps.add(block("enc", level, "block" + i, Way.ALONG, cin, width, attends));
      }
      return new Level(
          steps,
          level == config.levels() - 1
              ? Step.NOTHING
              : block("enc", level + 1, "down", Way.DOWN, width, width, false));
    }

    private Step middle() {
      int coarsest = config.levels() - 1, width = config.width(coarsest);
      EdmBlock before = block("dec", coarsest, "in0", Way.ALONG, width, width, true);
      EdmBlock after = block("dec", coarsest, "in1", Way.ALONG, width, width, false);
      return (x, told) -> after.forward(before.forward(x, told), told);
    }

    private Level wayUp(int level) {
      int width = config.width(level), last = config.blocks();
      int coarser = config.width(Math.min(level + 1, config.levels() - 1));
      List<Step> steps = new ArrayList<>();
      for (int i = 0; i <= last; i++) {
        int below = i == 0 ? coarser : width, beside = i == last ? finer(level) : width;
        boolean attends = config.attendsAt(level) && (up == AttentionUp.ALL || i == last);
        steps.add(block("dec", level, "block" + i, Way.ALONG, below + beside, width, attends));
      }
      return new Level(
          steps,
          level == 0 ? Step.NOTHING : block("dec", level - 1, "up", Way.UP, width, width, false));
    }

    /** Channels of what leads to a level on the way down. */
    private int finer(int level) {
      return level == 0 ? channels : config.width(level - 1);
    }

    private EdmBlock block(
        String way, int level, String name, Way leads, int cin, int cout, boolean attends) {
      return new EdmBlock(place(way, level, name), block, leads, cin, cout, attends);
    }

    private Parameters place(String way, int level, String name) {
      return at.child(way + "." + config.resolution(level) + "_" + name);
    }
  }
}
