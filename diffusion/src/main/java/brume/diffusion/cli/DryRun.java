package brume.diffusion.cli;

import brume.autograd.Variable;
import brume.diffusion.network.TextRows;
import brume.diffusion.objective.Batch;
import brume.diffusion.objective.Objective;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.TrainingSettings;
import brume.diffusion.run.Encoders;
import brume.diffusion.run.Model;
import brume.diffusion.run.TrainingStep;
import brume.nn.Context;
import brume.nn.optim.Optimizer;
import brume.nn.text.TokenRows;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a run would take, found out by training steps of a few samples that nobody keeps.
 *
 * @param recipe of the run
 * @param parameters of the network
 * @param fixedBytes parameters, averages, gradients and the optimizer's state
 * @param sampleBytes what one sample needs until its gradients are known
 * @param sampleSeconds of a training step, for one sample
 */
record DryRun(
    Recipe recipe, long parameters, long fixedBytes, long sampleBytes, double sampleSeconds) {

  private static final int FLOAT = Float.BYTES;
  private static final double SECONDS = 10; // for the compiler and for chance
  private static final int MOST_STEPS = 50;
  private static final int LARGE = 128 * 128 * 3; // numbers of a sample, of which one is enough
  private static final int USUAL_TOKENS = 24; // of a text
  private static final int SAMPLES = 4; // enough for both cores, few enough for any memory

  static DryRun of(Recipe recipe, boolean recompute, Device device) throws IOException {
    try (Scope scope = Scope.open()) {
      Model model = new Model(recipe, device, Encoders.ofOthers(recipe, device));
      Optimizer optimizer = recipe.optimizer().create(model.parameters());
      Objective objective = recipe.objective().create(model.process());
      long parameters = model.size();
      long state = optimizer.state().stream()
          .mapToLong(part -> part.variable().shape().size())
          .sum();
      int averages = recipe.average().rates().size();
      Shape picture = recipe.sampled(); // as if it were encoded already
      Optional<TextRows> texts = recipe.network().reads();
      int small = picture.size() > LARGE ? texts.isPresent() ? 2 : 1 : SAMPLES;
      int tried = Math.min(small, recipe.training().batch());
      Tensor x0 = Tensor.of(
          device,
          Shape.of(tried, picture.dim(0), picture.dim(1), picture.dim(2)),
          new float[Shape.product(tried, picture.size())]);
      TrainingStep step = new TrainingStep(
          (batch, random) -> model.told(
              recipe.condition().told(model, batch, random),
              new double[tried * recipe.augmentation().told()]),
          objective,
          1,
          recompute);
      Batch plain = new Batch(x0, 0, new int[tried]);
      Batch worded = texts
          .map(each -> plain.withWords(
              TokenRows.of(Collections.nCopies(tried, new int[0]), each.length(), 0)))
          .orElse(plain);
      Supplier<Batch> batch = recipe.condition().says()
          ? () -> worded.withSaid(nothing(model, tried, device)) // in which a word may learn
          : () -> worded;
      long bytes = activations(step, batch, device) / tried;
      return new DryRun(
          recipe,
          parameters,
          FLOAT * (parameters * (2L + averages) + state),
          bytes,
          seconds(step, batch) / tried);
    }
  }

  /** What an encoder may say of samples, and in the last row of nothing. */
  private static Context nothing(Model model, int samples, Device device) {
    Recipe recipe = model.recipe();
    String text = recipe.network().says().stream().findFirst().orElse("");
    int rows = 2 * samples + 1; // as many as any condition looks at
    List<String> texts = Collections.nCopies(rows, text);
    Optional<Context> said = model.encoders().texts().map(encoder -> encoder.said(texts));
    if (said.isPresent()) {
      return said.get();
    }
    int must = recipe.network().tokens(),
        channels = Math.max(1, recipe.condition().tokenChannels());
    Shape tokens = Shape.of(rows, must == 0 ? USUAL_TOKENS : must, channels);
    Shape vector = Shape.of(rows, channels);
    return Context.of(Variable.constant(Tensor.of(device, tokens, new float[tokens.size()])))
        .withVector(Variable.constant(Tensor.of(device, vector, new float[vector.size()])));
  }

  private static Variable loss(TrainingStep step, Supplier<Batch> batch, int number) {
    return step.loss(batch.get(), RandomKey.of(0).child("dry", number), 0);
  }

  /** What lives between the way there and the way back. */
  private static long activations(TrainingStep step, Supplier<Batch> batch, Device device) {
    try (Scope scope = Scope.open()) {
      long before = device.liveBytes();
      loss(step, batch, 0);
      return device.liveBytes() - before;
    }
  }

  private static double seconds(TrainingStep step, Supplier<Batch> batch) {
    double fastest = Double.POSITIVE_INFINITY;
    long begin = System.nanoTime();
    for (int i = 0; i < MOST_STEPS && (System.nanoTime() - begin) * 1e-9 < SECONDS; i++) {
      long start = System.nanoTime();
      try (Scope scope = Scope.open()) {
        loss(step, batch, i).backward();
      }
      fastest = Math.min(fastest, (System.nanoTime() - start) * 1e-9);
    }
    return fastest;
  }

  /** What to tell. */
  List<String> lines() {
    TrainingSettings t = recipe.training();
    double hours = sampleSeconds * t.samplesPerStep() * t.steps() / 3600;
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(Locale.ROOT, "%s with %,d parameters", recipe.network().noun(), parameters));
    lines.add(String.format(
        Locale.ROOT,
        "%,d steps of %,d samples of %s, a checkpoint of %,d MiB every %,d steps",
        t.steps(),
        t.samplesPerStep(),
        recipe.data().shape(),
        (fixedBytes - FLOAT * parameters) >> 20,
        t.checkpointEvery()));
    int every = recipe.average().snapshotEvery();
    if (every > 0) {
      long snapshot = FLOAT * parameters * recipe.average().rates().size();
      lines.add(String.format(
          Locale.ROOT,
          "%,d snapshots of the averages, one every %,d steps, %,d MiB in all",
          t.steps() / every,
          every,
          snapshot * (t.steps() / every) >> 20));
    }
    lines.add(String.format(
        Locale.ROOT,
        "memory about %,d MiB: %,d for parameters, gradients and optimizer, %,d for a batch of %,d",
        fixedBytes + sampleBytes * t.batch() >> 20,
        fixedBytes >> 20,
        sampleBytes * t.batch() >> 20,
        t.batch()));
    String time = hours < 1
        ? String.format(Locale.ROOT, "%.0f min", Math.max(1, hours * 60))
        : String.format(Locale.ROOT, hours < 100 ? "%.1f hours" : "%,.0f hours", hours);
    lines.add("time at most about " + time + " on this machine");
    return lines;
  }
}
