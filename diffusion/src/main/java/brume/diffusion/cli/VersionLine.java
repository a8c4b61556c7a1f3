package brume.diffusion.cli;

import brume.diffusion.recipe.Version;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class VersionLine implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {"brume " + Version.BRUME};
  }
}
