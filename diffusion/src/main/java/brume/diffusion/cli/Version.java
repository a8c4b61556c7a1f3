package brume.diffusion.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of this build, as it is written into runs. */
final class Version implements IVersionProvider {

  /** Equal to the version in pom.xml, which a test checks. */
  static final String BRUME = "0.1.0";

  @Override
  public String[] getVersion() {
    return new String[] {"brume " + BRUME};
  }
}
