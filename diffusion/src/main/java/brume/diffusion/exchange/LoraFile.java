package brume.diffusion.exchange;

import brume.diffusion.exchange.LoraKey.Part;
import brume.diffusion.exchange.LoraKey.Role;
import brume.nn.Adapters;
import brume.nn.NamedParameter;
import brume.nn.io.Weights;
import brume.nn.text.ClipText;
import brume.nn.unet.diffusers.UNet2DCondition;
import brume.tensor.Text;
import brume.tensor.io.Durable;
import brume.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Low-rank changes (LoRA) of the networks of a pipeline in a safetensors file, as diffusers, peft and
 * kohya's scripts write them. They are added to the weights: weight + scale · alpha/rank · up · down, which
 * costs nothing any more once it is done.
 *
 * @see <a href="https://arxiv.org/abs/2106.09685">Hu et al., LoRA: Low-Rank Adaptation of Large Language
 *     Models (2021)</a>
 */
public final class LoraFile {

  /** What diffusers calls the file in a folder. */
  public static final String NAME = "pytorch_lora_weights.safetensors";

  private static final String OF_PEFT = "adapter_model.safetensors";
  private static final int SHOWN = 200; // characters of a name
  private static final String WEIGHT = ".weight";

  private final Path source;
  private final Map<Part, Map<String, LoraChange>> changes; // by the layer with underscores

  private LoraFile(Path source, Map<Part, Map<String, LoraChange>> changes) {
    this.source = source;
    this.changes = changes;
  }

  // ---- Reading

  /**
   * Reads the names of a file; its numbers are read when they are added.
   *
   * @param place a safetensors file, or a folder with one as diffusers or peft call it
   * @return the changes
   * @throws IOException if it cannot be read, or has something else than low-rank changes
   */
  public static LoraFile read(Path place) throws IOException {
    Path file = file(place);
    Pickles.refuse(file);
    SafeTensors tensors = SafeTensors.read(file);
    Map<Part, Map<String, Map<Role, String>>> names = names(file, tensors);
    LoraStrength strength = LoraStrength.of(file, tensors);
    Map<Part, Map<String, LoraChange>> changes = new EnumMap<>(Part.class);
    for (Map.Entry<Part, Map<String, Map<Role, String>>> part : names.entrySet()) {
      Map<String, LoraChange> ofPart = new LinkedHashMap<>();
      for (Map.Entry<String, Map<Role, String>> layer : part.getValue().entrySet()) {
        ofPart.put(
            layer.getKey(),
            change(file, tensors, strength, part.getKey(), layer.getKey(), layer.getValue()));
      }
      changes.put(part.getKey(), ofPart);
    }
    return new LoraFile(file, changes);
  }

  private static Path file(Path place) throws IOException {
    if (!Files.isDirectory(place)) {
      return place;
    }
    for (String name : List.of(NAME, OF_PEFT)) {
      if (Files.exists(place.resolve(name))) {
        return place.resolve(name);
      }
    }
    throw new IOException(
        place + ": expected " + NAME + " in this folder, found none; name the file");
  }

  private static Map<Part, Map<String, Map<Role, String>>> names(Path file, SafeTensors tensors)
      throws IOException {
    Map<Part, Map<String, Map<Role, String>>> names = new EnumMap<>(Part.class);
    for (String name : tensors.names()) {
      LoraKey key = LoraKey.of(name)
          .orElseThrow(() -> new IOException(Text.of(
              "%s: expected low-rank changes alone (lora_A and lora_B, lora_down and lora_up, alpha), got %s",
              file, Text.shown(name, SHOWN))));
      String before = names
          .computeIfAbsent(key.part(), part -> new LinkedHashMap<>())
          .computeIfAbsent(key.layer(), layer -> new EnumMap<>(Role.class))
          .put(key.role(), name);
      if (before != null) {
        throw new IOException(Text.of(
            "%s: expected one change of a layer, got %s and %s",
            file, Text.shown(before, SHOWN), Text.shown(name, SHOWN)));
      }
    }
    if (names.isEmpty()) {
      throw new IOException(file + ": expected low-rank changes, got no tensors");
    }
    return names;
  }

