package brume.nn.unet.diffusers;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.layer.Activation;
import brume.nn.layer.Linear;

/** Two linear layers with an activation between, under the names that diffusers gives them. */
public final class VectorEmbedding {

  private final Linear inner;
  private final Activation activation;
  private final Linear outer;

  /**
   * Creates the layers.
   *
   * @param at their place
   * @param in channels of x
   * @param out channels of y, and between the layers
   * @param activation between them
   */
  public VectorEmbedding(Parameters at, int in, int out, Activation activation) {
    this.inner = new Linear(at.child("linear_1"), in, out);
    this.activation = activation;
    this.outer = new Linear(at.child("linear_2"), out, out);
  }

  /**
   * Applies the layers.
   *
   * @param x (N, in)
   * @return (N, out)
   */
  public Variable forward(Variable x) {
    return outer.forward(activation.of(inner.forward(x)));
  }
}
