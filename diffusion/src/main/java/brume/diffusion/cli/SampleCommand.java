package brume.diffusion.cli;

import picocli.CommandLine.Command;

/** {@code brume sample}: draws samples from what a run has learned. */
@Command(
    name = "sample",
    description = {
      "Draws samples from the averaged parameters of a run's newest checkpoint, or from a model that"
          + " diffusers has saved or brume export has written.",
      "Any number of them takes the same memory. What was drawn before a sampling was stopped is kept beside"
          + " --out, and the same command goes on there."
    })
final class SampleCommand extends DrawingCommand {

  private static final long USUAL = 64; // samples

  SampleCommand() {
    super(new StartPicture(), USUAL);
  }
}
