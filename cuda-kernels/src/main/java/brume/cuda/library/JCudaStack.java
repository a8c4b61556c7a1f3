package brume.cuda.library;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.driver.JCudaDriver;
import brume.cuda.driver.Releases;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Opens a GPU and as many of NVIDIA's libraries as work, one after the other. A library that does not is
 * left out, and said to be. Mutable while it opens.
 */
public final class JCudaStack {

  private static final Pattern MISSING =
      Pattern.compile("(lib\\S+\\.so[.\\d]*): cannot open shared object file");
  private static final Pattern LINKING = Pattern.compile("UnsatisfiedLinkError: (/\\S+: .*)");

  private final Libraries libraries;
  private final Natives natives = new Natives(Natives.cacheFolder());
  private final List<String> report = new ArrayList<>();

  private JCudaStack(Libraries libraries) {
    this.libraries = libraries;
  }

  /**
   * Why no GPU can be opened here. Where there is a driver, it is loaded and asked.
   *
   * @param ordinal number of the GPU, from 0
   * @return empty if it can; otherwise one sentence with what is missing and what to do
   */
  public static Optional<String> whyNot(int ordinal) {
    Libraries libraries = Libraries.find();
    Optional<String> missing = libraries.whyNoDriver().or(() -> Natives.whyNot("JCudaDriver"));
    if (missing.isPresent()) {
      return missing;
    }
    try {
      return new JCudaStack(libraries).loadDriver(() -> {
        JCudaDriver.probe(ordinal);
        return Optional.empty();
      });
    } catch (CudaException refused) {
      return Optional.of(String.valueOf(refused.getMessage()));
    }
  }

  /**
   * Opens a GPU.
   *
   * @param ordinal its number, from 0
   * @param most the last level tried
   * @param math how exactly libraries multiply
   * @param debug whether to wait after every launch, so that an error names its kernel
   * @return what works
   * @throws CudaException if the GPU itself cannot be opened
   */
  public static CudaStack open(int ordinal, CudaLevel most, CudaMath math, boolean debug) {
    return new JCudaStack(Libraries.find()).openAll(ordinal, most, math, debug);
  }

  private CudaStack openAll(int ordinal, CudaLevel most, CudaMath math, boolean debug) {
    Releases held = new Releases();
    return held.whole(() -> openAll(ordinal, most, math, debug, held));
  }

  private CudaStack openAll(
      int ordinal, CudaLevel most, CudaMath math, boolean debug, Releases held) {
    JCudaDriver driver = loadDriver(() -> JCudaDriver.open(ordinal, debug));
    held.add(driver::close);
    report.add("driver: " + libraries.driver().map(Libraries.Found::toString).orElse("loaded"));
    Optional<Blas> blas = Optional.empty();
    Optional<Dnn> dnn = Optional.empty();
    String cost = "matrix products run on Brume's own kernels, which are slower";
    if (!most.includes(CudaLevel.CUBLAS)) {
      report.add("cuBLAS: not asked for; " + cost);
    } else {
      blas = open(
          "cuBLAS",
          "JCublas2",
          libraries.cublas(),
          Libraries.CUBLAS_12,
          libraries.missingCublas(),
          cost,
          () -> JCublas.open(driver, math));
    }
    cost = "convolutions run on Brume's own kernels, which are slower";
    if (!most.includes(CudaLevel.CUDNN)) {
      report.add("cuDNN: not asked for; " + cost);
    } else {
      dnn = open(
          "cuDNN",
          "JCudnn",
          libraries.cudnn(),
          Libraries.CUDNN_9,
          libraries.missingCudnn(),
          cost,
          () -> JCudnn.open(driver, math));
    }
    blas.ifPresent(library -> held.add(library::close));
    dnn.ifPresent(library -> held.add(library::close));
    blas.ifPresent(library -> report.set(1, library.describe() + report.get(1)));
    dnn.ifPresent(library -> report.set(2, library.describe() + report.get(2)));
    return new CudaStack(driver, blas, dnn, List.copyOf(report), held);
  }

  private <T> T loadDriver(Supplier<T> loading) {
    try {
      return natives.load("JCudaDriver", Libraries.DRIVER, Libraries.DRIVER, loading);
    } catch (IOException | LinkageError problem) {
      throw new CudaException(
          CudaStatus.NOT_INITIALIZED,
          "the NVIDIA driver",
          reason(problem),
          "check that the driver is installed whole, or run with --device cpu");
    }
  }

  /** Loads a library; one that does not work is reported, with what that costs. */
  private <T> Optional<T> open(
      String name,
      String nativeLibrary,
      Optional<Libraries.Found> found,
      String wanted,
      String missing,
      String cost,
      Supplier<T> opening) {
    Optional<String> why = found.isEmpty() ? Optional.of(missing) : Natives.whyNot(nativeLibrary);
    if (why.isPresent()) {
      report.add(Text.of("%s: not used, %s; %s", name, why.get(), cost));
      return Optional.empty();
    }
    Libraries.Found library = found.orElseThrow();
    try {
      preload(library);
      T opened = natives.load(nativeLibrary, wanted, library.name(), opening);
      String changed = library.name().equals(wanted) || Natives.onLibraryPath(nativeLibrary)
          ? ""
          : ", through a copy of JCuda's library changed to ask for it";
      report.add(": " + library + changed);
      return Optional.of(opened);
    } catch (IOException | LinkageError | CudaException problem) {
      boolean fixed = !library.name().equals(wanted) && Natives.onLibraryPath(nativeLibrary);
      String advice = fixed
          ? Text.of("; JCuda's library on the library path asks for %s, leave it out there", wanted)
          : "";
      report.add(Text.of(
          "%s: not used, %s; found %s%s; %s", name, reason(problem), library, advice, cost));
      return Optional.empty();
    }
  }

  /** Loads a library by its file, so that one who asks for its name gets it wherever it lies. */
  private static void preload(Libraries.Found library) {
    Path light = library.file().resolveSibling(library.name().replace("cublas", "cublasLt"));
    if (Files.exists(light)) {
      System.load(light.toString());
    }
    System.load(library.file().toString());
  }

  /** The linker's words in short: of all it tells, which file is missing or what is wrong with it. */
  private static String reason(Throwable problem) {
    StringBuilder told = new StringBuilder();
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      told.append(cause).append('\n');
    }
    Matcher missing = MISSING.matcher(told);
    if (missing.find()) {
      return missing.group(1) + " could not be loaded";
    }
    Matcher linking = LINKING.matcher(told);
    return linking.find()
        ? linking.group(1)
        : String.valueOf(problem.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
