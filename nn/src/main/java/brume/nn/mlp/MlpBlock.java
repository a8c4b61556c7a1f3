package brume.nn.mlp;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Pointwise.leakyRelu;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.init.Initialization;
import brume.nn.layer.Dropout;
import brume.nn.layer.GroupNorm;
import brume.nn.layer.Linear;
import java.util.Optional;

/**
 * The residual block of {@link Mlp}; the time shifts its middle:
 *
 * <pre>
 *   h = W₁·act(norm(x)) + V·t + v
 *   y = W₂·dropout(act(norm(h))) + x          x through a matrix if the features change
 * </pre>
 */
final class MlpBlock {

  static final Initialization GLOROT = Initialization.glorot(1);

  private static final double EPS = 1e-5; // as layer normalization has it in PyTorch

  private final GroupNorm norm1;
  private final Linear inner;
  private final GroupNorm norm2;
  private final Dropout dropout;
  private final Linear outer;
  private final Linear time;
  private final Optional<Linear> shortcut;

  MlpBlock(Parameters at, MlpConfig config, int in, int out) {
    this.norm1 = norm(at.child("norm1"), config, in);
    this.inner = Linear.withoutBias(at.child("fc1"), in, out, GLOROT);
    this.norm2 = norm(at.child("norm2"), config, out);
    this.dropout = new Dropout(at.child("dropout"), config.dropout());
    this.outer = Linear.withoutBias(at.child("fc2"), out, out, GLOROT);
    this.time = new Linear(at.child("enc"), config.timeDim(), out, GLOROT);
    this.shortcut = in == out
        ? Optional.empty()
        : Optional.of(Linear.withoutBias(at.child("skip"), in, out, GLOROT));
  }

  static GroupNorm norm(Parameters at, MlpConfig config, int features) {
    return new GroupNorm(at, features, config.groups(), EPS);
  }

  static Variable activation(Variable x) {
    return leakyRelu(x, 0.02); // the slope of ddpm-torch's toy_model.py
  }

  /** (N, in) and (N, time features) to (N, out). */
  Variable forward(Variable x, Variable embeddedTime, Pass pass) {
    Variable h = add(inner.forward(activation(norm1.forward(x))), time.forward(embeddedTime));
    h = outer.forward(dropout.forward(activation(norm2.forward(h)), pass));
    return add(h, shortcut.map(linear -> linear.forward(x)).orElse(x));
  }
}
