import brume.diffusion.data.Dataset;
import brume.diffusion.data.OwnSettings;
import brume.diffusion.image.Grids;
import brume.diffusion.network.UnetSettings;
import brume.diffusion.recipe.Presets;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.SamplesSettings;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.Samples;
import brume.diffusion.run.Trainer;
import brume.diffusion.run.TrainingListener;
import brume.diffusion.run.TrainingLog;
import brume.tensor.Device;
import brume.tensor.kernel.Backends;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** A thousand grey pictures of a ring each, 16 by 16. */
record Rings(int size, int height, int width, int channels, String source) implements Dataset {

  @Override
  public void read(int index, boolean flipped, float[] into, int offset) {
    for (int i = 0; i < 256; i++) {
      double radius = Math.hypot(i / 16 - 7.5, i % 16 - 7.5), far = radius - 3 - index % 4;
      into[offset + i] = (float) Math.exp(-far * far);
    }
  }

  public static void main(String[] args) throws IOException {
    Device device = Backends.cpu();
    Dataset rings = new Rings(1000, 16, 16, 1, "rings");
    Recipe fashion = Presets.named("fashion").recipe();
    Recipe first = fashion.with(
        OwnSettings.of(rings),
        UnetSettings.of(16, List.of(1, 2)),
        fashion.training().withSteps(10),
        new SamplesSettings(0, 0));
    RunFolder run = new RunFolder(Path.of(args[0])).create();
    TrainingListener tells = new TrainingListener() {
      @Override
      public void stepped(TrainingLog.Line line) {
        System.out.println("step " + line.step() + ", loss " + line.loss());
      }
    };
    new Trainer(first, run, rings, device, tells).run();
    Recipe longer = first.with(first.training().withSteps(20));
    new Trainer(longer, run, rings, device, tells).run(); // goes on after step 10

    BufferedImage grid = Grids.of(Samples.of(run, 4, device)).toPicture().toImage();
    ImageIO.write(grid, "png", run.path().resolve("grid.png").toFile());
  }
}
