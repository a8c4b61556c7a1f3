package brume.diffusion.cli;

import brume.diffusion.data.CaptionRule;
import brume.diffusion.data.Crop;
import brume.diffusion.data.DataReport;
import brume.diffusion.data.DataSettings;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.Datasets;
import brume.diffusion.data.ImagesSettings;
import brume.diffusion.data.LabelRule;
import brume.diffusion.data.PictureSize;
import brume.tensor.Shape;
import brume.tensor.Text;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens two sets of pictures that are compared without a model. They have to be of one size as they are stored:
 * what a filter does to one of them would count as a difference.
 *
 * @param size to which both are brought all the same; null for none
 */
record PicturePlaces(@Nullable PictureSize size) {

  /** The data, as they are stored. */
  Dataset data(String word) throws IOException {
    DataSettings named = Datasets.named(word);
    if (!(named instanceof ImagesSettings images)) {
      requireNoSize(word);
      return named.resolved().open();
    }
    if (size != null) {
      return framed(images, size, images.channels()).open();
    }
    PictureSize stored;
    try (Dataset looked = images.open()) {
      stored = stored("--reference", word, looked.report());
    }
    return framed(images, stored, images.channels()).open();
  }

  /** Pictures to compare with data, of the same size and channels. */
  Dataset samples(String word, Shape like) throws IOException {
    DataSettings named = Datasets.named(word);
    if (!(named instanceof ImagesSettings images)) {
      requireNoSize(word);
      Dataset opened = named.resolved().open();
      requireSame(word, like, Shape.of(opened.height(), opened.width(), opened.channels()), opened);
      return opened;
    }
    PictureSize wanted = new PictureSize(like.dim(0), like.dim(1));
    Dataset opened = framed(images, wanted, like.dim(2)).open();
    if (size == null) {
      DataReport report = opened.report();
      DataReport.Size largest = report.largest(), smallest = report.smallest();
      for (DataReport.Size each : List.of(largest, smallest)) {
        requireSame(word, like, Shape.of(each.height(), each.width(), like.dim(2)), opened);
      }
    }
    return opened;
  }

  private void requireNoSize(String word) {
    UsageException.unless(
        size == null,
        Text.of("--size: expected with folders or ZIP files of pictures, got %s", word));
  }

  private static void requireSame(String word, Shape like, Shape got, Dataset opened)
      throws IOException {
    if (!got.equals(like)) {
      opened.close();
      throw new UsageException(Text.of(
          "--samples: expected samples of %s (height, width, channels) as the data are, got %s in %s; what a"
              + " filter does to one of both would count as a difference",
          like, got, word));
    }
  }

  private static PictureSize stored(String option, String word, DataReport report) {
    DataReport.Size size = report.largest();
    UsageException.unless(
        size.equals(report.smallest()),
        Text.of(
            "%s: expected pictures of one size, got %s to %s in %s; name one with --size, to which all are"
                + " brought",
            option, report.smallest(), size, word));
    return new PictureSize(size.height(), size.width());
  }

  private static ImagesSettings framed(ImagesSettings images, PictureSize size, int channels) {
    return new ImagesSettings(
        images.path(),
        size,
        channels,
        false,
        Crop.CENTER,
        List.of(),
        LabelRule.NONE,
        CaptionRule.NONE,
        List.of());
  }
}
