package brume.diffusion.sink;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Takes samples in the order of a request, one after the other or batch by batch, and keeps none of
 * them in memory.
 *
 * <pre>
 *   try (SampleSink sink = SampleSink.open(Path.of("samples.npz"), request)) {
 *     while (sink.done() &lt; request.count()) {
 *       sink.write(sink.done(), draw(request.numbers(), sink.done(), 64));
 *     }
 *   }
 * </pre>
 *
 * <p>What is not complete lies in a folder beside the output, which is named like it with {@code
 * .part} at the end. A sink that is opened again for the same request goes on from there, and the
 * complete output has the bytes of one that was never stopped.
 */
public interface SampleSink extends AutoCloseable {

  /**
   * Opens an output by what its name ends in:
   *
   * <ul>
   *   <li>{@code .npz}: unsigned bytes {@code arr_0} (N, H, W, C), as improved-diffusion and
   *       guided-diffusion write them;
   *   <li>{@code .npy}: floats (N, H, W, C), from the request's {@code low} to its {@code high};
   *   <li>{@code .safetensors}: the same floats, named {@code samples};
   *   <li>{@code .zip}: a PNG for each sample, named by its number, such as {@code 000123.png};
   *   <li>{@code .png}: all samples in rows and columns, a few thousand at most, videos as strips of
   *       their frames;
   *   <li>{@code .gif}: the same in motion, for videos;
   *   <li>no ending, or a folder that exists: a folder with a PNG for each sample.
   * </ul>
   *
   * <p>All that can be known before the first sample is checked here. An output that is complete
   * already is replaced when the new one is.
   *
   * @param out where to
   * @param request what will be written
   * @return a sink that wants the samples from {@link #done()} on
   * @throws IOException if the output cannot be written, cannot hold these samples, is being written
   *     by another process, or was begun for another request
   * @throws IllegalArgumentException if the samples are more than can be counted
   */
  static SampleSink open(Path out, SampleRequest request) throws IOException {
    return StreamedSink.open(out, request, StreamedSink.SECOND);
  }

  /**
   * Tells how many samples are complete.
   *
   * @return how many of the request, from its beginning
   */
  long done();

  /**
   * Takes the next samples.
   *
   * @param index where the first of them stands in the request, which is {@link #done()}
   * @param values (n, H, W, C) in [0, 1]; what lies outside becomes the nearest end where bytes are
   *     stored. Not modified.
   * @throws IOException if they cannot be written, or are not finite; the sink is then as it was
   * @throws IllegalArgumentException if they are not the next ones, or more than wanted
   */
  void write(long index, float[] values) throws IOException;

  /**
   * Gives the output its name if it is complete, and leaves it to be gone on with otherwise.
   *
   * @throws IOException if it cannot be written
   */
  @Override
  void close() throws IOException;
}
