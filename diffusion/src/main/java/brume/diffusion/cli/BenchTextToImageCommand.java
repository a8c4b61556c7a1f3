package brume.diffusion.cli;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.exchange.AutoencoderFile;
import brume.diffusion.exchange.ConditionalUnetFile;
import brume.diffusion.exchange.WeightWidth;
import brume.diffusion.recipe.Version;
import brume.diffusion.run.ResidentMemory;
import brume.nn.Condition;
import brume.nn.Context;
import brume.nn.Layer;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.autoencoder.AutoencoderKL;
import brume.nn.unet.diffusers.UNet2DCondition;
import brume.tensor.DType;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code brume bench text-to-image}: the time of one guided step of a large network, and of its decoder. */
@Command(
    name = "text-to-image",
    description = {
      "Measures one guided step of a network as large as Stable Diffusion's, and its decoder.",
      "A step asks for two samples at once, one told the text and one not, of 77 tokens each; the decoder"
          + " makes one picture. The numbers in both are random, which changes no time. Prints medians in"
          + " seconds, by the clock and of all threads together, which other programs disturb less, and, where the system tells it, the largest resident memory of the process in MiB:"
          + " before anything is made, after the steps, and after decoding."
    },
    abbreviateSynopsis = true,
    sortOptions = false)
final class BenchTextToImageCommand implements Callable<Integer> {

  private static final double TIME = 500;

  @Option(
      names = "--shape",
      paramLabel = "NAME",
      defaultValue = "sd15",
      description =
          "sd15 (860 million parameters, pictures of 512x512), half (half as wide, 256x256) or"
              + " tiny. Default: ${DEFAULT-VALUE}.")
  private TextToImageShape shape = TextToImageShape.SD15;

