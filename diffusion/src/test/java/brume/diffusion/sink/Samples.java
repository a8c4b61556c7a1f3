package brume.diffusion.sink;

import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Samples of known content, and what came of them. */
final class Samples {
  private Samples() {}

  static SampleRequest request(String numbers, int channels) {
    return new SampleRequest(SampleNumbers.parse(numbers), 5, 4, channels, "run 7, seed 3");
  }

  /** The samples of a request from a position on, each a function of its number. */
  static float[] draw(SampleRequest request, long position, int count) {
    float[] values = new float[count * request.sampleLength()];
    for (int i = 0; i < count; i++) {
      RandomKey.of(request.numbers().at(position + i))
          .fillUniform(0, values, i * request.sampleLength(), request.sampleLength());
    }
    return values;
  }

  /** Writes samples up to a position, in batches. */
  static void write(SampleSink sink, SampleRequest request, long until, int batch)
      throws IOException {
    while (sink.done() < until) {
      int count = (int) Math.min(batch, until - sink.done());
      sink.write(sink.done(), draw(request, sink.done(), count));
    }
  }

  static void writeAll(Path out, SampleRequest request, int batch) throws IOException {
    try (SampleSink sink = SampleSink.open(out, request)) {
      write(sink, request, request.count(), batch);
    }
  }

  /** Every file under a path by name, with its bytes. */
  static TreeMap<String, String> bytes(Path path) throws IOException {
    TreeMap<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.put(
            path.relativize(file).toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    return all;
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path place = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(place);
        } else {
          Files.copy(file, place);
        }
      }
    }
  }
}
