package brume.diffusion.cli;

/** How the command line was started, for sentences that tell what to type next. */
final class CommandName {

  /** Set by whatever starts it otherwise than by the script at the root. */
  static final String PROPERTY = "brume.command";

  private CommandName() {}

  static String get() {
    return System.getProperty(PROPERTY, "./brume");
  }
}
