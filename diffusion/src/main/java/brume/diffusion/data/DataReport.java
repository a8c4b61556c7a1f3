package brume.diffusion.data;

import brume.tensor.Text;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What was found where data lie: how many samples, of which classes and sizes, and what was left out.
 *
 * @param source what people call the place
 * @param description the data in one line
 * @param picture what a sample is brought to
 * @param channels C of a sample
 * @param count how many samples there are
 * @param classes names and counts, in the order of their numbers; empty if nothing is known of them
 * @param sizes of the stored samples and how many are of each, the most frequent first
 * @param oddities how samples suffer that are of another shape, as a sentence; empty if few do
 * @param skipped files that look like samples and are none
 * @param leftOut what else was left out, as a sentence; empty if nothing was
 */
public record DataReport(
    String source,
    String description,
    Size picture,
    int channels,
    int count,
    List<Counted<String>> classes,
    List<Counted<Size>> sizes,
    String oddities,
    List<Skipped> skipped,
    String leftOut) {

  /** Fewer samples are too few for a model that knows nothing. */
  public static final int FEW = 100; // samples, as denoising-diffusion-pytorch asks for

  private static final int NAMED = 20; // classes in a line

  /** Copies the lists. {@inheritDoc} */
  public DataReport {
    classes = List.copyOf(classes);
    sizes = List.copyOf(sizes);
    skipped = List.copyOf(skipped);
  }

  /**
   * Something and how often it is there.
   *
   * @param what it is
   * @param count how often
   * @param <T> its kind
   */
  public record Counted<T>(T what, int count) {}

  /**
   * Sizes of a stored sample.
   *
   * @param height in pixels
   * @param width in pixels
   */
  public record Size(int height, int width) {

    private static final Comparator<Size> BY_AREA = Comparator.<Size>comparingLong(
            size -> (long) size.height * size.width)
        .thenComparing(Size::height);

    /** Height and width, as {@code --size} takes them. */
    @Override
    public String toString() {
      return height + "x" + width;
    }
  }

  /**
   * A file that was not read.
   *
   * @param file what it is called
   * @param reason why
   */
  public record Skipped(String file, String reason) {}

  /**
   * What can be said of any data: samples are all of one size, and nothing was left out.
   *
   * @param data the data
   * @return the report
   */
  static DataReport of(Dataset data) {
    Size size = new Size(data.height(), data.width());
    return new DataReport(
        data.source(),
        data.describe(),
        size,
        data.channels(),
        data.size(),
        classes(data),
        List.of(new Counted<>(size, data.size())),
        "",
        List.of(),
        "");
  }

  /** The same with what is known of the files that the samples lie in. */
  DataReport withFiles(
      List<Counted<Size>> inFiles, String odd, List<Skipped> notRead, String besides) {
    return new DataReport(
        source, description, picture, channels, count, classes, inFiles, odd, notRead, besides);
  }

  private static List<Counted<String>> classes(Dataset data) {
    int[] counts = new int[data.classes().size()];
    for (int i = 0; counts.length > 0 && i < data.size(); i++) {
      counts[data.label(i)]++;
    }
    return IntStream.range(0, counts.length)
        .mapToObj(k -> new Counted<>(data.classes().get(k), counts[k]))
        .toList();
  }

  /**
   * The smallest size by its area.
   *
   * @return of a stored sample
   */
  public Size smallest() {
    return sizes.stream().map(Counted::what).min(Size.BY_AREA).orElse(picture);
  }

  /**
   * The largest size by its area.
   *
   * @return of a stored sample
   */
  public Size largest() {
    return sizes.stream().map(Counted::what).max(Size.BY_AREA).orElse(picture);
  }

  /**
   * What people should know before a training.
   *
   * @return a few lines, without the warnings
   */
  public List<String> summary() {
    return lines(NAMED);
  }

  /**
   * All of it.
   *
   * @return lines: a summary, every class, every warning, and each file that was skipped
   */
  public List<String> lines() {
    List<String> lines = lines(classes.size());
    if (!leftOut.isEmpty()) {
      lines.add(leftOut);
    }
    if (!skipped.isEmpty()) {
      lines.add(Text.of("skipped %,d of %,d files:", skipped.size(), count + skipped.size()));
      skipped.forEach(each -> lines.add(each.file + ": " + each.reason));
    }
    lines.addAll(warnings());
    return lines;
  }

  private List<String> lines(int named) {
    List<String> lines = new ArrayList<>(List.of(description));
    if (!classes.isEmpty()) {
      lines.add(classes.stream()
          .limit(named)
          .map(each -> Text.of("%s %,d", PictureLabels.shown(each.what), each.count))
          .collect(Collectors.joining(
              ", ",
              "classes: ",
              classes.size() > named ? Text.of(", ... (%,d in all)", classes.size()) : "")));
    }
    if (sizes.size() > 1) {
      Counted<Size> usual = sizes.get(0);
      lines.add(Text.of(
          "files of %s to %s pixels (height x width), most often %s (%,d of %,d)",
          smallest(), largest(), usual.what, usual.count, count));
    } else if (!smallest().equals(picture)) {
      lines.add(Text.of("files of %s pixels (height x width)", smallest()));
    }
    return lines;
  }

  /**
   * What somebody should look at before a training.
   *
   * @return a sentence each: few samples, odd shapes
   */
  public List<String> warnings() {
    return warnings(FEW);
  }

  /**
   * What somebody should look at before a training that needs fewer samples or more.
   *
   * @param least so many are not too few
   * @return a sentence each: few samples, odd shapes
   */
  public List<String> warnings(int least) {
    List<String> sentences = new ArrayList<>();
    if (count < least) {
      sentences.add(Text.of(
          "%s: expected %d samples or more, better thousands, got %d; a model repeats so few instead of"
              + " learning from them",
          source, least, count));
    }
    if (!oddities.isEmpty()) {
      sentences.add(source + ": " + oddities);
    }
    return sentences;
  }

  /**
   * All of it for programs.
   *
   * @param named how many of the skipped files to name
   * @return an object, with heights before widths
   */
  public ObjectNode tree(int named) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("source", source).put("samples", count);
    tree.put("height", picture.height).put("width", picture.width).put("channels", channels);
    ObjectNode counts = tree.putObject("classes");
    classes.forEach(each -> counts.put(each.what, each.count));
    ObjectNode inFiles = tree.putObject("sizes");
    put(inFiles, "smallest", smallest());
    put(inFiles, "largest", largest());
    put(inFiles, "mostFrequent", sizes.get(0).what);
    inFiles.put("ofMostFrequent", sizes.get(0).count);
    tree.put("skipped", skipped.size());
    ArrayNode files = tree.putArray("skippedFiles");
    skipped.stream()
        .limit(named)
        .forEach(each -> files.addObject().put("file", each.file).put("reason", each.reason));
    tree.put("leftOut", leftOut);
    warnings().forEach(tree.putArray("warnings")::add);
    return tree;
  }

  private static void put(ObjectNode tree, String name, Size size) {
    tree.putArray(name).add(size.height).add(size.width);
  }
}
