import brume.diffusion.data.Dataset;
import brume.diffusion.image.Grids;
import brume.diffusion.network.UnetSettings;
import brume.diffusion.run.*;
import brume.tensor.kernel.Backends;
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

  public static void main(String[] args) throws Exception {
    Path run = Path.of(args[0]);
    Training training = Training.on(new Rings(1000, 16, 16, 1, "rings"), Backends.cpu())
        .with(UnetSettings.of(16, List.of(1, 2)))
        .withListener(TrainingListener.ofSteps(step -> System.out.println("step " + step.step())));
    training.withSteps(10).run(run);
    training.withSteps(20).run(run); // goes on after step 10
    var grid = Grids.of(training.samples(run, 4)).toPicture().toImage(); // a BufferedImage
    ImageIO.write(grid, "png", run.resolve("grid.png").toFile());
  }
}
