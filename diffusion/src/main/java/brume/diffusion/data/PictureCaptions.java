package brume.diffusion.data;

import brume.tensor.Text;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What the pictures of a folder show, in words.
 *
 * @param of of each picture its texts, one or more; empty if nothing says what they show
 * @param source where the texts come from, in words
 */
record PictureCaptions(List<List<String>> of, String source) {

  private static final String LINES = "captions.jsonl", METADATA = "metadata.jsonl";
  private static final String TEXTS = "text files beside the pictures";
  private static final String REMEDY = "mend it, or choose --captions none";
  private static final int SHOWN_OF_NAME = 240;
  private static final PictureCaptions NOTHING = new PictureCaptions(List.of(), "nowhere");

  /**
   * Finds the texts.
   *
   * @param source of all pictures
   * @param names of the pictures within the folder, with {@code /} between parts
   * @param rule where the texts shall come from
   * @return no texts if none are wanted, or {@link CaptionRule#AUTO} finds none
   * @throws IOException if a picture has no text by the rule, or a file of texts cannot be read
   */
  static PictureCaptions of(PictureSource source, List<String> names, CaptionRule rule)
      throws IOException {
    return switch (rule) {
      case NONE -> NOTHING;
      case METADATA -> {
        boolean lines = isThere(source, LINES);
        if (!lines && !isThere(source, METADATA)) {
          throw new IOException(Text.of(
              "%s: expected %s or %s with texts of its pictures, got neither; choose --captions texts or none",
              source.name(), LINES, METADATA));
        }
        yield lines(source, names, lines ? LINES : METADATA);
      }
      case TEXTS -> texts(source, names);
      case AUTO -> {
        if (isThere(source, LINES)) {
          yield lines(source, names, LINES);
        }
        if (isThere(source, METADATA) && hasTexts(source)) {
          yield lines(source, names, METADATA);
        }
        boolean beside = names.stream().anyMatch(name -> isThere(source, beside(name)));
        yield beside ? texts(source, names) : NOTHING;
      }
    };
  }

  private static boolean isThere(PictureSource source, String file) {
    return Files.isRegularFile(source.root().resolve(file));
  }

  /** Name of the text file of a picture. */
  private static String beside(String name) {
    return name.substring(0, name.lastIndexOf('.')) + ".txt";
  }

  /** Those of some of the pictures. */
  PictureCaptions only(int[] pictures) {
    return of.isEmpty()
        ? this
        : new PictureCaptions(IntStream.of(pictures).mapToObj(of::get).toList(), source);
  }

  /** How many texts there are, in words. */
  String count() {
    int count = of.stream().mapToInt(List::size).sum();
    return Text.of("%,d %s", count, count == 1 ? "text" : "texts");
  }

  /** One of the texts of a picture, by a number from 0 to just below 1. */
  String text(int picture, double chance) {
    List<String> texts = of.get(picture);
    return texts.get((int) (chance * texts.size()));
  }

  /** Whether the first line that is not blank has a text. */
  private static boolean hasTexts(PictureSource source) {
    try (JsonLines in = new JsonLines(source, METADATA, REMEDY)) {
      JsonNode first = in.next();
      return first != null && !texts(first).isEmpty();
    } catch (IOException damaged) {
      return false; // of labels, maybe, which tell of it themselves if they are looked at
    }
  }

  private static PictureCaptions lines(PictureSource source, List<String> names, String file)
      throws IOException {
    Map<String, Integer> numbers = new HashMap<>();
    names.forEach(name -> numbers.put(name, numbers.size()));
    List<List<String>> all = new ArrayList<>();
    names.forEach(name -> all.add(new ArrayList<>()));
    try (JsonLines in = new JsonLines(source, file, REMEDY)) {
      for (JsonNode node = in.next(); node != null; node = in.next()) {
        String name = file(node);
        List<String> texts = texts(node);
        if (name.isEmpty() || texts.isEmpty()) {
          throw in.refused(file.equals(LINES) ? "a file and a caption" : "a file_name and a text");
        }
        Integer number = numbers.get(name);
        if (number == null) {
          throw in.refused("the name of a picture that lies there");
        }
        all.get(number).addAll(texts);
      }
    }
    return whole(source, names, all, file);
  }

  private static String file(JsonNode node) {
    String name = node.path("file").asText(node.path("file_name").asText(""));
    return name.replace('\\', '/');
  }

  /** Of a line its text, or all of its texts. */
  private static List<String> texts(JsonNode node) {
    JsonNode told = node.has("caption") ? node.get("caption") : node.path("text");
    List<String> texts = new ArrayList<>();
    for (JsonNode each : told.isArray() ? told : Collections.singletonList(told)) {
      if (!each.isTextual() || each.textValue().isBlank()) {
        return List.of();
      }
      texts.add(each.textValue().strip());
    }
    return texts;
  }

  private static PictureCaptions texts(PictureSource source, List<String> names)
      throws IOException {
    List<List<String>> all = new ArrayList<>();
    for (String name : names) {
      String file = beside(name);
      all.add(isThere(source, file) ? linesOf(source, file) : List.of());
    }
    return whole(source, names, all, TEXTS);
  }

  private static List<String> linesOf(PictureSource source, String file) throws IOException {
    Path path = source.root().resolve(file);
    List<String> texts = new ArrayList<>();
    try (TextLines in = new TextLines(path, source.nameOf(file), CodingErrorAction.REPORT)) {
      for (String line = in.next(); line != null; line = in.next()) {
        if (!line.isBlank()) {
          texts.add(line.strip());
        }
      }
    }
    return texts;
  }

  private static PictureCaptions whole(
      PictureSource source, List<String> names, List<List<String>> all, String from)
      throws IOException {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).isEmpty()) {
        boolean beside = from.equals(TEXTS);
        throw new IOException(Text.of(
            "%s: expected a text of every picture, got none of %s; add it, or choose --captions none",
            source.nameOf(beside ? beside(names.get(i)) : from),
            Text.shown(names.get(i), SHOWN_OF_NAME)));
      }
    }
    return new PictureCaptions(all.stream().map(List::copyOf).toList(), from);
  }
}
