package brume.diffusion.cli;

import java.io.IOException;

/** A command whose options depend on some words of the command line. */
interface Prepared {

  /**
   * Adds the options.
   *
   * @param words of the command line; none for the command's defaults
   * @throws IOException if a file that is named with settings cannot be read
   * @throws UsageException if a word names no kind
   */
  void prepare(Words words) throws IOException;

  /** The options of the kinds that are chosen. */
  RecipeOptions options();
}
