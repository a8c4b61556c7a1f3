package brume.diffusion.cli;

import brume.autograd.Variable;
import brume.diffusion.recipe.Recipe;
import brume.nn.Network;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What ranks must have alike so that they compute the same, by the names that a refusal gives them. */
final class Sameness {

  private static final int DIGITS = 16; // of a sum, enough to tell that one differs

  private Sameness() {}

  /** Of what computes: code, Java and vectors, but not the number of threads, on which nothing depends. */
  static Map<String, String> of(Backend device) throws IOException {
    Map<String, String> all = new TreeMap<>();
    all.put("code of Brume", code(device));
    all.put("Java", Runtime.version() + " for " + System.getProperty("os.arch"));
    all.put(
        "arithmetic",
        device.describe().replaceAll("[0-9]+ threads?, ", "").replaceAll("cuda:[0-9]+", "cuda"));
    return all;
  }

  /** Of all settings. */
  static String of(Recipe recipe) {
    return sum(digest(), Recipe.ENGINE.write(recipe).toString().getBytes(StandardCharsets.UTF_8));
  }

  /** A sum over the classes of all modules that compute, in folders or in jars. */
  private static String code(Backend device) throws IOException {
    MessageDigest digest = digest();
    for (Class<?> each :
        List.of(Tensor.class, Variable.class, Network.class, Sameness.class, device.getClass())) {
      Path place = place(each);
      if (place.toString().isEmpty()) {
        continue;
      }
      try (Stream<Path> files = Files.walk(place)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          digest.update(place.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
          digest.update(Files.readAllBytes(file));
        }
      }
    }
    return sum(digest);
  }

  /** Where a class was loaded from; empty if nobody says. */
  private static Path place(Class<?> of) throws IOException {
    var source = of.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return Path.of("");
    }
    try {
      return Path.of(new URI(source.getLocation().toString()));
    } catch (URISyntaxException odd) {
      throw new IOException(source.getLocation() + ": expected where classes are", odd);
    }
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  private static String sum(MessageDigest digest, byte... more) {
    digest.update(more);
    return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
  }
}
