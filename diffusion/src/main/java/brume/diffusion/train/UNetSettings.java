package brume.diffusion.train;

import brume.nn.unet.BlockVersion;
import brume.nn.unet.lucid.AttentionPlan;
import brume.nn.unet.lucid.UNetConfig;
import java.util.List;

/** The U-Net that a run describes. */
final class UNetSettings {

  private UNetSettings() {}

  static UNetConfig of(RunConfig config) {
    RunConfig.Network n = config.network();
    if (n.frequencies() != 0) {
      throw new IllegalArgumentException(
          "--frequencies: expected 0, since --architecture unet has none, got " + n.frequencies());
    }
    int side = config.pictures().size(), coarsest = n.patch() << (n.mults().size() - 1);
    if (side % coarsest != 0) {
      throw new IllegalArgumentException(
          "--size: expected a multiple of %d, which is --patch %d halved at every level but the last of"
                  .formatted(coarsest, n.patch())
              + " --mults, got " + side);
    }
    if (n.blocks() == BlockVersion.GROUP_NORM && n.dim() % n.groups() != 0) {
      throw new IllegalArgumentException(
          "--groups: expected a number that divides --dim %d, got %d; choose a --dim that is a multiple of --groups"
              .formatted(n.dim(), n.groups()));
    }
    if (n.blocks() == BlockVersion.GROUP_NORM && n.dropout() != 0) {
      throw new IllegalArgumentException(
          "--dropout: expected 0, since --blocks group_norm have none, got " + n.dropout());
    }
    int channels = config.pictures().channels() * n.patch() * n.patch();
    return UNetConfig.image(n.blocks(), channels, n.dim(), n.mults())
        .attention(AttentionPlan.image(
            n.mults().size(),
            List.of(),
            List.of(n.heads()),
            List.of(n.headDim()),
            n.blocks().memory()))
        .groups(n.groups())
        .selfCondition(n.selfCondition())
        .dropout(n.dropout())
        .build();
  }
}
