package brume.nn.unet.edm;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.scale;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.init.Initialization;
import brume.nn.layer.Conv2d;
import brume.nn.unet.Hourglass.Level;
import brume.nn.unet.diffusers.ResnetBlock;
import brume.nn.unet.edm.SongUNetConfig.Encoder;
import java.util.ArrayList;
import java.util.List;

/**
 * What the way down sees at each level besides its own result h, a being what it saw a level before, the
 * picture itself at first:
 *
 * <pre>
 *   skip       a' = halved(a),                      h' = h + conv(a')
 *   residual   a' = (h + halved(conv(a)))/√2,       h' = a'
 * </pre>
 */
final class PicturesBeside {

  private final Encoder encoder;
  private final Filter filter;
  private final List<Conv2d> convs = new ArrayList<>(); // one for each halving

  PicturesBeside(Parameters at, SongUNetConfig config, Initialization rule) {
    this.encoder = config.encoder();
    this.filter = config.filter();
    EdmConfig common = config.common();
    int seen = common.channels();
    for (int level = 1; level < common.levels() && encoder != Encoder.STANDARD; level++) {
      int width = common.width(level - 1);
      String place = "enc." + common.resolution(level);
      if (encoder == Encoder.SKIP) {
        convs.add(EdmBlock.conv(at.child(place + "_aux_skip"), seen, width, 1, rule));
      } else {
        convs.add(new Conv2d(
            at.child(place + "_aux_residual"),
            ResnetBlock.conv(seen, width, 3)
                .withStride(1, 1 + filter.margin())
                .withInitialization(rule)));
        seen = width;
      }
    }
  }

  /** The way down of one pass, in which every halving is followed by a look beside. */
  List<Level> around(List<Level> downs, Variable picture) {
    if (encoder == Encoder.STANDARD) {
      return downs;
    }
    Walk walk = new Walk(picture);
    List<Level> seeing = new ArrayList<>();
    for (int level = 0; level < downs.size(); level++) {
      Level own = downs.get(level);
      int halving = level;
      seeing.add(new Level(
          own.steps(), (x, told) -> walk.besides(halving, own.resample().forward(x, told))));
    }
    return seeing;
  }

  /** One way down. */
  private final class Walk {
    private Variable beside;

    Walk(Variable picture) {
      this.beside = picture;
    }

    Variable besides(int halving, Variable h) {
      Conv2d conv = convs.get(halving);
      if (encoder == Encoder.SKIP) {
        beside = filter.halved(beside);
        return add(h, conv.forward(beside));
      }
      beside = scale(add(h, filter.halvedWithin(conv.forward(beside))), Math.sqrt(0.5));
      return beside;
    }
  }
}
