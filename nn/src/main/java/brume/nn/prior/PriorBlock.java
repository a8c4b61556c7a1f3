package brume.nn.prior;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Pointwise.gelu;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.layer.Heads;
import brume.nn.layer.LayerNorm;
import brume.nn.layer.Linear;
import java.util.Optional;

/** Tokens attend to those before them, then each goes through two layers; both with a residual. */
final class PriorBlock {

  static final double EPS = 1e-5; // of all normalizations
  private static final int WIDER = 4; // between the two layers

  private final int heads;
  private final LayerNorm norm1;
  private final Linear toQ;
  private final Linear toK;
  private final Linear toV;
  private final Linear toOut;
  private final LayerNorm norm2;
  private final Linear inner;
  private final Linear outer;

  PriorBlock(Parameters at, PriorConfig config) {
    int dim = config.dim();
    this.heads = config.heads();
    this.norm1 = new LayerNorm(at.child("norm1"), dim, EPS);
    this.toQ = new Linear(at.child("attn1.to_q"), dim, dim);
    this.toK = new Linear(at.child("attn1.to_k"), dim, dim);
    this.toV = new Linear(at.child("attn1.to_v"), dim, dim);
    this.toOut = new Linear(at.child("attn1.to_out.0"), dim, dim);
    this.norm2 = new LayerNorm(at.child("norm3"), dim, EPS);
    this.inner = new Linear(at.child("ff.net.0.proj"), dim, WIDER * dim);
    this.outer = new Linear(at.child("ff.net.2"), WIDER * dim, dim);
  }

  /** (N, L, dim) to the same shape; the summands (N or 1, 1, L, L) are added to products. */
  Variable forward(Variable x, Variable summands) {
    return Tape.tidy(() -> {
      Variable seen = norm1.forward(x);
      Variable attended = Heads.attend(
          toQ.forward(seen), toK.forward(seen), toV.forward(seen), heads, Optional.of(summands));
      Variable h = add(x, toOut.forward(attended));
      return add(h, outer.forward(gelu(inner.forward(norm2.forward(h)))));
    });
  }
}
