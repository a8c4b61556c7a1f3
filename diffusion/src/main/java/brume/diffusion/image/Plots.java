package brume.diffusion.image;

import java.awt.AWTError;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.function.Supplier;

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

  /**
   * Draws something with text in it.
   *
   * @param file what the error message calls it
   * @param drawing makes the image
   * @return the image
   * @throws PlotException if drawing fails in any way
   */
  static BufferedImage drawn(Path file, Supplier<BufferedImage> drawing) throws PlotException {
    try {
      return drawing.get();
    } catch (RuntimeException | LinkageError | InternalError | AWTError e) {
      // A missing font or font library shows as any of these, depending on the JDK. A plot is not
      // worth a finished run, so the caller gets an exception it has to expect.
      throw new PlotException(
          file + ": expected to draw a plot with text, got " + e + "; if this machine has no fonts,"
              + " install some (Debian: fontconfig and fonts-dejavu-core)",
          e);
    }
  }
}
