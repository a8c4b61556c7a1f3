package brume.diffusion.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.diffusion.process.Way;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.Randomness;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.SamplingListener;
import brume.diffusion.sink.SampleNumbers;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of several samples the best is kept. */
class ChoiceTest {

  private static final Device CPU = Backends.cpu();
  private static final int OF = 3;
  private static final Choice LARGEST = new Choice(OF, (first, drawn) -> drawn.toDoubles());

  /** Samples are the noise that they begin with. */
  private static final class Idle implements Sampler {
    @Override
    public Way levels() {
      throw new UnsupportedOperationException("no levels");
    }

    @Override
    public int steps() {
      return 1;
    }

    @Override
    public Tensor sample(
        Denoised model, Tensor start, NoiseSource noise, SamplingListener listener) {
      listener.step(1, 1, start, start);
      return start;
    }

    @Override
    public Tensor denoise(
        Denoised model, Tensor start, int last, NoiseSource noise, SamplingListener listener) {
      throw new UnsupportedOperationException("no last steps");
    }
  }

  private static Drawing drawing(int batch) {
    return new Drawing(new Idle(), Shape.of(1, 1, 1), Randomness.of(4), batch, drawn -> drawn);
  }

  private static List<Float> drawn(Choice choice, int batch, SampleNumbers numbers)
      throws IOException {
    List<Float> all = new ArrayList<>();
    Asked asked = Asked.alike((xt, level) -> {
          throw new UnsupportedOperationException("nobody asks");
        })
        .choosing(choice);
    drawing(batch).draw(asked, CPU, numbers, 0, (done, of, first, x) -> {}, (first, values) -> {
      assertEquals(all.size(), first);
      for (float value : values) {
        all.add(value);
      }
    });
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64})
  void theBestOfConsecutiveSamplesIsKept(int batch) throws IOException {
    List<Float> all = drawn(Choice.none(), 64, SampleNumbers.first(5 * OF));
    List<Float> best = new ArrayList<>();
    for (int i = 0; i < all.size(); i += OF) {
      best.add(all.subList(i, i + OF).stream().max(Float::compare).orElseThrow());
    }
    assertEquals(best, drawn(LARGEST, batch, SampleNumbers.first(5)));
    assertEquals(
        List.of(best.get(1), best.get(2), best.get(4)),
        drawn(LARGEST, batch, SampleNumbers.parse("1-2,4")));
  }

  @Test
  void stepsAreThoseOfAllThatAreDrawn() {
    SampleNumbers five = SampleNumbers.first(5);
    assertEquals(5, drawing(OF).stepsFor(LARGEST, five, 0));
    assertEquals(3, drawing(2 * OF + 1).stepsFor(LARGEST, five, 0));
    assertEquals(1, drawing(5).stepsFor(Choice.none(), five, 0));
  }

  @Test
  void ofThoseThatFitAsWellTheFirstIsKept() {
    try (Scope scope = Scope.open()) {
      Tensor drawn = Tensor.of(CPU, Shape.of(4, 1, 1, 2), new float[] {1, 2, 3, 4, 5, 6, 7, 8});
      Choice choice = new Choice(2, (first, all) -> new double[] {first, first, 0, 1});
      Tensor best = choice.best(7, drawn);
      assertEquals(Shape.of(2, 1, 1, 2), best.shape());
      assertArrayEquals(new float[] {1, 2, 7, 8}, best.toFloats());
    }
  }

  @Test
  void thereMustBeOne() {
    assertThrows(
        IllegalArgumentException.class, () -> new Choice(0, (first, all) -> new double[0]));
  }
}
