package brume.diffusion.sink;

import brume.diffusion.image.Picture;
import brume.tensor.io.NpyHeader;
import brume.tensor.io.StoredType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * Unsigned bytes (N, H, W, C) as the array {@code arr_0} of an {@code .npz}, not packed, as numpy's
 * {@code savez} leaves them. The sum of the bytes, which belongs before them, is put in at the end.
 */
final class NpzFormat implements SampleFormat {

  private static final String NAME = "arr_0.npy";
  private static final int CHUNK = 1 << 16; // bytes

  private final UnfinishedOutput output;
  private final DataFile data;
  private final byte[] sample;
  private final CRC32 sum;
  private final long entryBytes;

  private NpzFormat(
      UnfinishedOutput output, DataFile data, byte[] sample, CRC32 sum, long entryBytes) {
    this.output = output;
    this.data = data;
    this.sample = sample;
    this.sum = sum;
    this.entryBytes = entryBytes;
  }

  static NpzFormat open(UnfinishedOutput output, SampleRequest request) throws IOException {
    byte[] header = NpyHeader.of(StoredType.U8, request.shape());
    long entryBytes = header.length + request.bytes(1);
    byte[] local = StoredZip.localHeader(NAME, entryBytes, 0);
    OutputChecks.checkRoom(output.out(), local.length + entryBytes, output.bytes());
    DataFile data = DataFile.open(output.data(), output.bytes());
    CRC32 sum = new CRC32();
    if (output.bytes() == 0) {
      data.write(local);
      data.write(header);
      sum.update(header);
    } else {
      addUp(sum, data, local.length);
    }
    return new NpzFormat(output, data, new byte[request.sampleLength()], sum, entryBytes);
  }

  /** Sums what was written before, from a position to the end. */
  private static void addUp(CRC32 sum, DataFile data, long from) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    for (long at = from, end = data.length(); at < end; at += chunk.limit()) {
      chunk.clear().limit((int) Math.min(CHUNK, end - at));
      data.read(chunk, at);
      sum.update(chunk.array(), 0, chunk.limit());
    }
  }

  @Override
  public void append(long number, float[] values, int offset) throws IOException {
    for (int i = 0; i < sample.length; i++) {
      sample[i] = Picture.level(values[offset + i]);
    }
    data.write(sample);
    sum.update(sample);
  }

  @Override
  public long force() throws IOException {
    data.force();
    return data.length();
  }

  @Override
  public void finish() throws IOException {
    data.overwrite(StoredZip.localHeader(NAME, entryBytes, sum.getValue()), 0);
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
