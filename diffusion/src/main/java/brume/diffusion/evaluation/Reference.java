package brume.diffusion.evaluation;

import brume.diffusion.data.Dataset;
import brume.diffusion.run.Sha256;
import brume.tensor.Text;
import brume.tensor.io.SafeTensors;
import brume.tensor.io.SafeTensorsWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * What was seen in the data that samples are compared with. It is kept in a file whose name is a hash of the data
 * and of how they are looked at, so that it is computed once.
 *
 * @param features (N, D)
 * @param logits (N, K); no rows if no classes are told
 * @param data what tells the data from others
 * @param kept the file
 * @param found whether it was there before
 */
@SuppressWarnings("ArrayRecordComponent") // looked at, never compared
public record Reference(
    double[][] features, double[][] logits, String data, Path kept, boolean found) {

  /** Samples of the data that are looked at, chosen by chance, if there are more. */
  public static final int MOST = 10_000;

  private static final String FEATURES = "features", LOGITS = "logits";

  /**
   * Looks at data, or finds what was seen in them.
   *
   * @param data to compare with; at most {@value #MOST} are looked at
   * @param extractor looks at them
   * @param quantized whether values are rounded as those of samples are
   * @param folder where it is kept; created if missing
   * @param progress is told how many were looked at
   * @return the features
   * @throws IOException if data cannot be read, or features not be kept
   */
  public static Reference of(
      Dataset data,
      FeatureExtractor extractor,
      boolean quantized,
      Path folder,
      LongConsumer progress)
      throws IOException {
    String print = data.fingerprint();
    String how = Text.of(
        "%s; %s; %d at most%s", print, extractor.identity(), MOST, quantized ? "; quantized" : "");
    Path file = folder.resolve(
        Text.of("reference-%.16s.safetensors", Sha256.of(how.getBytes(StandardCharsets.UTF_8))));
    if (Files.exists(file)) {
      return read(file, print);
    }
    FeatureSet seen = new FeatureSet(extractor, quantized);
    seen.add(data, Math.min(MOST, data.size()), progress);
    Files.createDirectories(folder);
    write(file, seen, how);
    return new Reference(seen.features(), seen.logits(), print, file, false);
  }

  private static void write(Path file, FeatureSet seen, String how) throws IOException {
    SafeTensorsWriter writer = new SafeTensorsWriter();
    writer.metadata("of", how);
    double[][] features = seen.features(), logits = seen.logits();
    writer.add(FEATURES, new int[] {features.length, features[0].length}, Rows.flat(features));
    if (logits.length > 0) {
      writer.add(LOGITS, new int[] {logits.length, logits[0].length}, Rows.flat(logits));
    }
    writer.write(file);
  }

  private static Reference read(Path file, String print) throws IOException {
    SafeTensors tensors = SafeTensors.read(file);
    if (!tensors.names().contains(FEATURES)) {
      throw new IOException(file + ": expected features of data, got none; delete the file");
    }
    double[][] logits = tensors.names().contains(LOGITS) ? rows(tensors, LOGITS) : new double[0][];
    return new Reference(rows(tensors, FEATURES), logits, print, file, true);
  }

  private static double[][] rows(SafeTensors tensors, String name) {
    return Rows.of(tensors.floats(name), tensors.shape(name)[1]);
  }

  /**
   * How many of the data were looked at.
   *
   * @return N
   */
  public int size() {
    return features.length;
  }
}
