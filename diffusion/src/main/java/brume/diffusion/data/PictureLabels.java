package brume.diffusion.data;

import brume.tensor.Text;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The class of every picture of a folder.
 *
 * @param rule where the classes come from
 * @param classes their names; numbers in their order, other names in that of the alphabet
 * @param of number of the class of each picture
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
record PictureLabels(LabelRule rule, List<String> classes, int[] of) {

  private static final String LINES = "metadata.jsonl", PAIRS = "dataset.json";
  private static final Pattern PREFIX = Pattern.compile("(.+?)[-_ ]+\\d+\\.[^.]+");
  private static final PictureLabels NOTHING =
      new PictureLabels(LabelRule.NONE, List.of(), new int[0]);
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Finds the classes.
   *
   * @param folder of all pictures
   * @param names of the pictures within the folder, with {@code /} between parts
   * @param rule where the classes shall come from
   * @return no classes if none are wanted, or {@link LabelRule#AUTO} finds none
   * @throws IOException if a picture has no class by the rule, or a file of labels cannot be read
   */
  static PictureLabels of(Path folder, List<String> names, LabelRule rule) throws IOException {
    boolean lines = Files.isRegularFile(folder.resolve(LINES));
    boolean pairs = Files.isRegularFile(folder.resolve(PAIRS));
    return switch (rule) {
      case NONE -> NOTHING;
      case FOLDERS -> severalOf(folder, folders(folder, names));
      case PREFIX -> severalOf(folder, prefixes(folder, names));
      case METADATA -> metadata(folder, names, lines, pairs);
      case AUTO -> {
        if (lines && hasLabels(folder.resolve(LINES)) || pairs && !pairs(folder).isEmpty()) {
          yield metadata(folder, names, lines, pairs);
        }
        boolean apart = names.stream().allMatch(name -> name.contains("/"))
            && names.stream().map(PictureLabels::folder).distinct().count() > 1;
        yield apart ? folders(folder, names) : NOTHING;
      }
    };
  }

  private static PictureLabels severalOf(Path folder, PictureLabels labels) throws IOException {
    if (labels.classes.size() < 2) {
      throw new IOException(Text.of(
          "%s: expected pictures of two classes or more by %s, got all of class %s; choose other labels",
          folder, labels.source(), labels.classes.get(0)));
    }
    return labels;
  }

  private static PictureLabels folders(Path folder, List<String> names) throws IOException {
    for (String name : names) {
      if (!name.contains("/")) {
        throw new IOException(folder.resolve(name)
            + ": expected a picture in a folder named for its class, got one outside of them;"
            + " move it, or choose --labels none");
      }
    }
    return numbered(LabelRule.FOLDERS, names.stream().map(PictureLabels::folder).toList());
  }

  private static String folder(String name) {
    return name.substring(0, name.indexOf('/'));
  }

  private static PictureLabels prefixes(Path folder, List<String> names) throws IOException {
    String[] labels = new String[names.size()];
    for (int i = 0; i < labels.length; i++) {
      String name = names.get(i);
      Matcher prefix = PREFIX.matcher(name.substring(name.lastIndexOf('/') + 1));
      if (!prefix.matches()) {
        throw new IOException(folder.resolve(name)
            + ": expected a name of a class, - or _, and a number, like boot-12.png; rename it, or"
            + " choose --labels none");
      }
      labels[i] = prefix.group(1);
    }
    return numbered(LabelRule.PREFIX, List.of(labels));
  }

  private static PictureLabels metadata(
      Path folder, List<String> names, boolean lines, boolean pairs) throws IOException {
    if (!lines && !pairs) {
      throw new IOException(Text.of(
          "%s: expected %s or %s with the classes of its pictures, got neither",
          folder, LINES, PAIRS));
    }
    Map<String, String> known = lines ? lines(folder) : pairs(folder);
    String[] labels = new String[names.size()];
    for (int i = 0; i < labels.length; i++) {
      String label = known.get(names.get(i));
      if (label == null) {
        throw new IOException(Text.of(
            "%s: expected a label for every picture, got none for %s; add it, or choose --labels none",
            folder.resolve(lines ? LINES : PAIRS), names.get(i)));
      }
      labels[i] = label;
    }
    return numbered(LabelRule.METADATA, List.of(labels));
  }

  private static boolean hasLabels(Path file) throws IOException {
    try (BufferedReader in = Files.newBufferedReader(file)) {
      String first = in.readLine();
      return first != null && label(node(file, 1, first)) != null;
    } catch (MalformedInputException noText) {
      throw new IOException(file + ": expected text in UTF-8, got other bytes", noText);
    }
  }

  private static Map<String, String> lines(Path folder) throws IOException {
    Path file = folder.resolve(LINES);
    Map<String, String> labels = new HashMap<>();
    try (BufferedReader in = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        JsonNode node = node(file, number, line);
        String name = node.path("file_name").asText(""), label = label(node);
        if (name.isEmpty() || label == null) {
          throw new IOException(Text.of(
              "%s, line %d: expected a file_name and a label, got %s",
              file, number, shortened(line)));
        }
        labels.put(name.replace('\\', '/'), label);
      }
    } catch (MalformedInputException noText) {
      throw new IOException(file + ": expected text in UTF-8, got other bytes", noText);
    }
    return labels;
  }

