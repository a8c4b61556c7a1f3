package brume.diffusion.cli;

import brume.diffusion.sink.SampleNumbers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of which samples are drawn. */
final class Numbering {

  @Option(
      names = "--count",
      paramLabel = "N",
      description =
          "Number of samples. Default: 64, 16 of brume inpaint, 4 of brume enlarge, or a little"
              + " more for as many of each class; one of each with ddim-inverse.")
  private @Nullable Long count;

  @Option(
      names = "--first",
      paramLabel = "N",
      description =
          "Number of the first sample; sample i of a seed is always the same. Default: 0.")
  private @Nullable Long first;

  @Option(
      names = "--seeds",
      paramLabel = "LIST",
      description = "Numbers of the samples, such as 0-63,100, instead of --count and --first.")
  private @Nullable String seeds;

  /** Which samples; unless told otherwise so many that there are as many of each in turn. */
  SampleNumbers numbers(int turn, long about) {
    long whole = (about + turn - 1) / turn * turn;
    UsageException.unless(
        seeds == null || count == null && first == null,
        "--seeds: expected without --count and --first, got both");
    UsageException.unless(count == null || count >= 1, "--count: expected 1 or more, got " + count);
    UsageException.unless(first == null || first >= 0, "--first: expected 0 or more, got " + first);
    long from = first == null ? 0 : first, last = from + (count == null ? whole : count) - 1;
    try {
      return SampleNumbers.parse(seeds != null ? seeds : from + "-" + last);
    } catch (IllegalArgumentException none) {
      throw new UsageException("--seeds: " + none.getMessage());
    }
  }
}
