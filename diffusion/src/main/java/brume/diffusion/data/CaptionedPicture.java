package brume.diffusion.data;

import brume.diffusion.image.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A picture of a folder, as large as its file has it, with what it is said to show.
 *
 * @param name of its file, for messages
 * @param picture in red, green and blue
 * @param text the first of its texts
 */
public record CaptionedPicture(String name, Picture picture, String text) {

  /**
   * The pictures of a folder or a ZIP file, in the order of their paths.
   *
   * @param place with texts as {@link CaptionRule#AUTO} finds them
   * @param most how many are read
   * @return at least one
   * @throws IOException if one cannot be read, or has no text
   */
  public static List<CaptionedPicture> read(Path place, int most) throws IOException {
    try (PictureSource source = PictureSource.of(place)) {
      ImageFiles files = ImageFiles.under(source);
      List<String> names = files.found().stream().map(files::name).toList();
      PictureCaptions captions = PictureCaptions.of(source, names, CaptionRule.AUTO);
      if (captions.of().isEmpty()) {
        throw new IOException(
            source.name()
                + ": expected pictures with captions, got none of these; say in captions.jsonl what they show");
      }
      List<CaptionedPicture> all = new ArrayList<>();
      for (int i = 0; i < Math.min(most, names.size()); i++) {
        Path file = files.found().get(i).path();
        String name = source.nameOf(file);
        all.add(new CaptionedPicture(name, ClipPictures.read(file), captions.text(i, 0)));
      }
      return all;
    }
  }
}
