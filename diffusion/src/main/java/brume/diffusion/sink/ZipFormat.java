package brume.diffusion.sink;

import brume.diffusion.image.Picture;
import brume.diffusion.image.Png;
import java.io.IOException;
import java.util.zip.CRC32;

/** A ZIP of a PNG for each sample, {@code 000123.png}, not packed a second time. */
final class ZipFormat implements SampleFormat {

  private final UnfinishedOutput output;
  private final SampleRequest request;
  private final DataFile data;

  private ZipFormat(UnfinishedOutput output, SampleRequest request, DataFile data) {
    this.output = output;
    this.request = request;
    this.data = data;
  }

  static ZipFormat open(UnfinishedOutput output, SampleRequest request) throws IOException {
    return new ZipFormat(output, request, DataFile.open(output.data(), output.bytes()));
  }

  @Override
  public void append(long number, float[] values, int offset) throws IOException {
    byte[] png = Png.encode(
        Picture.of(request.height(), request.width(), request.channels(), values, offset));
    CRC32 sum = new CRC32();
    sum.update(png);
    data.write(StoredZip.localHeader(SampleNumbers.fileName(number), png.length, sum.getValue()));
    data.write(png);
  }

  @Override
  public long force() throws IOException {
    data.force();
    return data.length();
  }

  @Override
  public void finish() throws IOException {
    StoredZip.finish(data);
    data.force();
    data.close();
    output.become(data.file());
  }

  @Override
  public void close() throws IOException {
    data.close();
  }
}
