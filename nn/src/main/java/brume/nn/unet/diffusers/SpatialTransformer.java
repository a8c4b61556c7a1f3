package brume.nn.unet.diffusers;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Context;
import brume.nn.Parameters;
import brume.nn.layer.Conv2d;
import brume.nn.layer.GroupNorm;
import brume.nn.layer.Linear;
import brume.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Pixels as tokens: normalized, projected, through transformer blocks, projected, and the residual. */
final class SpatialTransformer {

  private static final double EPS = 1e-6;

  private final GroupNorm norm;
  private final UnaryOperator<Variable> in;
  private final List<TransformerBlock> blocks = new ArrayList<>();
  private final UnaryOperator<Variable> out;

  SpatialTransformer(
      Parameters at, UNet2DConditionConfig config, UNet2DConditionConfig.Level level) {
    int width = level.width();
    this.norm = new GroupNorm(at.child("norm"), width, config.groups(), EPS);
    this.in = projection(at.child("proj_in"), width, config.linearProjection());
    for (int i = 0; i < level.transformerBlocks(); i++) {
      blocks.add(new TransformerBlock(
          at.child("transformer_blocks." + i),
          width,
          level.tokenChannels(),
          level.heads(),
          level.seesTokensOnly()));
    }
    this.out = projection(at.child("proj_out"), width, config.linearProjection());
  }

  /** Of every pixel by itself: as a matrix or as a convolution, which differ in files alone. */
  private static UnaryOperator<Variable> projection(Parameters at, int width, boolean linear) {
    return linear
        ? new Linear(at, width, width)::forward
        : new Conv2d(at, ResnetBlock.conv(width, width, 1))::forward;
  }

  /** (N, H, W, C) to the same shape. */
  Variable forward(Variable x, Context context) {
    Shape shape = x.shape();
    Shape rows = Shape.of(shape.dim(0), shape.dim(1) * shape.dim(2), shape.dim(3));
    return Tape.tidy(() -> {
      Variable h = reshape(in.apply(norm.forward(x)), rows);
      for (TransformerBlock block : blocks) {
        h = block.forward(h, context);
      }
      return add(out.apply(reshape(h, shape)), x);
    });
  }
}
