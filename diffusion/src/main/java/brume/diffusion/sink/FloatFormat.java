package brume.diffusion.sink;

import brume.tensor.io.NpyHeader;
import brume.tensor.io.SafeTensorsWriter;
import brume.tensor.io.StoredType;
import java.io.IOException;

/** One array of floats (N, H, W, C) after a header that knows N: {@code .npy}, {@code .safetensors}. */
final class FloatFormat implements SampleFormat {

  private final UnfinishedOutput output;
  private final DataFile data;
  private final SampleRequest request;
  private final float[] sample;

  private FloatFormat(UnfinishedOutput output, DataFile data, SampleRequest request) {
    this.output = output;
    this.data = data;
    this.request = request;
    this.sample = new float[request.sampleLength()];
  }

  static FloatFormat npy(UnfinishedOutput output, SampleRequest request) throws IOException {
    return open(output, request, NpyHeader.of(StoredType.F32, request.shape()));
  }

  static FloatFormat safetensors(UnfinishedOutput output, SampleRequest request)
      throws IOException {
    request.bytes(Float.BYTES); // counted before they are written into the header
    return open(
        output, request, SafeTensorsWriter.head("samples", StoredType.F32, request.shape()));
  }

  private static FloatFormat open(UnfinishedOutput output, SampleRequest request, byte[] header)
      throws IOException {
    OutputChecks.checkRoom(
        output.out(), header.length + request.bytes(Float.BYTES), output.bytes());
    DataFile data = DataFile.open(output.data(), output.bytes());
    if (output.bytes() == 0) {
      data.write(header);
    }
    return new FloatFormat(output, data, request);
  }

  @Override
  public void append(long number, float[] values, int offset) throws IOException {
    for (int i = 0; i < sample.length; i++) {
      double low = request.low(), high = request.high(); // 0 and 1 leave every value as it is
      sample[i] = (float) (low + (high - low) * values[offset + i]);
    }
    data.write(sample);
  }

  @Override
  public long force() throws IOException {
    data.force();
    return data.length();
  }

  @Override
  public void finish() throws IOException {
    data.close();
    output.become(data.file());
  }

  @Override
  public void close() throws IOException {
    data.close();
  }
}
