package brume.diffusion.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** What somebody may have meant who wrote a name that is none. */
public final class Guess {

  private Guess() {}

  /**
   * A question to ask about a word that is close to one of the names, or nothing. Close is what
   * differs in half of its letters or fewer, so that no guess is too far away to be meant.
   *
   * @param got the word
   * @param names what it may have been
   * @return such as {@code ; did you mean cosine}, or empty
   */
  public static String of(String got, Collection<String> names) {
    String word = got.toLowerCase(Locale.ROOT);
    return names.stream()
        .min(Comparator.comparingInt(name -> distance(word, name)))
        .filter(name -> distance(word, name) * 2 <= letters(word) + 1)
        .map(name -> "; did you mean " + name)
        .orElse("");
  }

  private static int letters(String word) {
    return (int) word.chars().filter(Character::isLetterOrDigit).count();
  }

  /** Letters to insert, delete or replace to come from one word to the other. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
