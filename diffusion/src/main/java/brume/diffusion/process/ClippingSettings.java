package brume.diffusion.process;

/** Settings of what happens to estimates of the data while sampling: a kind of {@link Clippings}. */
public interface ClippingSettings {

  /**
   * What it does.
   *
   * @return applied to every estimate
   */
  Clipping create();
}
