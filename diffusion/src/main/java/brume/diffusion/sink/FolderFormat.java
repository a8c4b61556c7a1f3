package brume.diffusion.sink;

import brume.diffusion.image.Picture;
import brume.diffusion.image.Png;
import brume.tensor.io.Durable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder with a PNG for each sample, {@code 000123.png}. Pictures wait to be forced to the disk
 * together, which takes a fraction of the time that one by one takes.
 */
final class FolderFormat implements SampleFormat {

  private static final int MOST_WAITING = 1024; // pictures

  private final UnfinishedOutput output;
  private final SampleRequest request;
  private final List<Path> waiting = new ArrayList<>();
  private long bytes;

  private FolderFormat(UnfinishedOutput output, SampleRequest request) {
    this.output = output;
    this.request = request;
    this.bytes = output.bytes();
  }

  static FolderFormat open(UnfinishedOutput output, SampleRequest request) throws IOException {
    Files.createDirectories(output.data());
    return new FolderFormat(output, request);
  }

  @Override
  public void append(long number, float[] values, int offset) throws IOException {
    byte[] png = Png.encode(
        Picture.of(request.height(), request.width(), request.channels(), values, offset));
    Path file = output.data().resolve(SampleNumbers.fileName(number));
    Files.write(file, png);
    waiting.add(file);
    bytes += png.length;
  }

  @Override
  public boolean isFull() {
    return waiting.size() >= MOST_WAITING;
  }

  @Override
  public long force() throws IOException {
    for (Path file : waiting) {
      Durable.force(file);
    }
    waiting.clear();
    Durable.forceNames(output.data());
    return bytes;
  }

  @Override
  public void finish() throws IOException {
    if (!Files.exists(output.out())) {
      output.become(output.data());
      return;
    }
    // A folder that is there already, perhaps by a link or with other files, stays the same folder.
    try (DirectoryStream<Path> pictures = Files.newDirectoryStream(output.data())) {
      for (Path picture : pictures) {
        Path place = output.out().resolve(String.valueOf(picture.getFileName()));
        Files.move(picture, place, StandardCopyOption.ATOMIC_MOVE);
      }
    }
    Durable.forceNames(output.out());
  }

  @Override
  public void close() {}
}
