package brume.nn.unet.ddpm;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.unet.Hourglass;
import brume.nn.unet.Told;
import java.util.Optional;

/** A residual block of {@link DdpmUNet}, followed by attention at the levels that attend. */
final class DdpmStage implements Hourglass.Step {

  private final DdpmResBlock block;
  private final Optional<DdpmAttention> attention;

  DdpmStage(Parameters at, DdpmUNetConfig config, int level, int cin, int cout) {
    boolean attends = config.attention().get(level);
    this.block = new DdpmResBlock(attends ? at.child("0") : at, config, cin, cout);
    this.attention =
        attends ? Optional.of(new DdpmAttention(at.child("1"), config, cout)) : Optional.empty();
  }

  @Override
  public Variable forward(Variable x, Told told) {
    return Tape.tidy(() -> {
      Variable h = block.forward(x, told.activatedTime(), told.pass());
      return attention.map(attend -> attend.forward(h)).orElse(h);
    });
  }
}
