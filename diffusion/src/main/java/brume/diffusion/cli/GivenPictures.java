package brume.diffusion.cli;

import brume.diffusion.cli.Verdict.Judged;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.PictureSize;
import brume.diffusion.evaluation.Evaluation;
import brume.diffusion.evaluation.FeatureExtractor;
import brume.diffusion.evaluation.Figures;
import brume.diffusion.evaluation.Reference;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that name pictures which were drawn before, or by others, and their comparison with data. */
final class GivenPictures {

  @Option(
      names = "--samples",
      paramLabel = "PLACE",
      description =
          "Pictures to judge instead of drawing some: a folder or a file, as data are named; with captions for the"
              + " metrics clip and shapes. Default: none, and pictures are drawn.")
  private @Nullable String samples;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description =
          "With --samples and --reference: height x width in pixels, one number for squares, to which both are"
              + " brought. Default: as they are stored, which has to be the same.")
  private @Nullable String size;

  /** Where they are; null if there are none. */
  @Nullable
  String place() {
    return samples;
  }

  /** Whether both sides are brought to one size. */
  boolean areScaled() {
    return size != null;
  }

  /** Refuses a size where nothing has to be brought to it. */
  void check() {
    UsageException.unless(
        samples != null || size == null, "--size: expected with --samples, got none");
  }

  /**
   * Compares.
   *
   * @param place of the pictures
   * @param saved names the run whose data they are compared with
   * @param data to compare with instead; null for none
   * @param choice what is told
   * @param features what stands for a picture
   * @param count how many are looked at; null for as many of them as of data
   * @param device where they are looked at
   * @param folder where it is kept
   */
  Verdict judged(
      String place,
      SavedPlace saved,
      @Nullable String data,
      MetricChoice choice,
      FeatureOptions features,
      @Nullable Integer count,
      Device device,
      Path folder)
      throws IOException {
    UsageException.unless(
        saved.isNamed() || data != null,
        "--samples: expected with --reference, pictures to compare with, or --run for its data, got none");
    UsageException.unless(
        !choice.asked()
            || Stream.of(MetricChoice.ACCURACY, MetricChoice.BITS, MetricChoice.LOSS)
                .noneMatch(choice::wants),
        "--metric: expected accuracy, bits and loss without --samples, as they ask for a model, got both");
    PicturePlaces places = new PicturePlaces(size == null ? null : PictureSize.parse(size));
    try (Scope scope = Scope.open();
        Dataset real =
            saved.isNamed() ? saved.data(data, saved.recipe()) : places.data(String.valueOf(data));
        Dataset given =
            places.samples(place, Shape.of(real.height(), real.width(), real.channels()))) {
      FeatureExtractor extractor =
          features.of(Shape.of(real.height(), real.width(), real.channels()), device);
      int looked = Math.min(count == null ? Reference.MOST : count, given.size());
      Evaluation evaluation =
          DataSeen.evaluation(choice, looked, "--count", real, extractor, true, folder);
      Circumstances how =
          Circumstances.of(place, looked, real, evaluation.reference(), extractor, true);
      Judged judged = GivenTrial.judged(place, given, looked, evaluation);
      return new Verdict(
          choice.names(), how, List.of(judged), evaluation.ofData(looked), Figures.NONE);
    }
  }
}
