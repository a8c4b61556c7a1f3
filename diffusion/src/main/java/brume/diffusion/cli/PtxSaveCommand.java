package brume.diffusion.cli;

import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code brume ptx save}: what every kernel leaves in memory, to be compared with what a GPU leaves. */
@Command(
    name = "save",
    description = {
      "Runs the small examples of all kernels on the emulator and saves what each launch leaves in memory.",
      "cuda-kernels/gpu-check.sh compares a GPU with it, so that the emulator need not run there."
    },
    sortOptions = false)
final class PtxSaveCommand implements Callable<Integer> {

  @Parameters(paramLabel = "FILE", description = "Is written anew.")
  private Path file = Path.of("");

  @Override
  public Integer call() throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    PtxTraceCommand.tracer("ptx save").save(file);
    Telling.say(Text.of("wrote %s, %d bytes", file, Files.size(file)));
    return 0;
  }
}
