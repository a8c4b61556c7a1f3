package brume.diffusion.cli;

import brume.tensor.Text;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;

/** Pictures that a test makes for itself, and options of a network that learns them in a second. */
final class TinyData {

  private static final List<Object> NETWORK = List.of(
      "--dim",
      8,
      "--mults",
      "1,2",
      "--groups",
      4,
      "--heads",
      2,
      "--head-dim",
      4,
      "--batch",
      2,
      "--timesteps",
      20,
      "--samples",
      3,
      "--sample-steps",
      2);

  private TinyData() {}

  /** The words of a command that trains the tiny network, on the backend that starts fastest. */
  static Object[] train(Object... more) {
    return trainOn("reference", more);
  }

  static Object[] trainOn(String device, Object... more) {
    List<Object> words = new ArrayList<>(List.of("train", "--device", device));
    words.addAll(NETWORK);
    words.addAll(Arrays.asList(more));
    return words.toArray();
  }

  /** An IDX file of 12 grey pictures of 8 by 8. */
  static Path idx(Path file) throws IOException {
    return Files.write(file, idxBytes());
  }

  /** The labels of as many pictures, each class in turn. */
  static Path labels(Path file, int count, int classes) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8 + count);
    bytes.put(new byte[] {0, 0, 8, 1}).putInt(count);
    for (int i = 0; i < count; i++) {
      bytes.put((byte) (i % classes));
    }
    return Files.write(file, bytes.array());
  }

  static byte[] idxBytes() {
    return idxBytes(12);
  }

  /** So many grey pictures of 8 by 8; of less than 100 a training warns. */
  static byte[] idxBytes(int count) {
    return idxBytes(count, 8);
  }

  /** So many grey pictures of so many pixels a side. */
  static byte[] idxBytes(int count, int side) {
    ByteBuffer bytes = ByteBuffer.allocate(16 + count * side * side);
    bytes.put(new byte[] {0, 0, 8, 3}).putInt(count).putInt(side).putInt(side);
    for (int i = 0; bytes.hasRemaining(); i++) {
      bytes.put((byte) (37 * i + i / 8 * 11));
    }
    return bytes.array();
  }

  /** A folder of colored PNG files of 16 by 12. */
  static Path images(Path folder, int count) throws IOException {
    Files.createDirectories(folder);
    for (int n = 0; n < count; n++) {
      BufferedImage image = new BufferedImage(16, 12, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < 12; y++) {
        for (int x = 0; x < 16; x++) {
          image.setRGB(x, y, (16 * x) << 16 | (20 * y) << 8 | 40 * n % 256);
        }
      }
      ImageIO.write(image, "png", folder.resolve(Text.of("picture-%d.png", n)).toFile());
    }
    return folder;
  }
}
