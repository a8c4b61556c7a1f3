package brume.nn.unet.diffusers;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.reduce.Mean.mean;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.StoredLayout;
import brume.nn.init.Initializer;
import brume.nn.layer.Heads;
import brume.nn.layer.LayerNorm;
import brume.nn.layer.Linear;
import brume.tensor.Shape;
import brume.tensor.kernel.ReductionGeometry.Axes;
import java.util.Optional;

/** All tokens as one vector: their mean and a learned vector attend to it and to them. */
final class TextPooling {

  private static final double EPS = 1e-5;

  private final int channels;
  private final int heads;
  private final LayerNorm before;
  private final Variable place; // (1, C)
  private final Linear toK;
  private final Linear toQ;
  private final Linear toV;
  private final Linear out;
  private final LayerNorm behind;

  TextPooling(Parameters at, int channels, int out, int heads) {
    this.channels = channels;
    this.heads = heads;
    Parameters pool = at.child("pool");
    this.before = new LayerNorm(at.child("norm1"), channels, EPS);
    this.place = pool.add(
        "positional_embedding", Shape.of(1, channels), StoredLayout.SAME, Initializer.normal());
    this.toK = new Linear(pool.child("k_proj"), channels, channels);
    this.toQ = new Linear(pool.child("q_proj"), channels, channels);
    this.toV = new Linear(pool.child("v_proj"), channels, channels);
    this.out = new Linear(at.child("proj"), channels, out);
    this.behind = new LayerNorm(at.child("norm2"), out, EPS);
  }

  /** (N, L, C) to (N, out). */
  Variable forward(Variable tokens) {
    int samples = tokens.shape().dim(0);
    Variable seen = before.forward(tokens);
    Variable asking = add(mean(seen, Axes.of(1).keep()), place);
    Variable all = concatenate(1, asking, seen);
    Variable pooled = Heads.attend(
        toQ.forward(asking), toK.forward(all), toV.forward(all), heads, Optional.empty());
    return behind.forward(out.forward(reshape(pooled, Shape.of(samples, channels))));
  }
}
