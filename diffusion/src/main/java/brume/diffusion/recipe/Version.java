package brume.diffusion.recipe;

/** The version of this build, as it is written into runs. */
public final class Version {

  /** Equal to the version in pom.xml, which a test checks. */
  public static final String BRUME = "0.2.0";

  private Version() {}
}
