package brume.tensor.io;

import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;

/** A file that is not safetensors: one sentence with the file, what was expected and what came. */
public final class SafeTensorsException extends IOException {

  private static final long serialVersionUID = 1;

  SafeTensorsException(Path file, String format, Object... arguments) {
    super(file + ": " + Text.of(format, arguments));
  }
}
