package brume.nn.unet.lucid;

import static brume.autograd.function.pointwise.Add.add;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.layer.AttentionConfig;
import brume.nn.layer.Domain;
import brume.nn.layer.SelfAttention;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.ResBlock;
import brume.nn.unet.ResBlockConfig;
import java.util.List;

/** One level of the way down or up: two residual blocks and attention. */
final class Stage {

  private final ResBlock block1;
  private final ResBlock block2;
  private final SelfAttention attention;

  /** Channels: cin come into each block, cout leave. */
  Stage(Parameters at, ResBlockConfig blocks, AttentionConfig attention, int cin, int cout) {
    this.block1 = new ResBlock(at.child("0"), blocks, cin, cout);
    this.block2 = new ResBlock(at.child("1"), blocks, cin, cout);
    this.attention = attention(at.child("2"), blocks, cout, attention);
  }

  static SelfAttention attention(
      Parameters at, ResBlockConfig blocks, int channels, AttentionConfig config) {
    Domain domain = blocks.domain();
    return domain == Domain.IMAGE && blocks.version() != BlockVersion.GUIDED
        ? new SelfAttention(at, domain, channels, config)
        : SelfAttention.wrapped(at, domain, channels, config);
  }

  ResBlock block1() {
    return block1;
  }

  ResBlock block2() {
    return block2;
  }

  Variable attend(Variable x, Pass pass) {
    return residual(attention, x, pass);
  }

  static Variable residual(SelfAttention attention, Variable x, Pass pass) {
    return pass.part(
        attention,
        List.of(x),
        inputs -> Tape.tidy(() -> {
          Variable around = attention.forward(inputs.get(0));
          Variable y = add(around, inputs.get(0));
          around.spare();
          return y;
        }));
  }
}
