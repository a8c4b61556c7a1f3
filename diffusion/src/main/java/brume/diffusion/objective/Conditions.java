package brume.diffusion.objective;

import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.Inline;
import brume.diffusion.settings.SettingException;
import brume.nn.Attending;
import brume.nn.Condition;
import brume.nn.Context;
import brume.nn.Denoiser;
import brume.nn.Labelled;
import brume.tensor.Shape;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** What a network may be told besides noisy data, by name. */
public final class Conditions {

  /** All of them. */
  public static final Catalog<ConditionSettings> CATALOG = Catalog.of(
          "condition", "conditions", ConditionSettings.class)
      .add("none", new None(), "The network is told the time alone.", "Ho et al. (2020)")
      .add(
          "labels",
          new Labels(0.1),
          "The network is told the class of most samples.",
          "Ho and Salimans (2022), algorithm 1")
      .add(
          "text",
          new Texts("text", 0.1, 0, 0, ""),
          "The network is told what texts say of most samples, as vectors of their words.",
          "Rombach et al. (2022), section 3.3")
      .add(
          "picture",
          new Pictured("text", "prior", 0.1, 0, ToldWords.none()),
          "The network is told the vector that an encoder makes of most pictures; a prior draws it of texts, whose"
              + " words may be told, too.",
          "Ramesh et al. (2022), DALL-E 2, section 2.1")
      .add(
          "super-resolution",
          new SuperResolution(2, 0.5),
          "The network is shown a smaller picture of the same, which it learns to enlarge, and may be told words.",
          "Saharia et al. (2021); Ho et al. (2021), section 4.2");

  private Conditions() {}

  /** Nothing. */
  public record None() implements ConditionSettings {
    @Override
    public List<String> classes(List<String> ofData) {
      return List.of();
    }

    @Override
    public Denoiser told(Denoiser network, Batch batch, RandomKey key) {
      return network;
    }

    @Override
    public boolean dropsLabels() {
      return true;
    }
  }

  /**
   * The class of each sample.
   *
   * @param drop share of the samples whose class is not told, drawn anew each time
   */
  public record Labels(
      @About(
              value = "Share of the samples whose class is not told; guidance needs some.",
              min = 0,
              max = 1,
              option = "drop-labels")
          double drop)
      implements ConditionSettings {
    @Override
    public List<String> classes(List<String> ofData) {
      SettingException.unless(
          !ofData.isEmpty(),
          "{condition}: expected {data} with classes to tell, got some without; choose none");
      return ofData;
    }

    @Override
    public Denoiser told(Denoiser network, Batch batch, RandomKey key) {
      RandomKey drops = key.child("drop-labels");
      int[] told = new int[batch.labels().length]; // also in repetitions, where recorded
      Backend.of(batch.x0())
          .renew(() -> Arrays.setAll(
              told,
              n -> drops.uniform(batch.first() + n) < drop
                  ? Condition.NO_CLASS
                  : batch.labels()[n]));
      return new Labelled(network, told);
    }

    @Override
    public boolean dropsLabels() {
      return drop > 0;
    }
  }

  /**
   * What an encoder says of a text of each sample.
   *
   * @param from folder of the run that has learned to encode texts, within that of this run or a whole path
   * @param drop share of the samples of which nothing is said, drawn anew each time
   * @param channels of what it says of a word; 0 for as many as that run has
   * @param skipped layers at its end that are left out
   * @param judge folder of a run that has learned to compare pictures with texts, and chooses among several
   *     pictures of a text; blank if those do whose words are told
   */
  public record Texts(
      @About(value = "Folder of a run that has learned to encode texts.", option = "text-from")
          String from,
      @About(
              value = "Share of the samples whose text is not told; guidance needs some.",
              min = 0,
              max = 1,
              option = "drop-texts")
          double drop,
      @About(value = "Channels of what is said of a word.", min = 0, fileOnly = true) int channels,
      @About(
              value =
                  "Layers at the end of the text tower that are left out of what it says of words.",
              min = 0,
              max = 100,
              option = "text-skip")
          int skipped,
      @About(
              value =
                  "Folder of a run that has learned to compare pictures with texts, to choose among several pictures of"
                      + " one; none if those towers do whose words are told.",
              option = "judge-from",
              optional = true)
          String judge)
      implements ConditionSettings {

    /**
     * One whose towers also choose.
     *
     * @param from folder of the run that has learned to encode texts
     * @param drop share of the samples of which nothing is said
     * @param channels of what it says of a word; 0 for as many as that run has
     * @param skipped layers at its end that are left out
     */
    public Texts(String from, double drop, int channels, int skipped) {
      this(from, drop, channels, skipped, "");
    }

    @Override
    public Optional<String> judgedBy() {
      return judge.isBlank() ? Optional.empty() : Optional.of(judge);
    }

    @Override
    public List<String> classes(List<String> ofData) {
      return List.of();
    }

    @Override
    public int tokenChannels() {
      return channels;
    }

    @Override
    public Optional<String> texts() {
      return Optional.of(from);
    }

    @Override
    public ConditionSettings withChannels(int words, int pictures) {
      return new Texts(from, drop, words, skipped, judge);
    }

    @Override
    public Denoiser told(Denoiser network, Batch batch, RandomKey key) {
      return attending(network, batch, drop, key);
    }

    @Override
    public boolean dropsLabels() {
      return drop > 0;
    }
  }

