package brume.diffusion.sink;

import brume.diffusion.image.Grids;
import brume.diffusion.image.Picture;
import brume.diffusion.image.Png;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** All samples in rows and columns of one PNG. Bytes are gathered in a file and drawn at the end. */
final class GridFormat implements SampleFormat {

  private final UnfinishedOutput output;
  private final SampleRequest request;
  private final DataFile data;

  private GridFormat(UnfinishedOutput output, SampleRequest request, DataFile data) {
    this.output = output;
    this.request = request;
    this.data = data;
  }

  static GridFormat open(UnfinishedOutput output, SampleRequest request) throws IOException {
    return new GridFormat(output, request, DataFile.open(output.data(), output.bytes()));
  }

  @Override
  public void append(long number, float[] values, int offset) throws IOException {
    data.write(Picture.of(request.height(), request.width(), request.channels(), values, offset)
        .toBytes());
  }

  @Override
  public long force() throws IOException {
    data.force();
    return data.length();
  }

  @Override
  public void finish() throws IOException {
    int length = request.sampleLength();
    List<Picture> pictures = new ArrayList<>();
    for (long i = 0; i < request.count(); i++) {
      byte[] bytes = new byte[length];
      data.read(ByteBuffer.wrap(bytes), i * length);
      pictures.add(Picture.of(request.height(), request.width(), request.channels(), bytes));
    }
    try (DataFile grid = DataFile.open(output.beside("grid"), 0)) {
      grid.write(Png.encode(Grids.inTurn(pictures, request.inTurn()).toPicture()));
      grid.force();
    }
    output.become(output.beside("grid"));
  }

  @Override
  public void close() throws IOException {
    data.close();
  }
}
