package brume.nn.unet.diffusers;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.layer.Heads;
import brume.nn.layer.Linear;
import java.util.Optional;

/** Attention of positions to tokens, without the residual: W'·attention(Wx, Vy, Uy) + b. */
final class TokenAttention {

  private final Linear toQ;
  private final Linear toK;
  private final Linear toV;
  private final Linear toOut;
  private final int heads;

  /** Attention of positions with so many channels to tokens with others. */
  TokenAttention(Parameters at, int channels, int tokenChannels, int heads) {
    this.heads = heads;
    this.toQ = Linear.withoutBias(at.child("to_q"), channels, channels);
    this.toK = Linear.withoutBias(at.child("to_k"), tokenChannels, channels);
    this.toV = Linear.withoutBias(at.child("to_v"), tokenChannels, channels);
    this.toOut = new Linear(at.child("to_out.0"), channels, channels);
  }

  /** (N, L, C) of positions and (N, T, K) of tokens to (N, L, C). */
  Variable forward(Variable x, Variable tokens, Optional<Variable> hidden) {
    return toOut.forward(
        Heads.attend(toQ.forward(x), toK.forward(tokens), toV.forward(tokens), heads, hidden));
  }
}
