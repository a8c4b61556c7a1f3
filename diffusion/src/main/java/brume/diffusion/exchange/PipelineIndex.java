package brume.diffusion.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A {@code model_index.json}: the class of a pipeline, and those of its parts. */
final class PipelineIndex {

  static final String CLASS = "_class_name";

  private static final String CHECKER = "safety_checker";

  /** Parts that look at pictures, which here nobody does. */
  private static final Set<String> UNUSED =
      Set.of("feature_extractor", "image_encoder", "watermarker");

  private final Options options;

  private PipelineIndex(Options options) {
    this.options = options;
  }

  /** Whether a folder has one that names a part. */
  static boolean names(Path folder, String part) throws IOException {
    return Files.isRegularFile(folder.resolve(PipelineFolder.INDEX))
        && read(folder).has(part);
  }

  /** Whether a folder has one of a class. */
  static boolean isOf(Path folder, String pipeline) throws IOException {
    return Files.isRegularFile(folder.resolve(PipelineFolder.INDEX))
        && read(folder).options.text(CLASS, "").equals(pipeline);
  }

  /** That of a folder. */
  static PipelineIndex read(Path folder) throws IOException {
    return new PipelineIndex(Options.read(folder.resolve(PipelineFolder.INDEX)));
  }

  private boolean has(String part) {
    return options.tree().has(part);
  }

  /** What the class of the pipeline stands for. */
  <T> T pipeline(Map<String, T> classes) throws IOException {
    return options.choice(CLASS, "none", classes);
  }

  /** Class of a part; empty for one that is not there. */
  String part(String name) {
    JsonNode module = options.tree().path(name);
    return module.isArray()
        ? module.path(1).isTextual() ? module.path(1).asText() : ""
        : module.isNull() || module.isMissingNode() ? "" : module.toString();
  }

  /** A setting of the pipeline that is true or false. */
  boolean flag(String name, boolean byDefault) throws IOException {
    return options.flag(name, byDefault);
  }

  /** A setting of the pipeline that is a whole number. */
  int integer(String name, int byDefault) throws IOException {
    return options.integer(name, byDefault);
  }

  /** Refuses a part that is missing or of another class than these. */
  private void require(String name, Collection<String> classes) throws IOException {
    if (!classes.contains(part(name))) {
      throw options.wrong(
          name, "a " + classes.stream().sorted().collect(Collectors.joining(" or ")));
    }
  }

  /**
   * Refuses parts that are missing, of another class or not known at all.
   *
   * @param parts and the classes that each may have
   * @param settings that may be there, too
   * @return what there is to tell of parts that look at pictures when they are done
   */
  List<String> requireParts(Map<String, List<String>> parts, Set<String> settings)
      throws IOException {
    for (Map.Entry<String, List<String>> part : new TreeMap<>(parts).entrySet()) {
      require(part.getKey(), part.getValue());
    }
    Set<String> known = new HashSet<>(settings);
    known.addAll(parts.keySet());
    return requireOnly(known);
  }

  /**
   * Refuses all but these parts and settings, and what looks at pictures when they are done.
   *
   * @return what there is to tell of the latter
   */
  private List<String> requireOnly(Set<String> known) throws IOException {
    List<String> remarks = new ArrayList<>();
    for (String name : options.names()) {
      if (part(name).isEmpty() || known.contains(name) || UNUSED.contains(name)) {
        continue;
      }
      if (!name.equals(CHECKER)) {
        throw options.wrong(name, "absent, as Brume does not know such a part");
      }
      remarks.add(options.source() + ": its " + CHECKER + " looks at no picture here");
    }
    return remarks;
  }
}
