package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.diffusion.exchange.LoraFile;
import brume.diffusion.exchange.StableDiffusionFolder;
import brume.diffusion.objective.Batch;
import brume.diffusion.objective.Objective;
import brume.diffusion.pipeline.TextToPicture;
import brume.diffusion.process.Clipping;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.TextEncoding;
import brume.diffusion.run.TrainingStep;
import brume.nn.Adapters;
import brume.nn.Attending;
import brume.nn.Clock;
import brume.nn.Condition;
import brume.nn.Context;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.optim.Adam;
import brume.nn.optim.AdamConfig;
import brume.nn.unet.diffusers.UNet2DCondition;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.io.SafeTensors;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adapters of a folder's network learn two pictures and their captions, and are read again from a file. */
class LoraTrainingTest {

  private static final List<String> CAPTIONS = List.of("a red boat", "a cat");
  private static final int STEPS = 30;

  @TempDir
  private Path temporary;

  private static Tensor numbers(Device on, long seed, int... shape) {
    Shape sizes = Shape.of(shape);
    float[] values = new float[sizes.size()];
    RandomKey.of(seed).fillNormal(0, values, 0, values.length);
    return Tensor.of(on, sizes, values);
  }

  @Test
  void theyLearnAndAreReadAgain() throws IOException {
    Device on = Backends.cpu();
    Path place = GoldenCases.shipped().resolve("models/text/sd1");
    StableDiffusionFolder folder = StableDiffusionFolder.open(place, Optional.empty());
    Recipe recipe = folder.recipe();
    try (Scope all = Scope.open()) {
      TextEncoding texts = TextEncoding.open(folder, on);
      Adapters adapters = new Adapters(Adapters.Rule.ofAttention(4), RandomKey.of(1));
      UNet2DCondition network = folder.network(adapters, on);
      TextToPicture pipeline = new TextToPicture(texts, network, folder.decoder(on), on);
      Context said = texts.encode(CAPTIONS, CAPTIONS, 0);
      Batch batch =
          new Batch(pipeline.latents(numbers(on, 1, 2, 16, 16, 3), numbers(on, 2, 2, 8, 8, 4)), 0);
      Denoiser told = new Attending(new Clock(network, recipe.process().clock()), said);
      Objective objective = recipe.objective().create(recipe.process().create(Clipping.none()));
      TrainingStep step = new TrainingStep(told, objective, 1, false);
      double[] untouched = network.parameters().get(0).variable().value().toDoubles();
      double before = loss(step, batch);
      Adam adam = new Adam(adapters.parameters(), AdamConfig.adam());
      for (int i = 0; i < STEPS; i++) {
        try (Scope once = Scope.open()) {
          adam.step(step.compute(part -> batch, RandomKey.of(i)).gradients(), 0.02);
        }
      }
      double after = loss(step, batch);
      assertTrue(after < before, before + " to " + after);
      assertArrayEquals(
          untouched, network.parameters().get(0).variable().value().toDoubles());

      LoraFile.write(adapters, temporary);
      UNet2DCondition changed = folder.network(on);
      double[] plain = answer(changed, said);
      LoraFile.read(temporary).addTo(changed, 1);
      double[] learned = answer(network, said);
      assertArrayEquals(learned, answer(changed, said), 1e-4);
      assertFalse(Arrays.equals(plain, learned));
    }
    SafeTensors written = SafeTensors.read(temporary.resolve(LoraFile.NAME));
    assertTrue(written
        .names()
        .contains(
            "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0.lora_A.weight"));
    assertEquals(
        "{\"unet.lora_alpha\":4.0,\"unet.r\":4,\"unet.target_modules\":[\"to_q\",\"to_k\",\"to_v\",\"to_out.0\"]}",
        written.metadata().get("lora_adapter_metadata"));
  }

  /** Over several times and noises, always the same ones. */
  private static double loss(TrainingStep step, Batch batch) {
    double sum = 0;
    for (int i = 0; i < STEPS; i++) {
      try (Scope once = Scope.open()) {
        sum += step.loss(batch, RandomKey.of(i), 0).value().item();
      }
    }
    return sum;
  }

  private static double[] answer(UNet2DCondition network, Context said) {
    Variable x = Variable.constant(numbers(said.tokens().value().device(), 5, 2, 8, 8, 4));
    Condition told = Condition.none().withContext(said);
    return network
        .predict(new Query(x, new double[] {3, 700}, told, Pass.inference()))
        .value()
        .toDoubles();
  }
}