  private static LoraChange change(
      Path file,
      SafeTensors tensors,
      LoraStrength strength,
      Part part,
      String layer,
      Map<Role, String> names)
      throws IOException {
    String down = names.get(Role.DOWN), up = names.get(Role.UP), alpha = names.get(Role.ALPHA);
    if (down == null || up == null) {
      throw new IOException(Text.of(
          "%s: expected both factors of a change, got %s without the other",
          file, Text.shown(String.valueOf(down != null ? down : up != null ? up : alpha), SHOWN)));
    }
    int[] shape = tensors.shape(down);
    int rank = Math.max(1, shape.length == 0 ? 0 : shape[0]);
    double factor =
        alpha == null ? strength.of(part, layer, rank) : alpha(file, tensors, alpha) / rank;
    try {
      return new LoraChange(tensors, file.toString(), down, up, factor);
    } catch (IllegalArgumentException misfit) {
      throw new IOException(misfit.getMessage(), misfit);
    }
  }

  private static double alpha(Path file, SafeTensors tensors, String name) throws IOException {
    double[] values = tensors.doubles(name);
    if (values.length != 1 || !Double.isFinite(values[0])) {
      throw new IOException(Text.of(
          "%s: expected one number as %s, got %d numbers or none that is finite",
          file, Text.shown(name, SHOWN), values.length));
    }
    return values[0];
  }

  // ---- What it has

  /**
   * Where it is.
   *
   * @return the file
   */
  public Path source() {
    return source;
  }

  /**
   * How many layers it changes.
   *
   * @return of all networks
   */
  public int layers() {
    return changes.values().stream().mapToInt(Map::size).sum();
  }

  /**
   * Refuses a file for more text encoders than there are.
   *
   * @param towers how many text encoders the model has
   * @throws IOException if it changes another one
   */
  public void requireTowers(int towers) throws IOException {
    if (towers < 2 && changes.containsKey(Part.TEXT_ENCODER_2)) {
      throw new IOException(source
          + ": expected changes of a model with one text encoder, got some of text_encoder_2;"
          + " it was made for another model");
    }
  }

  // ---- Adding

  /**
   * Changes a network.
   *
   * @param network its weights are overwritten
   * @param scale how much it is changed; 1 is all
   * @throws IOException if it changes a layer that is not there or of another shape, and then nothing
   *     has changed; or if numbers cannot be read
   */
  public void addTo(UNet2DCondition network, double scale) throws IOException {
    Map<String, NamedParameter> weights = weights(network.parameters());
    weights(OriginalNames.of(network)).forEach(weights::putIfAbsent);
    addTo(Part.UNET, weights, scale);
  }

  /**
   * Changes a text encoder.
   *
   * @param tower its weights are overwritten
   * @param number which one it is, from 0
   * @param scale how much it is changed; 1 is all
   * @throws IOException if it changes a layer that is not there or of another shape, and then nothing
   *     has changed; or if numbers cannot be read
   */
  public void addTo(ClipText tower, int number, double scale) throws IOException {
    addTo(Part.ofTexts(number), weights(tower.parameters()), scale);
  }

  /** Weights of layers by their place with underscores. */
  private static Map<String, NamedParameter> weights(List<NamedParameter> parameters) {
    Map<String, NamedParameter> weights = new LinkedHashMap<>();
    for (NamedParameter parameter : parameters) {
      String path = parameter.path();
      if (path.endsWith(WEIGHT)) {
        String layer = path.substring(0, path.length() - WEIGHT.length());
        weights.put(LoraKey.underscored(layer), parameter);
      }
    }
    return weights;
  }