  @Option(
      names = "--weights",
      paramLabel = "WIDTH",
      defaultValue = "half",
      description =
          "How matrices and filters are kept in memory: float, or half (16 bits, widened where"
              + " they are multiplied with). Default: ${DEFAULT-VALUE}.")
  private Width weights = Width.HALF;

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      description =
          "Read the network and the decoder from unet and vae in this folder, which are written"
              + " there in half precision if they are missing, and measure how long that takes.")
  private Optional<Path> folder = Optional.empty();

  @Option(
      names = "--measure",
      paramLabel = "WHAT",
      defaultValue = "both",
      description = "step, decoder or both. Default: ${DEFAULT-VALUE}.")
  private Measured measured = Measured.BOTH;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "3",
      description = "Steps measured. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "2",
      description = "Steps before, for the compiler. Default: ${DEFAULT-VALUE}.")
  private int warmup;

  @Option(names = "--json", description = "Print one line of JSON.")
  private boolean json;

  @Mixin
  private DeviceOptions deviceOptions = new DeviceOptions();

  @Spec
  private CommandSpec spec;

  private enum Measured {
    BOTH,
    STEP,
    DECODER
  }

  private enum Width {
    FLOAT,
    HALF;

    WeightWidth ofFiles() {
      return this == HALF ? WeightWidth.HALF : WeightWidth.FLOAT;
    }
  }

  @Override
  public Integer call() throws IOException {
    UsageException.unless(steps >= 1, "--steps: expected 1 or more, got " + steps);
    UsageException.unless(warmup >= 0, "--warmup: expected 0 or more, got " + warmup);
    Backend device = deviceOptions.open();
    UsageException.unless(
        weights == Width.FLOAT || device.holds(DType.F16),
        Text.of(
            "--weights: expected float on the device %s, which holds no numbers of half width, got half",
            device.name()));
    Map<String, @Nullable Object> figures = measure(device);
    String text = json
        ? new JsonMapper().writeValueAsString(figures)
        : figures.entrySet().stream()
            .map(figure -> Text.of("%-20s %s", figure.getKey(), figure.getValue()))
            .collect(Collectors.joining(System.lineSeparator()));
    spec.commandLine().getOut().println(text);
    return 0;
  }

  private Map<String, @Nullable Object> measure(Backend device) throws IOException {
    Map<String, @Nullable Object> figures = new LinkedHashMap<>();
    figures.put("peer", "brume " + Version.BRUME + ", JDK " + Runtime.version().feature());
    figures.put("device", device.name());
    figures.put("dtype", device.defaultDType().name().toLowerCase(Locale.ROOT));
    figures.put("weights", weights.name().toLowerCase(Locale.ROOT));
    figures.put("threads", deviceOptions.threads());
    figures.put("shape", shape.name().toLowerCase(Locale.ROOT));
    figures.put("base_mib", resident());
    if (folder.isPresent()) {
      write(folder.get(), device);
    }
    try (Tape.Pause pause = Tape.pause()) {
      if (measured != Measured.DECODER) {
        try (Scope scope = Scope.open()) {
          step(device, figures);
        }
      }
      if (measured != Measured.STEP) {
        try (Scope scope = Scope.open()) {
          decoder(device, figures);
        }
      }
    }
    return figures;
  }

  private void step(Backend device, Map<String, @Nullable Object> figures) throws IOException {
    long start = System.nanoTime();
    UNet2DCondition network = folder.isPresent()
        ? ConditionalUnetFile.open(folder.get().resolve("unet"), weights.ofFiles(), device)
        : fresh(() -> new UNet2DCondition(device, RandomKey.of(0), shape.network()));
    figures.put("params", size(network));
    figures.put("load_s", seconds(start));
    figures.put("load_mib", resident());
    Tensor x = noise(device, Shape.of(2, shape.side(), shape.side(), shape.latentChannels()));
    Tensor said = noise(device, Shape.of(2, TextToImageShape.TOKENS, shape.tokenChannels()));
    Query query = Query.of(Variable.constant(x), new double[] {TIME, TIME}, Pass.inference())
        .withCondition(Condition.none().withContext(Context.of(Variable.constant(said))));
    median(device, "step", () -> network.predict(query), figures);
    figures.put("step_mib", resident());
  }

  private void decoder(Backend device, Map<String, @Nullable Object> figures) throws IOException {
    AutoencoderKL network = folder.isPresent()
        ? AutoencoderFile.open(folder.get().resolve("vae"), weights.ofFiles(), device)
        : fresh(() -> new AutoencoderKL(device, RandomKey.of(0), shape.autoencoder()));
    Tensor z = noise(device, Shape.of(1, shape.side(), shape.side(), shape.latentChannels()));
    median(device, "decode", () -> network.decode(Variable.constant(z)), figures);
    figures.put("decode_mib", resident());
  }

  // ---- Networks with random numbers

  private <N extends Layer> N fresh(Supplier<N> construction) {
    N network = weights == Width.HALF
        ? Parameters.toBeRead(DType.F16, construction)
        : Parameters.toBeRead(construction);
    RandomWeights.fill(network.parameters(), RandomKey.of(0));
    return network;
  }

  /** Writes what is missing, in half precision. */
  private void write(Path folder, Backend device) throws IOException {
    Path unet = folder.resolve("unet"), vae = folder.resolve("vae");
    if (!Files.exists(unet)) {
      try (Scope scope = Scope.open()) {
        UNet2DCondition network = halves(device, shape.network(), UNet2DCondition::new);
        ConditionalUnetFile.write(network, shape.side(), unet);
      }
    }
    if (!Files.exists(vae)) {
      try (Scope scope = Scope.open()) {
        AutoencoderKL network = halves(device, shape.autoencoder(), AutoencoderKL::new);
        AutoencoderFile.write(network, shape.side(), vae);
      }
    }
  }

  private interface Made<C, N> {
    N of(Backend device, RandomKey key, C config);
  }

  private static <C, N extends Layer> N halves(Backend device, C config, Made<C, N> made) {
    N network = Parameters.toBeRead(DType.F16, () -> made.of(device, RandomKey.of(0), config));
    RandomWeights.fill(network.parameters(), RandomKey.of(0));
    return network;
  }

  private static long size(Layer network) {
    return network.parameters().stream()
        .mapToLong(parameter -> parameter.variable().shape().size())
        .sum();
  }

  private static Tensor noise(Backend device, Shape shape) {
    float[] values = new float[shape.size()];
    RandomKey.of(1).fillNormal(0, values, 0, values.length);
    return Tensor.of(device, shape, values);
  }

  // ---- Time and memory

  private void median(
      Backend device, String name, Runnable work, Map<String, @Nullable Object> figures) {
    double[] seconds = new double[steps], ofThreads = new double[steps];
    for (int i = -warmup; i < steps; i++) {
      try (Scope scope = Scope.open()) {
        device.await();
        long start = System.nanoTime();
        Optional<Duration> before = ofThreads();
        work.run();
        device.await();
        if (i >= 0) {
          seconds[i] = seconds(start);
          ofThreads[i] = before.isEmpty()
              ? Double.NaN
              : rounded(ofThreads().orElseThrow().minus(before.get()).toMillis() * 1e-3);
        }
      }
    }
    Arrays.sort(seconds);
    Arrays.sort(ofThreads);
    figures.put(name + "_s", seconds[steps / 2]);
    double median = ofThreads[steps / 2];
    figures.put(name + "_cpu_s", Double.isNaN(median) ? null : median);
  }

  /** What all threads of this process have computed, where the system tells it. */
  private static Optional<Duration> ofThreads() {
    return ProcessHandle.current().info().totalCpuDuration();
  }

  private static double seconds(long start) {
    return rounded((System.nanoTime() - start) * 1e-9);
  }

  private static double rounded(double seconds) {
    return Double.parseDouble(String.format(Locale.ROOT, "%.5g", seconds));
  }

  private static @Nullable Long resident() {
    return ResidentMemory.peakMebibytes().orElse(null);
  }
}