  /**
   * The vector that an encoder makes of each picture, and maybe the words of its text before it, as one more of them.
   *
   * @param from folder of the run that has learned to encode pictures, within that of this run or a whole
   *     path
   * @param drawnFrom folder of the run that draws such vectors of texts, once samples are drawn
   * @param drop share of the samples of which nothing is told, drawn anew each time
   * @param channels of the vector; 0 for as many as that run has
   * @param words of the text of each picture
   */
  public record Pictured(
      @About(
              value = "Folder of a run that has learned to encode pictures.",
              option = "picture-from")
          String from,
      @About(
              value = "Folder of a run that draws the vectors of pictures, once samples are drawn.",
              option = "prior-from")
          String drawnFrom,
      @About(
              value = "Share of the samples of which nothing is told; guidance needs some.",
              min = 0,
              max = 1,
              option = "drop-pictures")
          double drop,
      @About(value = "Channels of the vector.", min = 0, fileOnly = true) int channels,
      @Inline ToldWords words)
      implements ConditionSettings {
    @Override
    public List<String> classes(List<String> ofData) {
      return List.of();
    }

    /** As wide as the wider of both. */
    @Override
    public int tokenChannels() {
      return Math.max(channels, words.wordChannels());
    }

    @Override
    public int wordChannels() {
      return words.wordChannels();
    }

    @Override
    public int pictureChannels() {
      return channels;
    }

    @Override
    public ConditionSettings withChannels(int ofWords, int ofPictures) {
      return new Pictured(from, drawnFrom, drop, ofPictures, words.withChannels(ofWords));
    }

    @Override
    public void requireFitting(Shape sample) {
      words.requireEffect();
    }

    @Override
    public Optional<String> pictures() {
      return Optional.of(from);
    }

    @Override
    public Optional<String> drawnBy() {
      return Optional.of(drawnFrom);
    }

    @Override
    public Denoiser told(Denoiser network, Batch batch, RandomKey key) {
      RandomKey drops = key.child("drop-pictures"), ofTexts = key.child("drop-texts");
      int samples = batch.x0().shape().dim(0);
      boolean worded = words.from().isPresent();
      return attending(network, batch, n -> {
        if (drops.uniform(batch.first() + n) < drop) {
          return worded ? 2 * samples : samples;
        }
        boolean silent = worded && ofTexts.uniform(batch.first() + n) < words.dropTexts();
        return silent ? samples + n : n;
      });
    }

    @Override
    public boolean dropsLabels() {
      return drop > 0;
    }
  }

  /** The network, told what is said of most samples; the last row of what is said says nothing. */
  static Denoiser attending(Denoiser network, Batch batch, double drop, RandomKey key) {
    RandomKey drops = key.child("drop-texts");
    int samples = batch.x0().shape().dim(0);
    return attending(network, batch, n -> drops.uniform(batch.first() + n) < drop ? samples : n);
  }

  /** The network, told one row of what is said for each sample. */
  private static Denoiser attending(Denoiser network, Batch batch, IntUnaryOperator row) {
    Context said = batch
        .said()
        .orElseThrow(() -> new IllegalArgumentException(
            "condition: expected samples with what is said of them, got some without"));
    int[] rows = IntStream.range(0, batch.x0().shape().dim(0)).map(row).toArray();
    return new Attending(network, said.rows(rows));
  }
}