  private void addTo(Part part, Map<String, NamedParameter> weights, double scale)
      throws IOException {
    Map<LoraChange, NamedParameter> matched = new LinkedHashMap<>();
    Set<String> paths = new LinkedHashSet<>();
    for (Map.Entry<String, LoraChange> change :
        changes.getOrDefault(part, Map.of()).entrySet()) {
      NamedParameter weight = matching(change.getKey(), weights)
          .orElseThrow(() -> new IOException(Text.of(
              "%s: expected changes of layers that %s has, got %s; it was made for another model",
              source, part.folder(), Text.shown(change.getValue().down(), SHOWN))));
      change.getValue().requireFitting(weight);
      if (!paths.add(weight.path())) {
        throw new IOException(
            Text.of("%s: expected one change of a layer, got two of %s", source, weight.path()));
      }
      matched.put(change.getValue(), weight);
    }
    matched.forEach((change, weight) -> change.addTo(weight, scale));
  }

  private static Optional<NamedParameter> matching(
      String layer, Map<String, NamedParameter> weights) {
    return LoraKey.meanings(layer).stream()
        .filter(weights::containsKey)
        .map(weights::get)
        .findFirst();
  }

  // ---- Writing

  /**
   * Writes what adapters of the network that draws have learned, as diffusers and peft read it.
   *
   * @param adapters of a {@link UNet2DCondition}
   * @param folder where {@link #NAME} goes
   * @throws IOException if it cannot be written
   */
  public static void write(Adapters adapters, Path folder) throws IOException {
    write(adapters, List.of(), folder);
  }

  /**
   * Writes what adapters of the network that draws and of its text encoders have learned, as diffusers and peft read
   * it.
   *
   * @param adapters of a {@link UNet2DCondition}
   * @param ofTexts of each text encoder, one or two, or none
   * @param folder where {@link #NAME} goes
   * @throws IOException if it cannot be written
   */
  public static void write(Adapters adapters, List<Adapters> ofTexts, Path folder)
      throws IOException {
    List<NamedParameter> named = new ArrayList<>(renamed(Part.UNET, adapters));
    Map<Part, Adapters.Rule> rules = new EnumMap<>(Map.of(Part.UNET, adapters.rule()));
    for (int i = 0; i < ofTexts.size(); i++) {
      named.addAll(renamed(Part.ofTexts(i), ofTexts.get(i)));
      rules.put(Part.ofTexts(i), ofTexts.get(i).rule());
    }
    Durable.createFolders(folder);
    Weights.save(folder.resolve(NAME), named, metadata(rules));
  }

  private static List<NamedParameter> renamed(Part part, Adapters adapters) {
    return adapters.parameters().stream()
        .map(parameter -> new NamedParameter(
            part.folder() + "." + parameter.path(), parameter.variable(), parameter.layout()))
        .toList();
  }

  /** What diffusers calls an adapter among the parameters of a run: those of the network that draws have no part. */
  static String name(String path) {
    return ofTexts(path).isPresent() ? path : Part.UNET.folder() + "." + path;
  }

  private static Optional<Part> ofTexts(String path) {
    return Part.OF_TEXTS.stream()
        .filter(part -> path.startsWith(part.folder() + "."))
        .findFirst();
  }

  /**
   * What stands beside the adapters of a run in the file.
   *
   * @param rule of the network that draws
   * @param ofTexts of the text encoders
   * @param paths of all parameters
   */
  static Map<String, String> metadata(
      Adapters.Rule rule, Optional<Adapters.Rule> ofTexts, Collection<String> paths) {
    Map<Part, Adapters.Rule> rules = new EnumMap<>(Map.of(Part.UNET, rule));
    for (String path : paths) {
      ofTexts(path).ifPresent(part -> rules.put(part, ofTexts.orElseThrow()));
    }
    return metadata(rules);
  }

  private static Map<String, String> metadata(Map<Part, Adapters.Rule> rules) {
    return new TreeMap<>(Map.of("format", "pt", LoraStrength.METADATA, LoraStrength.of(rules)));
  }
}
