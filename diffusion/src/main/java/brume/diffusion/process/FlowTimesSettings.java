package brume.diffusion.process;

/** Settings of the times that training looks at: a kind of {@link FlowTimesKinds}. */
public interface FlowTimesSettings {

  /**
   * The law of the times.
   *
   * @return what draws them
   */
  FlowTimes create();
}
