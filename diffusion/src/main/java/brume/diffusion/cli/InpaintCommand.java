package brume.diffusion.cli;

import picocli.CommandLine.Command;

/** {@code brume inpaint}: paints a part of a picture anew. */
@Command(
    name = "inpaint",
    description = {
      "Paints a part of a picture anew with what a run has learned, each sample in another way. What the"
          + " mask leaves black stays as it is.",
      "A run that draws what texts say is told by --prompt what the whole picture shows.",
      "All but the picture is as in brume sample."
    })
final class InpaintCommand extends DrawingCommand {

  private static final long USUAL = 16; // samples, each of which goes many ways back

  InpaintCommand() {
    super(new PaintedPicture(), USUAL);
  }
}
