package brume.diffusion.cli;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.Part;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.image.ImageGrid;
import brume.diffusion.image.Picture;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Model;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.TrainingListener;
import brume.nn.autoencoder.AutoencoderKL;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows what an autoencoder makes of pictures that it has not learned from: each beside what comes back when
 * it was encoded and decoded, without chance.
 *
 * @param recipe of the run
 * @param folder of the run
 * @param data that it learns from, and those that are held back
 * @param device where it is computed
 */
record Reconstructions(Recipe recipe, RunFolder folder, Dataset data, Device device)
    implements TrainingListener {

  private static final int BATCH = 32, PIXELS = 600, LARGEST_SCALE = 4;

  /** Pictures and what came back, (N, H, W, C) in [0, 1]. */
  @SuppressWarnings("ArrayRecordComponent") // shown, never compared
  private record Pairs(float[] before, float[] after) {

    /** Of all numbers, in decibels; a picture's numbers lie in [0, 1]. */
    double psnr() {
      double sum = 0;
      for (int i = 0; i < before.length; i++) {
        double difference = before[i] - after[i];
        sum += difference * difference;
      }
      return -10 * Math.log10(sum / before.length);
    }
  }

  @Override
  public void samples(int step, Model average) throws IOException {
    Pairs pairs = pairs(average);
    write(pairs, List.of(folder.samplesAt(step)));
    tell(pairs, step, folder.samplesAt(step).toString());
  }

  @Override
  public void finished(Model average) throws IOException {
    Pairs pairs = pairs(average);
    int steps = recipe.training().steps();
    if (recipe.samples().count() == 0) {
      tell(pairs, steps, "");
      return;
    }
    write(pairs, List.of(folder.samplesAt(steps), folder.samples()));
    tell(pairs, steps, folder.samples().toString());
  }

  private void tell(Pairs pairs, int step, String file) {
    double psnr = pairs.psnr();
    int count = pairs.before.length / recipe.data().shape().size();
    if (!Telling.isJson()) {
      Telling.say(Text.of(
          "step %d: %d pictures that are not learned from come back with a PSNR of %.2f dB%s",
          step, count, psnr, file.isEmpty() ? "" : ", as in " + file));
    }
    Telling.event(
        "reconstructions",
        facts ->
            facts.put("step", step).put("psnr", psnr).put("pictures", count).put("file", file));
  }

  private void write(Pairs pairs, List<Path> files) throws IOException {
    Shape shape = recipe.data().shape();
    List<Picture> before =
        PictureTensor.toPictures(pairs.before, shape.dim(0), shape.dim(1), shape.dim(2));
    List<Picture> after =
        PictureTensor.toPictures(pairs.after, shape.dim(0), shape.dim(1), shape.dim(2));
    List<Picture> cells = new ArrayList<>();
    for (int n = 0; n < Math.min(before.size(), recipe.samples().count()); n++) {
      cells.add(before.get(n));
      cells.add(after.get(n));
    }
    int columns = 2 * (int) Math.ceil(Math.sqrt(cells.size() / 4.0));
    int scale = Math.max(1, Math.min(LARGEST_SCALE, PIXELS / (columns * shape.dim(1))));
    ImageGrid grid = ImageGrid.of(cells).withColumns(columns).withScale(scale);
    for (Path file : files) {
      grid.write(file);
    }
  }

  private Pairs pairs(Model model) throws IOException {
    if (!(model.innermost() instanceof AutoencoderKL autoencoder)) {
      throw new IllegalStateException("an objective of autoencoders has trained another network");
    }
    Part held = Part.heldBack(data, recipe.objective().heldBack());
    int each = held.pictureLength();
    float[] before = new float[Shape.product(held.size(), each)];
    float[] after = new float[before.length];
    for (int first = 0; first < held.size(); first += BATCH) {
      int n = Math.min(BATCH, held.size() - first);
      float[] values = new float[n * each];
      for (int i = 0; i < n; i++) {
        held.read(first + i, false, values, i * each);
      }
      System.arraycopy(values, 0, before, first * each, values.length);
      try (Scope scope = Scope.open();
          Tape.Pause pause = Tape.pause()) {
        Shape shape = Shape.of(n, held.height(), held.width(), held.channels());
        Variable x = Variable.constant(PictureTensor.of(device, shape, values));
        Variable back = autoencoder.decode(autoencoder.encode(x).mean());
        float[] unit = PictureTensor.toUnit(back.value());
        System.arraycopy(unit, 0, after, first * each, unit.length);
      }
    }
    return new Pairs(before, after);
  }
}
