package brume.diffusion.data;

import brume.tensor.Text;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.CharConversionException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.ZipException;
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
  private static final int SHOWN_OF_NAME = 240;
  private static final int MOST_NAMES = 20;
  private static final int SHOWN = 60; // characters of what is wrong in a message

  private static final String REMEDY = "mend it, or choose --labels folders or none";

  /**
   * Finds the classes.
   *
   * @param source of all pictures
   * @param names of the pictures within the folder, with {@code /} between parts
   * @param rule where the classes shall come from
   * @return no classes if none are wanted, or {@link LabelRule#AUTO} finds none
   * @throws IOException if a picture has no class by the rule, or a file of labels cannot be read
   */
  static PictureLabels of(PictureSource source, List<String> names, LabelRule rule)
      throws IOException {
    boolean lines = Files.isRegularFile(source.root().resolve(LINES));
    boolean pairs = Files.isRegularFile(source.root().resolve(PAIRS));
    return switch (rule) {
      case NONE -> NOTHING;
      case FOLDERS -> severalOf(source, folders(source, names));
      case PREFIX -> severalOf(source, prefixes(source, names));
      case METADATA -> metadata(source, names, lines, pairs);
      case AUTO -> {
        if (lines && hasLabels(source) || pairs && !pairs(source).isEmpty()) {
          yield metadata(source, names, lines, pairs);
        }
        List<String> within = within(names);
        boolean apart = within.stream().allMatch(name -> name.contains("/"))
            && within.stream().map(PictureLabels::folder).distinct().count() > 1;
        yield apart ? folders(source, names) : NOTHING;
      }
    };
  }

  /** The classes of some of the pictures; which classes there are stays as it is. */
  PictureLabels only(int[] pictures) {
    return classes.isEmpty()
        ? this
        : new PictureLabels(
            rule, classes, IntStream.of(pictures).map(i -> of[i]).toArray());
  }

  /** Names of classes that none of the pictures is of. */
  List<String> unseen() {
    Set<Integer> seen = IntStream.of(of).boxed().collect(Collectors.toSet());
    return IntStream.range(0, classes.size())
        .filter(i -> !seen.contains(i))
        .mapToObj(classes::get)
        .toList();
  }

  private static PictureLabels severalOf(PictureSource source, PictureLabels labels)
      throws IOException {
    if (labels.classes.size() < 2) {
      throw new IOException(Text.of(
          "%s: expected pictures of two classes or more by %s, got all of class %s; choose other labels",
          source.name(), labels.source(), shown(labels.classes.get(0))));
    }
    return labels;
  }

  private static PictureLabels folders(PictureSource source, List<String> names)
      throws IOException {
    for (String name : names) {
      if (!name.contains("/")) {
        throw new IOException(source.nameOf(name)
            + ": expected a picture in a folder named for its class, got one outside of them;"
            + " move it, or choose --labels none");
      }
    }
    return numbered(
        LabelRule.FOLDERS, within(names).stream().map(PictureLabels::folder).toList());
  }

  /** Names without the folders that hold folders of all pictures, as in ZIP files of one folder. */
  private static List<String> within(List<String> names) {
    String first = names.get(0);
    int from = 0;
    for (int slash = first.indexOf('/'); slash >= 0; slash = first.indexOf('/', slash + 1)) {
      String outer = first.substring(0, slash + 1);
      if (!names.stream()
          .allMatch(name -> name.startsWith(outer) && name.indexOf('/', outer.length()) >= 0)) {
        break;
      }
      from = outer.length();
    }
    int inner = from;
    return names.stream().map(name -> name.substring(inner)).toList();
  }

  private static String folder(String name) {
    return name.substring(0, name.indexOf('/'));
  }

  private static PictureLabels prefixes(PictureSource source, List<String> names)
      throws IOException {
    String[] labels = new String[names.size()];
    for (int i = 0; i < labels.length; i++) {
      String name = names.get(i);
      Matcher prefix = PREFIX.matcher(name.substring(name.lastIndexOf('/') + 1));
      if (!prefix.matches()) {
        throw new IOException(source.nameOf(name)
            + ": expected a name of a class, - or _, and a number, like boot-12.png; rename it, or"
            + " choose --labels none");
      }
      labels[i] = prefix.group(1);
    }
    return numbered(LabelRule.PREFIX, List.of(labels));
  }

  private static PictureLabels metadata(
      PictureSource source, List<String> names, boolean lines, boolean pairs) throws IOException {
    if (!lines && !pairs) {
      throw new IOException(Text.of(
          "%s: expected %s or %s with the classes of its pictures, got neither",
          source.name(), LINES, PAIRS));
    }
    Map<String, String> known = lines ? lines(source) : pairs(source);
    String[] labels = new String[names.size()];
    for (int i = 0; i < labels.length; i++) {
      String label = known.get(names.get(i));
      if (label == null) {
        throw new IOException(Text.of(
            "%s: expected a label for every picture, got none for %s; add it, or choose --labels none",
            source.nameOf(lines ? LINES : PAIRS), Text.shown(names.get(i), SHOWN_OF_NAME)));
      }
      labels[i] = label;
    }
    return numbered(LabelRule.METADATA, List.of(labels));
  }

  /** Whether the first line that is not blank has a label. */
  private static boolean hasLabels(PictureSource source) throws IOException {
    try (JsonLines in = new JsonLines(source, LINES, REMEDY)) {
      JsonNode first = in.next();
      return first != null && label(first) != null;
    }
  }

  private static Map<String, String> lines(PictureSource source) throws IOException {
    Map<String, String> labels = new HashMap<>();
    try (JsonLines in = new JsonLines(source, LINES, REMEDY)) {
      for (JsonNode node = in.next(); node != null; node = in.next()) {
        String name = node.path("file_name").asText(""), label = label(node);
        if (name.isEmpty() || label == null) {
          throw in.refused("a file_name and a label");
        }
        labels.put(name.replace('\\', '/'), label);
      }
    }
    return labels;
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

  private static Map<String, String> pairs(PictureSource source) throws IOException {
    String called = source.nameOf(PAIRS);
    Map<String, String> labels = new HashMap<>();
    JsonNode list;
    try (var in = Files.newInputStream(source.root().resolve(PAIRS))) {
      JsonNode all = JsonLines.JSON.readTree(in);
      list = all == null ? JsonLines.JSON.nullNode() : all.path("labels");
    } catch (StreamConstraintsException tooMuch) {
      throw new IOException(
          called + ": expected a list of labels that this heap can hold, got more; raise -Xmx",
          tooMuch);
    } catch (JsonProcessingException | CharConversionException none) {
      throw new IOException(
          called
              + ": expected {\"labels\": [[name, number], ..]}, got other content; mend it, or choose"
              + " --labels folders or none",
          none);
    } catch (EOFException | ZipException damaged) {
      throw new IOException(
          Text.of(
              "%s: expected a whole file, got a damaged one (%s)", called, Text.reason(damaged)),
          damaged);
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
            "%s: expected pairs of a name and a number, got %s; mend it, or choose --labels folders or none",
            called, Text.shown(pair.toString(), SHOWN)));
      }
      labels.put(pair.get(0).textValue().replace('\\', '/'), pair.get(1).asText());
    }
    return labels;
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

  /** How the name of a class is shown; folders and files of labels may call it anything. */
  static String shown(String name) {
    return Text.shown(name, SHOWN);
  }

  /** Names of classes in a sentence, the first of many. */
  static String shown(List<String> names) {
    String first = names.stream()
        .limit(MOST_NAMES)
        .map(PictureLabels::shown)
        .collect(Collectors.joining(", "));
    return names.size() > MOST_NAMES ? first + ", ..." : first;
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