  private static JsonNode node(Path file, int number, String line) throws IOException {
    try {
      JsonNode node = JSON.readTree(line);
      if (node != null && node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException none) {
      // said below
    }
    throw new IOException(Text.of(
        "%s, line %d: expected an object of JSON in each line, got %s",
        file, number, shortened(line)));
  }

  private static @Nullable String label(JsonNode node) {
    for (String key : List.of("label", "class")) {
      JsonNode label = node.path(key);
      if (label.isTextual() && !label.textValue().isBlank() || label.isIntegralNumber()) {
        return label.asText();
      }
    }
    return null;
  }

  private static Map<String, String> pairs(Path folder) throws IOException {
    Path file = folder.resolve(PAIRS);
    Map<String, String> labels = new HashMap<>();
    JsonNode list;
    try (var in = Files.newInputStream(file)) {
      JsonNode all = JSON.readTree(in);
      list = all == null ? JSON.nullNode() : all.path("labels");
    } catch (JsonProcessingException none) {
      throw new IOException(
          file + ": expected {\"labels\": [[name, number], ..]}, got other content", none);
    }
    if (list.isMissingNode() || list.isNull()) {
      return labels; // EDM writes null where there are none
    }
    for (JsonNode pair : list) {
      if (!pair.isArray()
          || pair.size() != 2
          || !pair.get(0).isTextual()
          || !(pair.get(1).isIntegralNumber() || pair.get(1).isTextual())) {
        throw new IOException(Text.of(
            "%s: expected pairs of a name and a number, got %s", file, shortened(pair.toString())));
      }
      labels.put(pair.get(0).textValue().replace('\\', '/'), pair.get(1).asText());
    }
    return labels;
  }

  private static String shortened(String text) {
    return text.length() > 60 ? text.substring(0, 60) + "..." : text;
  }

  private static PictureLabels numbered(LabelRule rule, List<String> labels) {
    boolean numbers = labels.stream().allMatch(label -> label.matches("\\d{1,9}"));
    Comparator<String> text = Comparator.naturalOrder();
    Comparator<String> order =
        numbers ? Comparator.<String>comparingInt(Integer::parseInt).thenComparing(text) : text;
    TreeSet<String> names = new TreeSet<>(order);
    names.addAll(labels);
    List<String> classes = List.copyOf(names);
    Map<String, Integer> places = new HashMap<>();
    for (String name : classes) {
      places.put(name, places.size());
    }
    return new PictureLabels(
        rule, classes, labels.stream().mapToInt(places::get).toArray());
  }

  /** How many pictures each class has, in the order of the classes. */
  int[] counts() {
    int[] counts = new int[classes.size()];
    Arrays.stream(of).forEach(label -> counts[label]++);
    return counts;
  }

  /** Where the classes come from, in words. */
  String source() {
    return switch (rule) {
      case FOLDERS -> "the names of folders";
      case PREFIX -> "the beginnings of file names";
      case METADATA -> LINES + " or " + PAIRS;
      default -> "nowhere";
    };
  }
}
