package brume.diffusion.image;

/** Plots need XChart, which does not come with Brume as a library. */
public final class Plots {

  private Plots() {}

  /**
   * Refuses to plot where that cannot be done, before any class of XChart is asked for.
   *
   * @throws PlotException if XChart is not on the class path
   */
  public static void require() throws PlotException {
    try {
      Class.forName("org.knowm.xchart.XYChart", false, Plots.class.getClassLoader());
    } catch (ClassNotFoundException none) {
      throw new PlotException(
          "plots: expected org.knowm.xchart:xchart on the class path, found none; add it to the"
              + " dependencies, or show samples in another way",
          none);
    }
  }
}
