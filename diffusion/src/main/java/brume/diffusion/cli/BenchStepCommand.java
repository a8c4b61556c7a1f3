package brume.diffusion.cli;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.data.ImagesSettings;
import brume.diffusion.network.UnetSettings;
import brume.diffusion.objective.Batch;
import brume.diffusion.objective.Errors;
import brume.diffusion.objective.NoiseSettings;
import brume.diffusion.objective.Objective;
import brume.diffusion.objective.Objectives;
import brume.diffusion.objective.TimesOfTraining;
import brume.diffusion.objective.Weightings;
import brume.diffusion.process.DiscreteSettings;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.Schedules;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.recipe.Version;
import brume.diffusion.run.Model;
import brume.diffusion.run.ResidentMemory;
import brume.diffusion.run.StepRecorder;
import brume.diffusion.run.TrainingStep;
import brume.diffusion.run.Update;
import brume.diffusion.settings.SettingException;
import brume.nn.ConfigException;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.Recorder;
import brume.nn.optim.Adam;
import brume.nn.optim.AdamConfig;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.KernelTime;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code brume bench step}: the time of one training step and of one forward pass. */
@Command(
    name = "step",
    description = {
      "Measures one training step (forward, backward, Adam) and one step of sampling (forward).",
      "Prints the medians in seconds, images per second, and, where the system tells it, the largest"
          + " resident memory of the process in MiB: before the network is made and after training, or"
          + " after sampling where only that is measured."
    },
    abbreviateSynopsis = true,
    sortOptions = false)
final class BenchStepCommand implements Callable<Integer> {

  @Option(
      names = "--dim",
      paramLabel = "N",
      defaultValue = "32",
      description = "Channels at the finest level. Default: ${DEFAULT-VALUE}.")
  private int dim;

