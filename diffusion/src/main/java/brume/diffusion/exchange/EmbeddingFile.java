package brume.diffusion.exchange;

import brume.tensor.Shape;
import brume.tensor.Text;
import brume.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A word that a text encoder has learned by textual inversion, in a safetensors file: one vector or
 * several, of one encoder or of both of Stable Diffusion XL.
 *
 * <pre>
 *   &lt;my-cat&gt;              diffusers: the word and its vectors
 *   emb_params            others: the name of the file is the word
 *   clip_l, clip_g        of Stable Diffusion XL: first and second encoder; the word in the metadata, if Brume wrote it,
 *                         or else the name of the file
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/2208.01618">Gal et al., An Image is Worth One Word (2022)</a>
 */
public final class EmbeddingFile {

  /** What diffusers calls the file. */
  public static final String NAME = "learned_embeds.safetensors";

  private static final String UNNAMED = "emb_params", WORD = "word";
  private static final List<String> OF_BOTH = List.of("clip_l", "clip_g");
  private static final int SHOWN = 60; // characters of a name
  private static final int MOST = 75; // vectors, as many tokens as CLIP sees

  private final Path source;
  private final String word;
  private final SafeTensors tensors;
  private final List<String> names; // of each encoder

  private EmbeddingFile(Path source, String word, SafeTensors tensors, List<String> names) {
    this.source = source;
    this.word = word;
    this.tensors = tensors;
    this.names = List.copyOf(names);
  }

  /**
   * Reads a file.
   *
   * @param file safetensors
   * @param word that stands for the vectors; empty for the one that the file says, or else its name
   * @return the word and its vectors
   * @throws IOException if it cannot be read or has something else
   */
  public static EmbeddingFile read(Path file, Optional<String> word) throws IOException {
    if (Pickles.isNamedSo(file) || Pickles.isOne(file)) {
      throw new IOException(Text.of(
          "%s: expected a safetensors file, got a pickle of Python, which is a program and is not run;"
              + " convert it with these two lines of Python:%n"
              + "import torch, safetensors.torch; d = torch.load(\"%s\", map_location=\"cpu\", weights_only=True); e = d[\"string_to_param\"][\"*\"] if \"string_to_param\" in d else next(iter(d.values()))%n"
              + "safetensors.torch.save_file({\"emb_params\": e.detach().clone()}, \"%s.safetensors\")",
          file, file.getFileName(), stem(file)));
    }
    SafeTensors tensors = SafeTensors.read(file);
    Set<String> there = tensors.names();
    boolean both = there.equals(Set.copyOf(OF_BOTH));
    if (!both && there.size() != 1) {
      throw new IOException(Text.of(
          "%s: expected the vectors of one word, or clip_l and clip_g, got %d tensors: %s",
          file, there.size(), Text.shown(String.join(", ", there), SHOWN)));
    }
    List<String> names = both ? OF_BOTH : new ArrayList<>(there);
    for (String name : names) {
      int[] shape = tensors.shape(name);
      boolean vectors = shape.length == 1 || shape.length == 2 && shape[0] >= 1 && shape[0] <= MOST;
      if (!vectors) {
        throw new IOException(Text.of(
            "%s: expected one vector or up to %d as %s, got %s",
            file, MOST, Text.shown(name, SHOWN), Shape.of(shape)));
      }
    }
    String own = both || names.get(0).equals(UNNAMED)
        ? tensors.metadata().getOrDefault(WORD, stem(file))
        : names.get(0);
    EmbeddingFile read = new EmbeddingFile(file, word.orElse(own), tensors, names);
    read.requireSameCount();
    return read;
  }

  private static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private void requireSameCount() throws IOException {
    for (String name : names) {
      if (tensors.shape(name).length == 2 && rows(name) != count()) {
        throw new IOException(Text.of(
            "%s: expected as many vectors for both encoders, got %d and %d",
            source, count(), rows(name)));
      }
    }
  }

  private int rows(String name) {
    int[] shape = tensors.shape(name);
    return shape.length == 1 ? 1 : shape[0];
  }

  /**
   * What the vectors of an encoder are called in a file of one word.
   *
   * @param word such as {@code <my-cat>}
   * @param tower which encoder, from 0
   * @param towers how many there are
   * @return name of a tensor
   */
  static String tensor(String word, int tower, int towers) {
    return towers == 1 ? word : OF_BOTH.get(tower);
  }

  /** What else such a file says, so that readers know the word. */
  static Map<String, String> metadata(String word) {
    return Map.of("format", "pt", WORD, word);
  }

  /**
   * Where it is.
   *
   * @return the file
   */
  public Path source() {
    return source;
  }

  /**
   * The word.
   *
   * @return such as {@code <my-cat>}
   */
  public String word() {
    return word;
  }

  /**
   * How many vectors the word has.
   *
   * @return as many tokens
   */
  public int count() {
    return rows(names.get(0));
  }

  /**
   * The vectors of an encoder.
   *
   * @param tower which one, from 0
   * @param towers how many there are
   * @param channels of its table
   * @return (count, channels)
   * @throws IOException if the file has none for it, or others
   */
  public double[] vectors(int tower, int towers, int channels) throws IOException {
    if (names.size() != towers) {
      throw new IOException(Text.of(
          "%s: expected vectors for a model with %d text encoders, got some for %d; it was made for"
              + " another model",
          source, towers, names.size()));
    }
    double[] vectors = tensors.doubles(names.get(tower));
    if (vectors.length != count() * channels) {
      throw new IOException(Text.of(
          "%s: expected vectors of %d numbers, as the text encoder has, got %d; it was made for another"
              + " model",
          source, channels, vectors.length / count()));
    }
    return vectors;
  }
}
