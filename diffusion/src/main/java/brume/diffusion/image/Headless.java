package brume.diffusion.image;

/** Drawing on a machine without a display. */
public final class Headless {
  private static final String PROPERTY = "java.awt.headless";

  private Headless() {}

  /**
   * Makes Java draw into memory without asking for a display, unless the user decided otherwise
   * with {@code -Djava.awt.headless}. Classes that draw call it before they do.
   */
  public static void ensure() {
    if (System.getProperty(PROPERTY) == null) {
      System.setProperty(PROPERTY, "true");
    }
  }
}
