package brume.diffusion.cli;

import brume.diffusion.data.DataReport;
import brume.diffusion.data.Dataset;
import brume.diffusion.evaluation.FeatureExtractor;
import brume.diffusion.evaluation.Reference;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What figures depend on besides samples: two reports can be compared where all of it is the same.
 *
 * @param weights which parameters drew the samples, or where they come from
 * @param samples how many
 * @param real how many of the data
 * @param of how many there are
 * @param source of the data
 * @param sizes how the data were brought to their size
 * @param quantized whether numbers were rounded to 256 levels
 * @param features what stood for a sample
 * @param resize how pictures were brought to the size of the features' network
 * @param identity of the features
 * @param data a hash of the data
 */
record Circumstances(
    String weights,
    int samples,
    int real,
    int of,
    String source,
    String sizes,
    boolean quantized,
    String features,
    String resize,
    String identity,
    String data) {

  static Circumstances of(
      String weights,
      int samples,
      Dataset data,
      Reference reference,
      FeatureExtractor extractor,
      boolean quantized) {
    return new Circumstances(
        weights,
        samples,
        reference.size(),
        data.size(),
        data.source(),
        sizes(data),
        quantized,
        extractor.describe(),
        extractor.resize(),
        extractor.identity(),
        reference.data());
  }

  private static String sizes(Dataset data) {
    DataReport report = data.report();
    String size = data.height() + "x" + data.width();
    boolean asStored =
        report.smallest().toString().equals(size) && report.largest().toString().equals(size);
    return asStored
        ? size + ", as stored"
        : Text.of(
            "cut and scaled to %s by a triangle filter with antialiasing, from %s to %s",
            size, report.smallest(), report.largest());
  }

  /** For programs. */
  void into(ObjectNode report) {
    report.put("features", features);
    report.put("weights", weights);
    report.put("samples", samples);
    report.put("real", real);
    ObjectNode how = report.putObject("circumstances");
    how.put("data", source);
    how.put("ofData", of);
    how.put("sizes", sizes);
    how.put("resize", resize);
    how.put("levels", quantized ? 256 : 0);
    how.put("dataHash", data);
    how.put("featuresIdentity", identity);
  }

  /** For people. */
  Map<String, String> told() {
    Map<String, String> told = new LinkedHashMap<>();
    told.put("samples", Text.of("%,d, %s", samples, weights));
    told.put("compared with", Text.of("%,d of %,d from %s", real, of, source));
    told.put("size of the data", sizes);
    told.put("numbers", quantized ? "rounded to 256 levels, as in a PNG file" : "as they are");
    told.put("features", features);
    told.put("resized for the features", resize);
    told.put("hash of the data", data);
    told.put("identity of the features", identity);
    return told;
  }
}