  @Option(
      names = "--mults",
      split = ",",
      paramLabel = "N,N,..",
      hideParamSyntax = true,
      defaultValue = "1,2,4",
      description = "Multiples of --dim at each level. Default: ${DEFAULT-VALUE}.")
  private List<Integer> mults = List.of();

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "28",
      description = "Height and width in pixels. Default: ${DEFAULT-VALUE}.")
  private int size;

  @Option(
      names = "--channels",
      paramLabel = "N",
      defaultValue = "1",
      description = "Channels of a picture. Default: ${DEFAULT-VALUE}.")
  private int channels;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "32",
      description = "Pictures of one step. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "7",
      description = "Steps measured. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "5",
      description = "Steps before, for the compiler. Default: ${DEFAULT-VALUE}.")
  private int warmup;

  @Option(names = "--recompute", description = TrainCommand.RECOMPUTE)
  private boolean recompute;

  @Option(
      names = "--measure",
      paramLabel = "WHAT",
      defaultValue = "both",
      description = "training, sampling or both. Default: ${DEFAULT-VALUE}.")
  private Measured measured = Measured.BOTH;

  @Option(
      names = "--replay",
      description =
          "Record a step once and measure how long steps take that repeat it; on a GPU only.")
  private boolean replay;

  @Option(
      names = "--profile",
      description = "After that, measure each kernel of one step for itself; on a GPU only.")
  private boolean profile;

  @Option(names = "--json", description = "Print one line of JSON.")
  private boolean json;

  @Mixin
  private DeviceOptions deviceOptions = new DeviceOptions();

  @Spec
  private CommandSpec spec;

  private static final double LEARNING_RATE = 1e-4;

  private List<String> kernels = List.of(); // what --profile found, line by line

  @Override
  public Integer call() throws IOException {
    Recipe recipe = recipe();
    UsageException.unless(steps >= 1, "--steps: expected 1 or more, got " + steps);
    UsageException.unless(warmup >= 0, "--warmup: expected 0 or more, got " + warmup);
    UsageException.unless(
        !replay || !deviceOptions.recordsNothing(),
        "--replay: expected without --cuda-recording off, got both; leave one of them out");
    UsageException.unless(
        !profile || !json && !replay && measured != Measured.BOTH,
        "--profile: expected --measure training or --measure sampling, and neither --json nor"
            + " --replay; leave the others out");
    Map<String, @Nullable Object> figures = measure(recipe, deviceOptions.open());
    String text = json
        ? new JsonMapper().writeValueAsString(figures)
        : figures.entrySet().stream()
            .map(figure -> Text.of("%-20s %s", figure.getKey(), figure.getValue()))
            .collect(Collectors.joining(System.lineSeparator()));
    spec.commandLine().getOut().println(text);
    kernels.forEach(spec.commandLine().getOut()::println);
    return 0;
  }

  /** The U-Net of denoising-diffusion-pytorch with its defaults, to be measured beside others. */
  private Recipe recipe() {
    Recipe recipe = Recipes.plain()
        .with(
            ImagesSettings.of("none", size, channels, false),
            UnetSettings.of(dim, mults),
            DiscreteSettings.of(1000, new Schedules.Linear(1e-4, 0.02, true), Prediction.EPSILON),
            new Objectives.Denoising(
                new Errors.Squared(),
                new Weightings.Uniform(),
                NoiseSettings.PLAIN,
                new TimesOfTraining.Uniform()));
    try {
      return recipe.checked();
    } catch (SettingException misfit) {
      throw new UsageException(
          misfit.sentence(key -> "--" + key.substring(key.lastIndexOf('.') + 1)));
    } catch (ConfigException misfit) {
      throw new UsageException("--" + misfit.getMessage());
    }
  }

  private enum Measured {
    BOTH,
    TRAINING,
    SAMPLING
  }

  private Map<String, @Nullable Object> measure(Recipe recipe, Backend device) {
    Long base = ResidentMemory.peakMebibytes().orElse(null);
    try (Scope run = Scope.open()) {
      Model model = new Model(recipe, device);
      Adam adam = new Adam(model.parameters(), AdamConfig.adam());
      Objective objective = recipe.objective().create(model.process());
      Tensor x0 = Tensor.of(device, shape(), new float[shape().size()]);

      TrainingStep passes = new TrainingStep(model, objective, 1, recompute);
      Double step = measured == Measured.SAMPLING
          ? null
          : training(device, model, passes, adam, new Batch(x0, 0));
      Long trained = ResidentMemory.peakMebibytes().orElse(null);
      Double forward = measured == Measured.TRAINING ? null : sampling(device, model, x0);
      Long sampled = ResidentMemory.peakMebibytes().orElse(null);

      Map<String, @Nullable Object> figures = new LinkedHashMap<>();
      figures.put(
          "peer", "brume " + Version.BRUME + ", JDK " + Runtime.version().feature());
      figures.put("device", device.name());
      figures.put("dtype", device.defaultDType().name().toLowerCase(Locale.ROOT));
      figures.put("compile", false);
      figures.put("replayed", replay);
      figures.put("threads", deviceOptions.threads());
      figures.put("dim", dim);
      figures.put("mults", mults.stream().map(String::valueOf).collect(Collectors.joining(",")));
      figures.put("size", size);
      figures.put("channels", channels);
      figures.put("batch", batch);
      figures.put("params", model.size());
      figures.put("train_step_s", step == null ? null : rounded(step));
      figures.put("train_images_per_s", step == null ? null : rounded(batch / step));
      figures.put("forward_s", forward == null ? null : rounded(forward));
      figures.put("base_mib", base);
      figures.put("peak_mib", measured == Measured.SAMPLING ? sampled : trained);
      return figures;
    }
  }

  private double training(
      Backend device, Model model, TrainingStep passes, Adam adam, Batch batch) {
    RandomKey key = RandomKey.of(0).child("bench");
    if (!replay) {
      return seconds(device, i -> {
        try (Scope step = Scope.open()) {
          Variable loss = passes.loss(batch, key.child("step", i), 0);
          if (device.recomputes()) { // as runs do that limit no norm
            adam.next(LEARNING_RATE);
            loss.backwardOneByOne(adam.oneByOne());
          } else {
            adam.step(loss.backward(), LEARNING_RATE);
          }
        }
      });
    }
    requireRecording(device);
    Update update = new Update(Optional.empty(), adam, List.of());
    StepRecorder.Told told =
        new StepRecorder.Told(BenchStepCommand::refused, BenchStepCommand::refused);
    try (StepRecorder steps = new StepRecorder(model, model.recorder(), passes, update, told)) {
      return repeated(device, i -> {
        try (Scope step = Scope.open()) {
          steps.step(part -> batch, key.child("step", i), LEARNING_RATE, Update.Check.NONE);
        } catch (IOException impossible) { // samples are there
          throw new UncheckedIOException(impossible);
        }
      });
    }
  }

  private double sampling(Backend device, Model model, Tensor x) {
    if (!replay) {
      return seconds(device, i -> sample(model, x));
    }
    requireRecording(device);
    try (Recorder.Session recorded = model.recorder().begin(BenchStepCommand::refused)) {
      return repeated(device, i -> sample(model, x));
    }
  }

  private void sample(Model model, Tensor x) {
    try (Tape.Pause pause = Tape.pause();
        Scope scope = Scope.open()) {
      double[] times = new double[batch];
      Arrays.fill(times, 500);
      model.predict(Query.of(Variable.constant(x), times, Pass.inference()));
    }
  }

  private Shape shape() {
    return Shape.of(batch, size, size, channels);
  }

  private interface Timed {
    void run(int i);
  }

  private double seconds(Backend device, Timed timed) {
    double median = median(device, timed);
    if (profile) {
      kernels = KernelTable.of(profiled(device, timed));
    }
    return median;
  }

  private double repeated(Backend device, Timed timed) {
    for (int i = 0; i <= Recorder.FIRST; i++) {
      timed.run(i); // the last one is recorded
    }
    return median(device, timed);
  }

  private static void requireRecording(Backend device) {
    if (!device.records()) {
      throw onGpuOnly("--replay", device);
    }
  }

  private static void refused(String reason) {
    throw new UsageException("--replay: expected a step that can be recorded, got " + reason);
  }

  private static List<KernelTime> profiled(Backend device, Timed timed) {
    try {
      return device.profile(() -> timed.run(0));
    } catch (UnsupportedOperationException unable) {
      throw onGpuOnly("--profile", device);
    }
  }

  private static UsageException onGpuOnly(String option, Backend device) {
    return new UsageException(Text.of(
        "%s: expected a GPU (--device cuda) or an emulated one (--device emulator), got %s; leave %s out"
            + " or choose another --device",
        option, device.name(), option));
  }

  private double median(Backend device, Timed timed) {
    double[] seconds = new double[steps];
    for (int i = -warmup; i < steps; i++) {
      device.await();
      long start = System.nanoTime();
      timed.run(i + warmup);
      device.await();
      if (i >= 0) {
        seconds[i] = (System.nanoTime() - start) * 1e-9;
      }
    }
    Arrays.sort(seconds);
    return seconds[steps / 2];
  }

  private static double rounded(double value) {
    return Double.parseDouble(String.format(Locale.ROOT, "%.5g", value));
  }
}
