package brume.diffusion.exchange;

import brume.nn.Layer;
import brume.nn.NamedParameter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The weights of the parts of a pipeline: in their folders, or all in one file. */
interface PartWeights {

  /**
   * The tensors of a part.
   *
   * @param part its folder in the pipeline
   * @throws IOException if there are none, or they cannot be read
   */
  StoredWeights of(String part) throws IOException;

  /** The parameters of a network by the names that their tensors have here. */
  List<NamedParameter> named(Layer network);

  /** What there is to tell of the tensors of some parts. */
  List<String> remarks(List<String> parts) throws IOException;

  /**
   * Those of the folders of parts.
   *
   * @param folder of the pipeline
   * @param variant a word behind the names of files, such as fp16; empty for those without one, or for the only ones
   */
  static PartWeights in(Path folder, Optional<String> variant) {
    return new PartWeights() {
      @Override
      public StoredWeights of(String part) throws IOException {
        Path place = folder.resolve(part);
        return variant.isPresent() && StoredWeights.has(place, stem(part), variant.get())
            ? StoredWeights.in(place, stem(part), variant.get())
            : StoredWeights.in(place, stem(part));
      }

      @Override
      public List<NamedParameter> named(Layer network) {
        return network.parameters();
      }

      @Override
      public List<String> remarks(List<String> parts) throws IOException {
        if (variant.isPresent()) {
          return remarksOf(parts, variant.get());
        }
        return parts.stream()
            .filter(part -> !StoredWeights.hasPlain(folder.resolve(part), stem(part)))
            .map(part ->
                folder.resolve(part) + ": its weights are of a variant alone, which is read")
            .toList();
      }

      private List<String> remarksOf(List<String> parts, String word) throws IOException {
        List<String> plain = parts.stream()
            .filter(part -> !StoredWeights.has(folder.resolve(part), stem(part), word))
            .toList();
        if (plain.size() == parts.size()) {
          throw new IOException(
              folder + ": expected weights of the variant " + word + ", found none in any part");
        }
        return plain.stream()
            .map(part -> folder.resolve(part) + ": has no weights of the variant " + word
                + "; those without one are read")
            .toList();
      }
    };
  }

  /** Name of the file of a part without its ending. */
  private static String stem(String part) {
    return part.startsWith(StableDiffusionKind.TEXT)
        ? TextEncoderFile.WEIGHTS
        : NetworkFolder.WEIGHTS;
  }
}
