package brume.diffusion.train;

import brume.nn.mlp.MlpConfig;
import java.util.List;

/** The perceptron that a run describes: it sees all numbers of a picture, or of a point, at once. */
final class MlpSettings {

  private MlpSettings() {}

  static MlpConfig of(RunConfig config) {
    RunConfig.Network n = config.network();
    if (n.patch() != 1) {
      throw new IllegalArgumentException(
          "--patch: expected 1, since --architecture mlp has no pixels, got " + n.patch());
    }
    if (n.selfCondition()) {
      throw new IllegalArgumentException(
          "--self-condition: expected off, since --architecture mlp does not have it, got on");
    }
    List<Integer> widths =
        n.mults().stream().map(multiple -> multiple * n.dim()).toList();
    for (int width : widths) {
      if (width % n.groups() != 0) {
        throw new IllegalArgumentException(
            "--groups: expected a number that divides %d, a multiple of --dim, got %d; choose a --dim that is a multiple of --groups"
                .formatted(width, n.groups()));
      }
    }
    int side = config.pictures().size(),
        features = side * side * config.pictures().channels();
    return new MlpConfig(
        features, features, n.frequencies(), n.dim(), widths, n.groups(), n.dropout());
  }
}
