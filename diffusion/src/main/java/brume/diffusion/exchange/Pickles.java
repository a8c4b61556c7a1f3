package brume.diffusion.exchange;

import brume.tensor.Text;
import brume.tensor.io.FileContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipFile;

/** Weights that PyTorch has saved as a program of Python, which is not run. */
final class Pickles {

  private static final List<String> ENDINGS = List.of(".bin", ".pt", ".pth", ".ckpt", ".pkl");

  private Pickles() {}

  /** Whether a file is called like one. */
  static boolean isNamedSo(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(name::endsWith);
  }

  /** Whether a file is one, whatever it is called. */
  static boolean isOne(Path file) throws IOException {
    FileContent content = FileContent.of(file);
    return content == FileContent.PICKLE || content == FileContent.ZIP && holdsOne(file);
  }

  private static boolean holdsOne(Path file) {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return zip.stream().anyMatch(entry -> entry.getName().endsWith("data.pkl"));
    } catch (IOException damaged) {
      return false;
    }
  }

  /** Says what to do with it. */
  static IOException refusal(Path file) {
    String name = String.valueOf(file.getFileName());
    String stem = ENDINGS.stream()
        .reduce(
            name,
            (n, ending) -> n.toLowerCase(Locale.ROOT).endsWith(ending)
                ? n.substring(0, n.length() - ending.length())
                : n);
    String converted = stem.endsWith(".safetensors") ? "converted-" + stem : stem + ".safetensors";
    return new IOException(Text.of(
        "%s: expected a safetensors file, got a pickle of Python, which is a program and is not run;"
            + " convert it beside it with these two lines of Python:%n"
            + "import torch, safetensors.torch; d = torch.load(\"%s\", map_location=\"cpu\", weights_only=True); d = d.get(\"state_dict\", d)%n"
            + "safetensors.torch.save_file({k: v.clone() for k, v in d.items() if torch.is_tensor(v)}, \"%s\")",
        file, name, converted));
  }

  /** Refuses a file that is one, or called like one and not what is wanted. */
  static void refuse(Path file) throws IOException {
    if (Files.isRegularFile(file)
        && (isNamedSo(file) && FileContent.of(file) != FileContent.SAFETENSORS || isOne(file))) {
      throw refusal(file);
    }
  }
}
