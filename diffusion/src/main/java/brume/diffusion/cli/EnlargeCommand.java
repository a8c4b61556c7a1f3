package brume.diffusion.cli;

import picocli.CommandLine.Command;

/** {@code brume enlarge}: gives a small picture the details that it may have. */
@Command(
    name = "enlarge",
    description = {
      "Enlarges a picture with what a run has learned that was trained with --condition super-resolution, each"
          + " sample in another way.",
      "Or with a folder that diffusers has saved of an upscaler, which is told by --prompt what the picture shows.",
      "All but the picture is as in brume sample."
    })
final class EnlargeCommand extends DrawingCommand {

  private static final long USUAL = 4; // samples, which are much alike

  EnlargeCommand() {
    super(new EnlargedPicture(), USUAL);
  }
}
