package brume.diffusion.sink;

import brume.diffusion.image.Frames;
import brume.diffusion.image.Gif;
import brume.diffusion.image.Grids;
import brume.diffusion.image.Picture;
import brume.diffusion.image.Png;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * All samples in rows and columns of one PNG, or of one GIF if they move. Bytes are gathered in a file and
 * drawn at the end.
 */
final class GridFormat implements SampleFormat {

  private static final int FRAME_MS = 120;

  private final UnfinishedOutput output;
  private final SampleRequest request;
  private final DataFile data;
  private final boolean moves;

  private GridFormat(UnfinishedOutput output, SampleRequest request, DataFile data, boolean moves) {
    this.output = output;
    this.request = request;
    this.data = data;
    this.moves = moves;
  }

  static GridFormat still(UnfinishedOutput output, SampleRequest request) throws IOException {
    return open(output, request, false);
  }

  static GridFormat animated(UnfinishedOutput output, SampleRequest request) throws IOException {
    return open(output, request, true);
  }

  private static GridFormat open(UnfinishedOutput output, SampleRequest request, boolean moves)
      throws IOException {
    return new GridFormat(output, request, DataFile.open(output.data(), output.bytes()), moves);
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
      grid.write(moves ? animation(pictures) : Png.encode(grid(strips(pictures))));
      grid.force();
    }
    output.become(output.beside("grid"));
  }

  private List<Picture> strips(List<Picture> pictures) {
    return request.frames() == 1
        ? pictures
        : pictures.stream().map(each -> Frames.strip(each, request.frames())).toList();
  }

  private byte[] animation(List<Picture> videos) throws IOException {
    List<Picture> grids = new ArrayList<>();
    for (int f = 0; f < request.frames(); f++) {
      int number = f;
      grids.add(grid(videos.stream()
          .map(video -> Frames.of(video, request.frames()).get(number))
          .toList()));
    }
    return Gif.encode(grids, FRAME_MS, FRAME_MS);
  }

  private Picture grid(List<Picture> pictures) {
    return Grids.inTurn(pictures, request.inTurn()).toPicture();
  }

  @Override
  public void close() throws IOException {
    data.close();
  }
}
