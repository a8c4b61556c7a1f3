package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import brume.diffusion.cli.Main;
import brume.diffusion.data.OwnSettings;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.recipe.Version;
import brume.tensor.Text;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Maven project of somebody else's, in {@code src/test/resources/consumer}: it imports the versions,
 * names one module, trains on data of its own, goes on and draws. Maven builds it outside of this build,
 * without a network, from a repository that has nothing of Brume but what this test puts there.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the repository is made of symbolic links")
class ConsumerTest {

  private static final List<String> MODULES = List.of("tensor-core", "autograd", "nn", "diffusion");
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir
  private Path folder;

  @Test
  void isBuiltTrainsGoesOnAndDraws() throws Exception {
    Path maven = Path.of(System.getProperty("brume.maven", "/none"), "bin", "mvn");
    assumeTrue(Files.exists(maven), "this test is not run by Maven");
    Path project = folder.resolve("project");
    copy(Path.of("src", "test", "resources", "consumer"), project);
    String pom = Files.readString(project.resolve("pom.xml"));
    assertTrue(
        pom.contains("<version>" + Version.BRUME + "</version>"), "the version of this build");

    run(
        project,
        maven.toString(),
        "-B",
        "-o",
        "-q",
        "-Dmaven.repo.local=" + repository(),
        // Whoever fetched a library before, it is there.
        "-Daether.enhancedLocalRepository.trackingFilename=none",
        "-Dmdep.outputFile=" + folder.resolve("classpath"),
        "-Dmdep.includeScope=runtime",
        Text.of(
            "org.apache.maven.plugins:maven-compiler-plugin:%s:compile",
            System.getProperty("brume.maven.compiler")),
        Text.of(
            "org.apache.maven.plugins:maven-dependency-plugin:%s:build-classpath",
            System.getProperty("brume.maven.dependency")));

    String libraries = Files.readString(folder.resolve("classpath"));
    for (String module : MODULES) {
      assertTrue(libraries.contains(module + "-" + Version.BRUME + ".jar"), libraries);
    }
    for (String unwanted : List.of(
        "picocli",
        "progressbar",
        "jline",
        "xchart",
        "slf4j-simple",
        "jcuda",
        "junit-jupiter",
        "jqwik")) {
      assertFalse(libraries.contains(unwanted), unwanted + " in " + libraries);
    }

    Path run = folder.resolve("run");
    String said = run(
        project,
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--add-modules",
        "jdk.incubator.vector",
        "-cp",
        project.resolve("target/classes") + File.pathSeparator + libraries,
        "Rings",
        run.toString());
    List<String> steps = said.lines().filter(line -> line.startsWith("step ")).toList();
    assertEquals(
        IntStream.rangeClosed(1, 20).mapToObj(step -> "step " + step).toList(), steps, said);
    BufferedImage grid = ImageIO.read(run.resolve("grid.png").toFile());
    assertNotNull(grid, "a picture");
    assertEquals(grid.getHeight(), grid.getWidth());
    assertEquals(
        new OwnSettings(16, 16, 1, false),
        Recipes.read(run.resolve("config.json")).data());
    Path samples = folder.resolve("samples.png");
    assertEquals(
        0,
        Main.run("sample", "--run", run.toString(), "--count", "1", "--out", samples.toString()));
    assertTrue(Files.exists(samples), "the command line draws from the run, too");
  }

  /** All that Maven has fetched for this build, and Brume as it was just compiled. */
  private Path repository() throws IOException {
    Path repository = Files.createDirectory(folder.resolve("repository"));
    try (Stream<Path> fetched = Files.list(Path.of(System.getProperty("brume.maven.repository")))) {
      for (Path each : fetched.toList()) {
        String name = each.getFileName().toString();
        if (Files.isDirectory(each) && !name.equals("brume")) {
          Files.createSymbolicLink(repository.resolve(name), each);
        }
      }
    }
    Path ours = repository.resolve("brume");
    Files.copy(ROOT.resolve("pom.xml"), place(ours, "brume", "pom"));
    for (String module : MODULES) {
      Files.copy(ROOT.resolve(module).resolve("pom.xml"), place(ours, module, "pom"));
      jar(ROOT.resolve(module).resolve("target/classes"), place(ours, module, "jar"));
    }
    return repository;
  }

  private static Path place(Path ours, String module, String kind) throws IOException {
    Path version = Files.createDirectories(ours.resolve(module).resolve(Version.BRUME));
    return version.resolve(Text.of("%s-%s.%s", module, Version.BRUME, kind));
  }

  private static void jar(Path classes, Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, entries);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(Objects.requireNonNull(copy.getParent()));
        Files.copy(file, copy);
      }
    }
  }

  /** Runs a program that must succeed, and hands out what it says. */
  private static String run(Path in, String... words) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(words).directory(in.toFile()).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), () -> Arrays.toString(words) + "\n" + said);
    return said;
  }
}
