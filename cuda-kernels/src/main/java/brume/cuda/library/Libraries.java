package brume.cuda.library;

import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** NVIDIA's libraries on this machine, found by their files: nothing is loaded. */
public final class Libraries {

  static final String DRIVER = "libcuda.so.1";
  static final String CUBLAS_12 = "libcublas.so.12";
  static final String CUBLAS_13 = "libcublas.so.13";
  static final String CUDNN_9 = "libcudnn.so.9";

  private final List<Path> folders;

  private Libraries(List<Path> folders) {
    this.folders = List.copyOf(folders);
  }

  /**
   * A library's file.
   *
   * @param name as other libraries ask for it, {@code libcublas.so.12} for example
   * @param file where it lies
   * @param version as far as its file tells, {@code 12.6.3.3} for example
   */
  public record Found(String name, Path file, String version) {

    @Override
    public String toString() {
      return Text.of("%s (%s)", file, version);
    }
  }

  /**
   * Looks where Linux, NVIDIA and Python keep libraries.
   *
   * @return what can be found
   */
  public static Libraries find() {
    return new Libraries(LibraryFolders.all(System.getenv(), System.getProperty("user.home", "/")));
  }

  /**
   * Looks in some folders only.
   *
   * @param folders in the order in which they are searched
   * @return what can be found there
   */
  static Libraries in(List<Path> folders) {
    return new Libraries(folders);
  }

  /**
   * Why no GPU can be used here.
   *
   * @return empty if there is a driver; otherwise one sentence with what is missing and what to do
   */
  public Optional<String> whyNoDriver() {
    if (named(DRIVER).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(DRIVER + " was not found. Is the NVIDIA driver installed?"
        + " Run with --device cpu to continue without it.");
  }

  /**
   * The driver's library.
   *
   * @return where it was found
   */
  public Optional<Found> driver() {
    return named(DRIVER);
  }

  /**
   * The library for matrix products: that of CUDA 12, which JCuda asks for, or else that of CUDA 13.
   *
   * @return where it was found
   */
  public Optional<Found> cublas() {
    return named(CUBLAS_12).or(() -> named(CUBLAS_13));
  }

  /**
   * The library for convolutions.
   *
   * @return where it was found
   */
  public Optional<Found> cudnn() {
    return named(CUDNN_9);
  }

  /** What to say when there is no {@link #cublas}. */
  String missingCublas() {
    return missing("libcublas.so.", CUBLAS_12 + " or " + CUBLAS_13);
  }

  /** What to say when there is no {@link #cudnn}. */
  String missingCudnn() {
    return missing("libcudnn.so.", CUDNN_9);
  }

  private String missing(String stem, String wanted) {
    String other = folders.stream()
        .flatMap(folder -> LibraryFolders.matching(folder, stem + "[0-9]*").stream())
        .map(file -> file.getFileName().toString())
        .filter(name -> name.indexOf('.', stem.length()) < 0) // libcudnn.so.8, not .so.8.9.7
        .findFirst()
        .flatMap(this::named)
        .map(found -> ", only " + found)
        .orElse("");
    return Text.of("%s was not found%s", wanted, other);
  }

  private Optional<Found> named(String name) {
    return folders.stream()
        .map(folder -> folder.resolve(name))
        .filter(Files::exists)
        .findFirst()
        .map(file -> new Found(name, file, version(name, file)));
  }

  /** libcublas.so.12 leads to libcublas.so.12.6.3.3, libcuda.so.1 to libcuda.so.580.65.06. */
  private static String version(String name, Path file) {
    String real = name;
    try {
      real = file.toRealPath().getFileName().toString();
    } catch (IOException vanished) {
      return "version unknown";
    }
    int at = real.indexOf(".so.");
    return at < 0 ? "version unknown" : real.substring(at + 4);
  }
}
