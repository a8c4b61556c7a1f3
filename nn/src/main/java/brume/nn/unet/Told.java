package brume.nn.unet;

import brume.autograd.Variable;
import brume.nn.Context;
import brume.nn.Pass;
import java.util.Optional;

/**
 * What the steps of an {@link Hourglass} are told.
 *
 * @param time (N, time channels) the embedded times
 * @param activatedTime (N, time channels) the same activated, where the projection of most blocks begins
 * @param context what encoders say, for steps that attend to it
 * @param pass training or not
 */
public record Told(Variable time, Variable activatedTime, Optional<Context> context, Pass pass) {

  /**
   * Time alone.
   *
   * @param activatedTime (N, time channels) the embedded times, activated
   * @param pass training or not
   * @return for steps that attend to nothing else
   */
  public static Told of(Variable activatedTime, Pass pass) {
    return new Told(activatedTime, activatedTime, Optional.empty(), pass);
  }
}
