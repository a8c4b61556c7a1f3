package brume.diffusion.train;

import static brume.autograd.function.resample.PixelShuffle.pixelShuffle;
import static brume.autograd.function.resample.PixelUnshuffle.pixelUnshuffle;

import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.Pass;
import brume.nn.layer.AttentionConfig;
import brume.nn.layer.AttentionKind;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.lucid.AttentionPlan;
import brume.nn.unet.lucid.UNet;
import brume.nn.unet.lucid.UNetConfig;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.List;

/** A U-Net that sees squares of pixels as channels. */
final class PatchedUNet implements Denoiser {

  private final UNet network;
  private final int patch;

  PatchedUNet(RunConfig config, Device device, RandomKey key) {
    this.network = new UNet(device, key, settings(config));
    this.patch = config.network().patch();
  }

  /** Settings of the U-Net itself. */
  static UNetConfig settings(RunConfig config) {
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
    UNetConfig plain = UNetConfig.image(n.blocks(), channels, n.dim(), n.mults());
    List<AttentionConfig> levels = new ArrayList<>();
    for (AttentionConfig level : plain.attention().levels()) {
      levels.add(new AttentionConfig(level.kind(), n.heads(), n.headDim(), level.memory()));
    }
    int memory = plain.attention().middle().memory();
    return plain
        .withAttention(new AttentionPlan(
            levels, new AttentionConfig(AttentionKind.FULL, n.heads(), n.headDim(), memory)))
        .withGroups(n.groups())
        .withSelfCondition(n.selfCondition())
        .withDropout(n.dropout());
  }

  @Override
  public Variable predict(Variable xt, double[] times, Pass pass) {
    return outOfPatches(network.forward(intoPatches(xt), times, pass));
  }

  @Override
  public Variable predict(Variable xt, Variable x0, double[] times, Pass pass) {
    return isSelfConditioned()
        ? outOfPatches(network.forward(intoPatches(xt), intoPatches(x0), times, pass))
        : predict(xt, times, pass);
  }

  @Override
  public boolean isSelfConditioned() {
    return network.config().selfCondition();
  }

  @Override
  public List<NamedParameter> parameters() {
    return network.parameters();
  }

  private Variable intoPatches(Variable x) {
    return patch == 1 ? x : pixelUnshuffle(x, patch);
  }

  private Variable outOfPatches(Variable x) {
    return patch == 1 ? x : pixelShuffle(x, patch);
  }
}
