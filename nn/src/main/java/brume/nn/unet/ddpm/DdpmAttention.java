package brume.nn.unet.ddpm;

import static brume.autograd.function.attention.Attention.attention;

import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.layer.Conv2d;
import brume.nn.layer.GroupNorm;
import java.util.List;

/** Attention of {@link DdpmUNet}: one head of all channels over all pixels, and the residual. */
public final class DdpmAttention implements Layer {

  private final Parameters at;
  private final GroupNorm norm;
  private final Conv2d toQkv;
  private final Conv2d toOut;
  private final double scale;

  /**
   * Creates the layer.
   *
   * @param at its place
   * @param config of the network
   * @param channels C
   */
  public DdpmAttention(Parameters at, DdpmUNetConfig config, int channels) {
    this.at = at;
    this.norm = new GroupNorm(at.child("norm"), channels, config.groups(), DdpmResBlock.EPS);
    this.toQkv = new Conv2d(at.child("project_in"), DdpmResBlock.conv(channels, 3 * channels, 1));
    this.toOut = new Conv2d(
        at.child("project_out"),
        DdpmResBlock.conv(channels, channels, 1).withInitialization(DdpmResBlock.NEARLY_ZERO));
    this.scale = 1 / Math.sqrt(channels);
  }

  /**
   * Applies the layer.
   *
   * @param x (N, H, W, C)
   * @return of the same shape, residual included
   */
  public Variable forward(Variable x) {
    return toOut.forwardPlus(attention(toQkv.forward(norm.forward(x)), 1, scale), x);
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
