package brume.diffusion.objective;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import java.util.Optional;

/**
 * Words that a network attends to beside what else it is told, as the decoder of DALL·E 2 and the enlarging networks of
 * Imagen do.
 *
 * @param texts folder of the run that has learned to encode texts, within that of this run or a whole path;
 *     blank for no words
 * @param dropTexts share of the samples whose text is not told, drawn anew each time
 * @param wordChannels of what is said of a word; 0 for as many as that run has
 * @param skipped layers at the end of the text tower that are left out
 * @param judge folder of a run that has learned to compare pictures with texts, and chooses among several
 *     pictures of a text; blank if those do whose words or vectors are told
 */
public record ToldWords(
    @About(
            value = "Folder of a run that has learned to encode texts; none if no words are told.",
            option = "text-from",
            optional = true)
        String texts,
    @About(
            value = "Share of the samples whose text is not told; guidance needs some.",
            min = 0,
            max = 1,
            option = "drop-texts")
        double dropTexts,
    @About(value = "Channels of what is said of a word.", min = 0, fileOnly = true)
        int wordChannels,
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
                    + " one; none if those towers do that are asked already.",
            option = "judge-from",
            optional = true)
        String judge) {

  private static final ToldWords NONE = new ToldWords("", 0.1, 0, 0, "");

  /**
   * No words.
   *
   * @return the defaults
   */
  public static ToldWords none() {
    return NONE;
  }

  /**
   * The run that says something of texts.
   *
   * @return its folder; empty if no words are told
   */
  public Optional<String> from() {
    return texts.isBlank() ? Optional.empty() : Optional.of(texts);
  }

  /**
   * The run that chooses.
   *
   * @return its folder; empty for the towers that are asked already
   */
  public Optional<String> judgedBy() {
    return judge.isBlank() ? Optional.empty() : Optional.of(judge);
  }

  /**
   * The same with as many channels.
   *
   * @param channels of what is said of a word
   * @return the settings
   */
  ToldWords withChannels(int channels) {
    return new ToldWords(texts, dropTexts, channels, skipped, judge);
  }

  /** Refuses settings of words where none are told. */
  void requireEffect() {
    if (from().isEmpty()) {
      SettingException.unless(
          skipped == NONE.skipped,
          "{condition.skipped}: expected 0 without {condition.texts}, as no words are told, got %d",
          skipped);
      SettingException.unless(
          dropTexts == NONE.dropTexts,
          "{condition.dropTexts}: expected %s without {condition.texts}, as no words are told, got %s",
          NONE.dropTexts,
          dropTexts);
    }
  }
}
