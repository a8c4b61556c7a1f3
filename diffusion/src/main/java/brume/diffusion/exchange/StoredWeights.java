package brume.diffusion.exchange;

import brume.diffusion.settings.SettingsFile;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.StoredLayout;
import brume.nn.io.StoredNumbers;
import brume.tensor.DType;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Text;
import brume.tensor.io.SafeTensors;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Named tensors in a safetensors file, or in several with an index that tells which has which. Names are
 * found as a network has them although wrappers, averages or older versions have changed them.
 */
public final class StoredWeights {

  private static final String ENDING = ".safetensors", INDEX = ".safetensors.index.json";
  private static final String OF_DIFFUSERS =
      "diffusion_pytorch_model"; // which torch may have pickled
  private static final int SHOWN = 200; // characters of a name in a message

  private final Path source;
  private final Map<String, Entry> entries; // by the name without what wrappers add

  /** A tensor and the file it is in, or one of several equal parts of its first axis; or a transposed matrix. */
  private record Entry(SafeTensors file, String name, int part, int of, boolean transposed) {

    Entry(SafeTensors file, String name) {
      this(file, name, 0, 1, false);
    }

    Entry turned() {
      return new Entry(file, name, part, of, true);
    }

    Shape shape() {
      Shape whole = Shape.of(file.shape(name));
      return transposed
          ? Shape.of(whole.dim(1), whole.dim(0))
          : of == 1 ? whole : whole.with(0, whole.dim(0) / of);
    }

    void read(NamedParameter parameter) {
      if (transposed) {
        StoredNumbers.read(
            file,
            name,
            new NamedParameter(parameter.path(), parameter.variable(), StoredLayout.TRANSPOSED));
      } else if (of == 1) {
        StoredNumbers.read(file, name, parameter);
      } else {
        StoredNumbers.readPart(file, name, part * shape().size(), parameter);
      }
    }
  }

  private StoredWeights(Path source, Map<String, Entry> entries) {
    this.source = source;
    this.entries = entries;
  }

  /**
   * Opens a file.
   *
   * @param file safetensors, or the index of several
   * @return its tensors
   * @throws IOException if it cannot be read, or is something else: a pickle is told with what converts
   *     it
   */
  public static StoredWeights of(Path file) throws IOException {
    Pickles.refuse(file);
    Map<String, Entry> entries = new LinkedHashMap<>();
    if (isIndex(String.valueOf(file.getFileName()))) {
      addShards(file, entries);
    } else {
      SafeTensors tensors = SafeTensors.read(file);
      tensors.names().forEach(name -> entries.put(bare(name), new Entry(tensors, name)));
    }
    return new StoredWeights(file, entries);
  }

  /** Whether an index names a file as there are, in its own folder. */
  private static boolean isBeside(Path index, String file) {
    try {
      return file.endsWith(ENDING)
          && !index.resolveSibling(file).equals(index)
          && file.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
    } catch (InvalidPathException noName) {
      return false;
    }
  }

  private static boolean isIndex(String name) {
    return name.endsWith(".json");
  }

