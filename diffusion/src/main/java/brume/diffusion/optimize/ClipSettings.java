package brume.diffusion.optimize;

import brume.nn.optim.GradientClipping;

/** Settings of how gradients are kept small: a kind of {@link Clips}. */
public interface ClipSettings {

  /**
   * What it does.
   *
   * @return applied to the gradients of every step
   */
  GradientClipping create();
}
