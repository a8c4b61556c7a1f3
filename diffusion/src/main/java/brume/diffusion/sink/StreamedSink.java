package brume.diffusion.sink;

import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;

/** A sink of any format: sees that samples come in order, and saves how far it is once a second. */
final class StreamedSink implements SampleSink {

  static final long SECOND = 1_000_000_000; // nanoseconds

  private final SampleRequest request;
  private final UnfinishedOutput output;
  private final SampleFormat format;
  private final long saveEvery;
  private long done;
  private long savedAt = System.nanoTime();
  private boolean broken;
  private boolean closed;

  private StreamedSink(
      SampleRequest request, UnfinishedOutput output, SampleFormat format, long saveEvery) {
    this.request = request;
    this.output = output;
    this.format = format;
    this.saveEvery = saveEvery;
    this.done = output.done();
  }

  /** As {@link SampleSink#open}, saving after so many nanoseconds. */
  static StreamedSink open(Path out, SampleRequest request, long saveEvery) throws IOException {
    OutputKind kind = OutputChecks.check(out, request);
    UnfinishedOutput output = UnfinishedOutput.open(out, kind, request);
    try {
      SampleFormat format =
          switch (kind) {
            case GRID -> GridFormat.still(output, request);
            case ANIMATION -> GridFormat.animated(output, request);
            case NPZ -> NpzFormat.open(output, request);
            case NPY -> FloatFormat.npy(output, request);
            case SAFETENSORS -> FloatFormat.safetensors(output, request);
            case ZIP -> ZipFormat.open(output, request);
            case FOLDER -> FolderFormat.open(output, request);
          };
      return new StreamedSink(request, output, format, saveEvery);
    } catch (IOException | RuntimeException e) {
      if (output.done() == 0) {
        output.delete();
      } else {
        output.close();
      }
      throw e;
    }
  }

  @Override
  public long done() {
    return done;
  }

  @Override
  public void write(long index, float[] values) throws IOException {
    int length = request.sampleLength();
    if (closed || broken) {
      throw new IllegalStateException(output.out() + ": expected an open sink, got a "
          + (closed ? "closed" : "broken") + " one");
    }
    if (index != done
        || values.length % length != 0
        || values.length / length > request.count() - done) {
      throw new IllegalArgumentException(Text.of(
          "%s: expected at most %d samples of %d values from position %d on, got %d values at %d",
          output.out(), request.count() - done, length, done, values.length, index));
    }
    checkFinite(values);
    for (int offset = 0; offset < values.length; offset += length) {
      broken = true; // half a sample may be there if the disk is full
      format.append(request.numbers().at(done), values, offset);
      broken = false;
      done++;
      if (format.isFull() || System.nanoTime() - savedAt >= saveEvery) {
        save();
      }
    }
  }

  private void checkFinite(float[] values) throws IOException {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        long position = done + i / request.sampleLength();
        throw new IOException(Text.of(
            "sample %d: expected finite values, got %s; nothing of it was written",
            request.numbers().at(position), values[i]));
      }
    }
  }

  private void save() throws IOException {
    output.save(done, format.force());
    savedAt = System.nanoTime();
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    if (done == 0) {
      format.close();
      output.delete();
      return;
    }
    try (output;
        format) {
      if (!broken) {
        save();
      }
      if (done == request.count()) {
        format.finish();
      }
    }
    if (done == request.count()) {
      output.delete();
    }
  }
}