  private static void addShards(Path index, Map<String, Entry> entries) throws IOException {
    JsonNode map = SettingsFile.read(index).path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw new IOException(index + ": expected names and files under weight_map, got none");
    }
    Map<String, SafeTensors> files = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String name = entry.getKey(), file = entry.getValue().asText();
      if (!isBeside(index, file)) {
        throw new IOException(Text.of(
            "%s: expected %s to be in a safetensors file of the same folder, got %s",
            index, Text.shown(name, SHOWN), Text.shown(entry.getValue().toString(), SHOWN)));
      }
      SafeTensors tensors = files.get(file);
      if (tensors == null) {
        tensors = SafeTensors.read(index.resolveSibling(file));
        files.put(file, tensors);
      }
      if (!tensors.names().contains(name)) {
        throw new IOException(Text.of(
            "%s: expected the tensor %s, as %s says, got none of that name",
            index.resolveSibling(file), Text.shown(name, SHOWN), index.getFileName()));
      }
      entries.put(bare(name), new Entry(tensors, name));
    }
  }

  /**
   * Finds the file of a folder.
   *
   * @param folder where to look
   * @param stem its name without ending, such as {@code diffusion_pytorch_model}; a word such as fp16 may
   *     stand behind it
   * @return its tensors
   * @throws IOException if there is none or no single one, or it cannot be read
   */
  static StoredWeights in(Path folder, String stem) throws IOException {
    for (String ending : List.of(ENDING, INDEX)) {
      Path plain = folder.resolve(stem + ending);
      if (Files.exists(plain, LinkOption.NOFOLLOW_LINKS)) {
        return of(requireThere(plain));
      }
    }
    List<Path> variants = new ArrayList<>(), pickles = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        String name = String.valueOf(file.getFileName());
        boolean shard = name.matches(".*-\\d+-of-\\d+\\..*");
        if (name.startsWith(stem + ".") && !shard) {
          if (name.endsWith(ENDING) || name.startsWith(stem + INDEX.replace("json", ""))) {
            variants.add(file);
          }
        }
        if (Pickles.isNamedSo(file)) {
          pickles.add(file);
        }
      }
    }
    if (variants.size() == 1) {
      return of(requireThere(variants.get(0)));
    }
    if (variants.size() > 1) {
      throw new IOException(Text.of(
          "%s: expected one file of weights, got %s; name the one to read, or the word in its name"
              + " with --variant",
          folder,
          String.join(
              ", ", variants.stream().map(file -> "" + file.getFileName()).toList())));
    }
    if (!pickles.isEmpty()) {
      throw Pickles.refusal(pickles.get(0));
    }
    throw new IOException(folder.resolve(stem + ENDING)
        + ": expected the network's parameters, found none; "
        + (stem.equals(OF_DIFFUSERS)
            ? "save it again with safe_serialization=True"
            : "export it again, or copy that file, too"));
  }

  /**
   * Finds a variant in a folder: one file, or the index of several.
   *
   * @param folder where to look
   * @param stem its name without ending, such as {@code diffusion_pytorch_model}
   * @param variant the word behind it, such as fp16
   * @return its tensors
   * @throws IOException if there is none, or it cannot be read
   */
  static StoredWeights in(Path folder, String stem, String variant) throws IOException {
    String index = stem + INDEX.replace("json", variant + ".json");
    for (String name : List.of(stem + "." + variant + ENDING, index)) {
      Path file = folder.resolve(name);
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        return of(requireThere(file));
      }
    }
    throw new IOException(Text.of(
        "%s: expected the variant %s of the network's parameters, found none; ask for another, or"
            + " for none",
        folder.resolve(stem + ENDING), Text.shown(variant, SHOWN)));
  }

  /** Whether a folder has a variant. */
  static boolean has(Path folder, String stem, String variant) {
    return Files.exists(folder.resolve(stem + "." + variant + ENDING), LinkOption.NOFOLLOW_LINKS)
        || Files.exists(
            folder.resolve(stem + INDEX.replace("json", variant + ".json")),
            LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether a folder has weights that are no variant. */
  static boolean hasPlain(Path folder, String stem) {
    return Stream.of(ENDING, INDEX)
        .anyMatch(ending -> Files.exists(folder.resolve(stem + ending), LinkOption.NOFOLLOW_LINKS));
  }

  /** Whether the name of a tensor begins so. */
  boolean hasBeginning(String beginning) {
    return entries.keySet().stream().anyMatch(name -> name.startsWith(beginning));
  }

  private static Path requireThere(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new IOException(Text.of(
          "%s: expected a file, got a link to %s, which is not there; fetch it again",
          file, Files.readSymbolicLink(file)));
    }
    return file;
  }

  /** Without what PyTorch's compiler puts into names. */
  private static String bare(String name) {
    return name.replace("_orig_mod.", "");
  }

  /**
   * Reads numbers into all parameters that have a tensor of their name and shape.
   *
   * @param parameters what to overwrite
   * @return what matched and what did not
   * @throws IOException if a file cannot be read
   */
  public Matching load(List<NamedParameter> parameters) throws IOException {
    Map<String, Entry> named = named(parameters);
    List<String> missing = new ArrayList<>(), misshapen = new ArrayList<>();
    Map<NamedParameter, Entry> found = new LinkedHashMap<>();
    for (NamedParameter parameter : parameters) {
      Entry entry = named.remove(parameter.path());
      Shape shape = parameter.variable().shape();
      Shape expected = Shape.of(parameter.layout().storedShape(shape));
      if (entry == null) {
        missing.add(parameter.path());
      } else if (!isOf(expected, entry)) {
        misshapen.add(
            Text.of("%s (expected %s, got %s)", parameter.path(), expected, entry.shape()));
      } else {
        found.put(parameter, entry);
      }
    }
    found.entrySet().parallelStream().forEach(each -> each.getValue().read(each.getKey()));
    return new Matching(found.size(), missing, misshapen, new ArrayList<>(named.keySet()));
  }

  /** Whether a tensor is of a shape, or a convolution of single pixels where a matrix is expected. */
  private static boolean isOf(Shape expected, Entry entry) {
    Shape got = entry.shape();
    boolean pixels = expected.rank() == 2 && got.rank() == 4 && got.dim(2) == 1 && got.dim(3) == 1;
    return pixels ? Shape.of(got.dim(0), got.dim(1)).equals(expected) : got.equals(expected);
  }

  /**
   * Reads numbers into all parameters.
   *
   * @param parameters what to overwrite
   * @return what the files have besides
   * @throws IOException if a parameter has no tensor of its name and shape, or a file cannot be read
   */
  public Matching loadAll(List<NamedParameter> parameters) throws IOException {
    Matching matching = load(parameters);
    if (!matching.isComplete()) {
      throw new IOException(Text.of(
          "%s: expected the %d parameters of the network, got %d; %s",
          source, parameters.size(), matching.found(), String.join("; ", matching.table())));
    }
    return matching;
  }

  /**
   * Builds a network whose parameters all get their numbers here.
   *
   * @param <N> kind of network
   * @param construction builds it in the calling thread
   * @return the network
   * @throws IOException if a parameter has no tensor of its name and shape, or a file cannot be read
   */
  public <N extends Layer> N readAll(Supplier<N> construction) throws IOException {
    N network = Parameters.toBeRead(construction);
    loadAll(network.parameters());
    return network;
  }

  /**
   * Builds a network whose parameters all get their numbers here.
   *
   * @param <N> kind of network
   * @param width how matrices and filters are kept
   * @param device of the network
   * @param construction builds it in the calling thread
   * @param names its parameters by the names of their tensors
   * @return the network
   * @throws IOException if a parameter has no tensor of its name and shape, or a file cannot be read
   * @throws IllegalArgumentException if the device does not hold such numbers
   */
  <N extends Layer> N readAll(
      WeightWidth width,
      Device device,
      Supplier<N> construction,
      Function<N, List<NamedParameter>> names)
      throws IOException {
    Optional<DType> format = width.format(half(), device);
    N network = format.isPresent()
        ? Parameters.toBeRead(format.get(), construction)
        : Parameters.toBeRead(construction);
    loadAll(names.apply(network));
    return network;
  }

  /** The format of half width that all matrices and filters have, if they have one. */
  private Optional<DType> half() {
    List<Optional<DType>> formats = entries.values().stream()
        .map(entry -> entry.file().entry(entry.name()))
        .filter(tensor -> tensor.shape().length > 1)
        .map(tensor -> tensor.type().half())
        .distinct()
        .toList();
    return formats.size() == 1 ? formats.get(0) : Optional.empty();
  }

  /**
   * Where they are.
   *
   * @return the file, or the index of several
   */
  public Path source() {
    return source;
  }

  // ---- Names

  /**
   * The same tensors by other names.
   *
   * @param names of each tensor the names of its equal parts along the first axis, one for the whole; none leaves it out
   */
  StoredWeights renamed(Function<String, List<String>> names) {
    Map<String, Entry> renamed = new LinkedHashMap<>();
    entries.forEach((name, entry) -> {
      List<String> parts = names.apply(name);
      for (int i = 0; i < parts.size(); i++) {
        renamed.put(parts.get(i), new Entry(entry.file(), entry.name(), i, parts.size(), false));
      }
    });
    return new StoredWeights(source, renamed);
  }

  /** The same tensors with the rows of a matrix for its columns, if it is there. */
  StoredWeights transposed(String matrix) {
    Map<String, Entry> turned = new LinkedHashMap<>(entries);
    turned.computeIfPresent(matrix, (name, entry) -> entry.turned());
    return new StoredWeights(source, turned);
  }

  /** The tensors by the names that a network has. */
  private Map<String, Entry> named(List<NamedParameter> parameters) {
    Map<String, Entry> renamed = new LinkedHashMap<>();
    boolean newAttention =
        parameters.stream().anyMatch(parameter -> parameter.path().contains(".to_q."));
    entries.forEach((name, entry) -> renamed.put(newAttention ? underNewName(name) : name, entry));
    String prefix = prefix(renamed, parameters);
    if (prefix.isEmpty()) {
      return renamed;
    }
    Map<String, Entry> named = new LinkedHashMap<>();
    renamed.forEach((name, entry) -> {
      if (name.startsWith(prefix)) {
        named.put(name.substring(prefix.length()), entry);
      }
    });
    return named;
  }

  /** The first versions of diffusers had other names for the layers of attention. */
  private static String underNewName(String name) {
    return name.replace(".query.", ".to_q.")
        .replace(".key.", ".to_k.")
        .replace(".value.", ".to_v.")
        .replace(".proj_attn.", ".to_out.0.");
  }

  /**
   * What stands before the names: the beginning under which most parameters are found, and of several
   * the average's, as that is what one samples with.
   */
  private static String prefix(Map<String, Entry> entries, List<NamedParameter> parameters) {
    Map<String, Integer> found = new HashMap<>();
    for (NamedParameter parameter : parameters) {
      String path = parameter.path();
      if (entries.containsKey(path)) {
        found.merge("", 1, Integer::sum);
      }
    }
    if (found.getOrDefault("", 0) == parameters.size() || parameters.isEmpty()) {
      return "";
    }
    int last = parameters.size() - 1;
    Set<String> candidates = new TreeSet<>(Set.of(""));
    for (int probe : new int[] {0, last / 2, last}) {
      String end = "." + parameters.get(probe).path();
      for (String name : entries.keySet()) {
        if (name.endsWith(end)) {
          candidates.add(name.substring(0, name.length() - end.length() + 1));
        }
      }
    }
    for (String candidate : candidates) {
      for (NamedParameter parameter : parameters) {
        if (!candidate.isEmpty() && entries.containsKey(candidate + parameter.path())) {
          found.merge(candidate, 1, Integer::sum);
        }
      }
    }
    int most = found.values().stream().mapToInt(count -> count).max().orElse(0);
    List<String> best = candidates.stream()
        .filter(candidate -> found.getOrDefault(candidate, 0) == most)
        .toList();
    return best.stream()
        .filter(candidate -> candidate.contains("ema") || candidate.contains("shadow"))
        .findFirst()
        .orElse(most == 0 ? "" : best.get(0));
  }
}
