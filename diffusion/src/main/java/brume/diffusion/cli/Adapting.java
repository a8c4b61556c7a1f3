package brume.diffusion.cli;

import brume.diffusion.exchange.EmbeddingFile;
import brume.diffusion.exchange.LoraFile;
import brume.diffusion.pipeline.Adaptation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of what a folder that draws texts has learned besides. */
final class Adapting {

  @Option(
      names = "--lora",
      paramLabel = "FILE[:SCALE]",
      description =
          "With --prompt: low-rank changes of the model (LoRA), a safetensors file or a folder of one, and how"
              + " much of them; several add up. Default: none, and a scale of 1.")
  private List<String> loras = List.of();

  @Option(
      names = "--embedding",
      paramLabel = "FILE[:WORD]",
      description =
          "With --prompt: a word of textual inversion, a safetensors file, and how prompts call it; several"
              + " times for several words. Default: none, and the word that the file says, or else its name.")
  private List<String> embeddings = List.of();

  /** The first option that is given, or none. */
  String given() {
    return !loras.isEmpty() ? "--lora" : !embeddings.isEmpty() ? "--embedding" : "";
  }

  /** Reads what is asked for; nothing large. */
  Adaptation read() throws IOException {
    List<Adaptation.Lora> changes = new ArrayList<>();
    for (String lora : loras) {
      Named named = Named.of("--lora", lora);
      changes.add(new Adaptation.Lora(LoraFile.read(named.file()), scale(named.behind())));
    }
    List<EmbeddingFile> words = new ArrayList<>();
    for (String embedding : embeddings) {
      Named named = Named.of("--embedding", embedding);
      UsageException.unless(
          named.behind().map(word -> !word.isBlank()).orElse(true),
          "--embedding: expected a word behind the colon, got none");
      words.add(EmbeddingFile.read(named.file(), named.behind()));
    }
    return new Adaptation(changes, words);
  }

  private static double scale(Optional<String> text) {
    if (text.isEmpty()) {
      return 1;
    }
    try {
      double scale = Double.parseDouble(text.get());
      UsageException.unless(
          Double.isFinite(scale) && scale != 0,
          "--lora: expected a scale other than 0 behind the colon, got " + text.get());
      return scale;
    } catch (NumberFormatException none) {
      throw new UsageException(
          "--lora: expected a file, or a file, a colon and a number, got a colon and "
              + text.get());
    }
  }

  /** What tells samples with it from others. */
  String fingerprint() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String lora : loras) {
      all.append(", lora ").append(told(Named.of("--lora", lora)));
    }
    for (String embedding : embeddings) {
      all.append(", embedding ").append(told(Named.of("--embedding", embedding)));
    }
    return all.toString();
  }

  private static String told(Named named) throws IOException {
    Path file = named.file();
    return file.toAbsolutePath().normalize()
        + " "
        + Files.getLastModifiedTime(file)
        + " "
        + named.behind().orElse("");
  }

  /**
   * A file, and what stands behind it and a colon; a name of a file may have colons, too.
   *
   * @param file that is there
   * @param behind empty if nothing is said
   */
  private record Named(Path file, Optional<String> behind) {

    static Named of(String option, String said) {
      UsageException.unless(!said.isEmpty(), option + ": expected a file, got an empty text");
      if (Files.exists(Path.of(said))) {
        return new Named(Path.of(said), Optional.empty());
      }
      int colon = said.lastIndexOf(':');
      String file = colon > 0 ? said.substring(0, colon) : said;
      UsageException.unless(
          Files.exists(Path.of(file)),
          option + ": expected a file or a folder that is there, got " + said);
      return new Named(Path.of(file), Optional.of(said.substring(colon + 1)));
    }
  }
}
