package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import brume.tensor.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script at the root, in a copy of the house that has been built, with a java that only talks. */
class LauncherTest {

  private static final Path BASH = Path.of("/bin/bash");
  private static final List<String> TOOLS = List.of(
      "bash",
      "dirname",
      "readlink",
      "sed",
      "head",
      "find",
      "mkdir",
      "grep",
      "tail",
      "touch",
      "uname");

  @TempDir
  private Path folder;

  private Path home;
  private Path tools;

  @BeforeEach
  void copyTheHouse() throws IOException {
    assumeTrue(Files.isExecutable(BASH), "needs bash");
    home = Files.createDirectories(folder.resolve("my house"));
    Files.copy(Path.of("..", "brume"), home.resolve("brume"));
    Files.writeString(home.resolve("pom.xml"), "");
    Files.createDirectories(home.resolve("diffusion/src/main"));
    Files.writeString(home.resolve("diffusion/pom.xml"), "");
    Files.createDirectories(home.resolve("diffusion/target"));
    Files.writeString(home.resolve("diffusion/target/built"), "");
    tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : TOOLS) {
      Path place = Path.of("/usr/bin", tool);
      script(
          tools.resolve(tool),
          Text.of("exec %s \"$@\"", Files.exists(place) ? place : Path.of("/bin", tool)));
    }
  }

  @Test
  void worksFromElsewhereThroughALinkAndWithSpaces() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("a link"), home.resolve("brume"));
    Path java = java("java here", "17.0.15");
    Shell said =
        launch(link, Map.of("BRUME_JAVA", java.toString()), "sample", "--run", "a run", "");
    said.succeeds();
    List<String> words = said.out().lines().toList();
    assertEquals(
        List.of("brume.diffusion.cli.Main", "sample", "--run", "a run", ""),
        words.subList(words.size() - 5, words.size()));
    Path real = home.toRealPath();
    assertTrue(words.contains("jdk.incubator.vector"), said.out());
    assertTrue(
        words.stream().anyMatch(word -> word.startsWith(real + "/diffusion/target/classes:")),
        said.out());
  }

  @Test
  void furtherFlagsOfTheJvmAreHandedOn() throws Exception {
    Path java = java("java", "25");
    Shell said = launch(
        home.resolve("brume"),
        Map.of("BRUME_JAVA", java.toString(), "BRUME_JAVA_OPTIONS", "-Xmx8g -Dx=y"),
        "doctor");
    List<String> words = said.succeeds().out().lines().toList();
    assertTrue(words.containsAll(List.of("-Xmx8g", "-Dx=y", "doctor")), said.out());
  }

  @Test
  void theJavaOnThePathIsFound() throws Exception {
    java("tools/java", "21.0.1");
    launch(home.resolve("brume"), Map.of(), "doctor").succeeds();
  }

  @Test
  void withoutAJavaASentenceSaysWhatToInstall() throws Exception {
    launch(home.resolve("brume"), Map.of(), "doctor")
        .fails(
            1,
            "expected a JDK 17 or newer, found none at any place on the path; install one, or set"
                + " JAVA_HOME to it");
    launch(home.resolve("brume"), Map.of("JAVA_HOME", "/nowhere"), "doctor")
        .fails(
            1,
            "expected a JDK 17 or newer, found none at /nowhere; install one, or set JAVA_HOME to it");
  }

  @Test
  void anOldJavaIsRefused() throws Exception {
    Path java = java("old", "1.8.0_392");
    launch(home.resolve("brume"), Map.of("BRUME_JAVA", java.toString()), "doctor")
        .fails(
            1,
            "expected a JDK 17 or newer, " + java
                + " is version 1.8.0_392; set JAVA_HOME to another");
  }

  @Test
  void withoutMavenWhatIsBuiltRunsAndWhatIsNotIsTold() throws Exception {
    java("tools/java", "17.0.15");
    launch(home.resolve("brume"), Map.of(), "doctor").succeeds();
    Files.delete(home.resolve("diffusion/target/built"));
    launch(home.resolve("brume"), Map.of(), "doctor")
        .fails(1, "expected Maven on the path to build Brume, found none; install it");
  }

  @Test
  void aRuntimeWithoutCompilerIsRefusedWhenThereIsSomethingToBuild() throws Exception {
    java("tools/java", "17.0.15");
    script(tools.resolve("mvn"), "exit 0");
    Files.delete(home.resolve("diffusion/target/built"));
    launch(home.resolve("brume"), Map.of(), "doctor")
        .fails(
            1,
            "expected a JDK to build Brume, /a/runtime has no compiler; install one, or set JAVA_HOME to"
                + " it");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed() throws Exception {
    java("tools/java", "17.0.15");
    script(tools.resolve("mvn"), "exit 0");
    Path jdk = folder.resolve("jdk");
    Files.createDirectories(jdk.resolve("bin"));
    script(jdk.resolve("bin/javac"), "exit 0");
    Files.delete(home.resolve("diffusion/target/built"));
    Files.delete(home.resolve("diffusion/target"));
    Files.createFile(home.resolve("diffusion/target")); // stops root, too
    Shell said = launch(home.resolve("brume"), Map.of("JDK", jdk.toString()), "doctor");
    said.fails(
        1,
        "expected to build into " + home.toRealPath()
            + ", which cannot be written; copy it to a place of yours, or start it once as somebody who may"
            + " write there");
    assertEquals(1, said.err().lines().count(), said.err());
  }

  @Test
  void aPathWithAColonIsRefused() throws Exception {
    Path odd = Files.createDirectory(folder.resolve("a:b"));
    Files.copy(home.resolve("brume"), odd.resolve("brume"));
    launch(odd.resolve("brume"), Map.of(), "doctor")
        .fails(
            1,
            "expected a checkout at a path without ':', which separates paths, got "
                + odd.toRealPath() + "; move it");
  }

  @Test
  void namesOutsideAsciiAreReadWhereTheLocaleHasNone() throws Exception {
    script(
        tools.resolve("java"),
        """
        case "$*" in
          -version) echo 'openjdk version "17.0.15"' >&2 ;;
          *) echo "${LC_ALL-unset} ${LC_CTYPE-unset}" ;;
        esac
        """);
    assertLocale("unset C.UTF-8", Map.of());
    assertLocale("unset C.UTF-8", Map.of("LANG", "POSIX"));
    assertLocale("C.UTF-8 C.UTF-8", Map.of("LC_ALL", "C"));
    assertLocale("unset unset", Map.of("LANG", "de_DE.UTF-8"));
    assertLocale("de_DE@euro unset", Map.of("LC_ALL", "de_DE@euro", "LANG", "C"));
  }

  private void assertLocale(String expected, Map<String, String> variables) throws Exception {
    Shell said = launch(home.resolve("brume"), variables, "doctor");
    assertEquals(expected, said.succeeds().out().strip());
  }

  /** With the java of this test, in a folder whose name is no ASCII. */
  @Test
  void aFileOfAnyNameIsFound() throws Exception {
    assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")), "has no such names itself");
    Path odd = folder.resolve("häuser 日本");
    Files.move(home, odd);
    Path classes = Files.createDirectories(odd.resolve("diffusion/target/classes"));
    Path main = classes.resolve("brume/diffusion/cli/Main.class");
    Files.createDirectories(main.getParent());
    compile(
        main,
        """
        package brume.diffusion.cli;
        public class Main {
          public static void main(String[] args) {
            System.out.println(java.nio.file.Files.exists(java.nio.file.Path.of(args[0])));
          }
        }
        """);
    Path file = Files.createFile(folder.resolve("bild-ä.png"));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Shell said =
        launch(odd.resolve("brume"), Map.of("LC_ALL", "C", "BRUME_JAVA", java), file.toString());
    assertEquals("true", said.succeeds().out().strip());
  }

  private static void compile(Path classFile, String source) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assumeTrue(compiler != null, "needs a JDK");
    Path file = Files.writeString(classFile.resolveSibling("Main.java"), source);
    Path classes = classFile.getParent().getParent().getParent().getParent();
    assertEquals(0, compiler.run(null, null, null, "-d", classes.toString(), file.toString()));
  }

  @Test
  void theFirstBuildSaysSoAndLeavesOutTheAnalysisOfSources() throws Exception {
    java("tools/java", "17.0.15");
    script(tools.resolve("mvn"), "echo \"$@\"");
    Path jdk = folder.resolve("jdk");
    Files.createDirectories(jdk.resolve("bin"));
    script(jdk.resolve("bin/javac"), "exit 0");
    Map<String, String> variables = Map.of("JDK", jdk.toString());
    Path stamp = home.resolve("diffusion/target/built");
    Files.delete(stamp);
    assertBuilds("building, once; ", launch(home.resolve("brume"), variables, "doctor"));
    Path log = home.resolve("diffusion/target/build.log");
    assertTrue(Files.readString(log).contains(" -P!static-analysis "), Files.readString(log));
    Files.setLastModifiedTime(stamp, FileTime.fromMillis(0));
    assertBuilds("building again, ", launch(home.resolve("brume"), variables, "doctor"));
    assertFalse(Files.readString(log).contains("analysis"), Files.readString(log));
    assertEquals(
        "", launch(home.resolve("brume"), variables, "doctor").succeeds().err());
  }

  /** As a JVM does it: names of classes first, which another one makes an archive of. */
  private static final String ARCHIVING_JAVA =
      """
      case "$*" in
        -version) echo "openjdk version \\"$VERSION\\"" >&2 ;;
        -XshowSettings:properties*) echo "    java.home = $JDK" >&2 ;;
        *-XX:DumpLoadedClassList=*) for word; do case $word in
          *ClassList=*) echo names > "${word#*=}" ;;
        esac; done; echo noise ;;
        *-Xshare:dump*) for word; do case $word in
          *ClassList=*) [ -s "${word#*=}" ] || exit 1 ;;
          *ArchiveFile=*) echo classes > "${word#*=}"; [ -z "${BROKEN:-}" ] || exit 1 ;;
        esac; done; echo noise ;;
        *) printf '%s\\n' "$@" ;;
      esac
      """;

  private Map<String, String> buildWithJars(String... more) throws IOException {
    script(tools.resolve("java"), ARCHIVING_JAVA);
    script(tools.resolve("rm"), "exec /bin/rm \"$@\"");
    script(
        tools.resolve("mvn"),
        "for part in diffusion cuda-kernels; do mkdir -p $part/target; touch $part/target/$part-1.jar; done");
    script(Files.createDirectories(folder.resolve("jdk/bin")).resolve("javac"), "exit 0");
    Files.delete(home.resolve("diffusion/target/built"));
    Map<String, String> variables = new HashMap<>();
    variables.put("JDK", folder.resolve("jdk").toString());
    variables.put("VERSION", "17.0.15");
    for (int i = 0; i < more.length; i += 2) {
      variables.put(more[i], more[i + 1]);
    }
    return variables;
  }

  @Test
  void aBuildKeepsTheClassesOfItsJvmForLaterStarts() throws Exception {
    Map<String, String> variables = buildWithJars();
    String archive =
        home.toRealPath().resolve("diffusion/target/classes-17.0.15.jsa").toString();
    for (String begin : List.of("brume: building, once", "")) {
      Shell said = launch(home.resolve("brume"), variables, "doctor").succeeds();
      assertTrue(said.err().startsWith(begin), said.err());
      assertTrue(said.out().contains("-XX:SharedArchiveFile=" + archive + "\n"), said.out());
      assertTrue(said.out().contains("diffusion/target/diffusion-1.jar:"), said.out());
      assertFalse(said.out().contains("noise"), said.out());
    }
  }

  @Test
  void anotherJvmOrOneThatCannotKeepThemReadsClassesAsEver() throws Exception {
    Map<String, String> variables = buildWithJars("BROKEN", "yes");
    assertReadsClasses(launch(home.resolve("brume"), variables, "doctor"));
    variables.remove("BROKEN");
    Files.delete(home.resolve("diffusion/target/built"));
    launch(home.resolve("brume"), variables, "doctor").succeeds();
    variables.put("VERSION", "21.0.1");
    assertReadsClasses(launch(home.resolve("brume"), variables, "doctor"));
  }

  private static void assertReadsClasses(Shell said) {
    String words = said.succeeds().out();
    assertTrue(words.contains("/diffusion/target/classes:"), words);
    assertFalse(words.contains("Archive"), words);
  }

  private static void assertBuilds(String begin, Shell said) {
    assertTrue(said.succeeds().err().startsWith("brume: " + begin), said.err());
    assertEquals(1, said.err().lines().count(), said.err());
  }

  /** Whatever starts the command line starts the same class with the same flags. */
  @Test
  void allLaunchersAgree() throws IOException {
    Path root = Path.of("..");
    String script = Files.readString(root.resolve("brume"));
    List<String> flags = List.of(
        "--add-modules jdk.incubator.vector",
        "-XX:+UseSerialGC",
        "-XX:MaxNewSize=16m",
        "-XX:ObjectAlignmentInBytes=64",
        "-XX:MaxRAMPercentage=70",
        "-Djava.awt.headless=true",
        "BRUME_JAVA_OPTIONS",
        "brume.diffusion.cli.Main");
    String windows = Files.readString(root.resolve("brume.cmd"));
    String distributed = Files.readString(Path.of("src/dist/bin/brume"));
    for (String flag : flags) {
      assertTrue(script.contains(flag), "brume has " + flag);
      assertTrue(windows.contains(flag), "brume.cmd has " + flag);
      assertTrue(distributed.contains(flag), "src/dist/bin/brume has " + flag);
    }
    String arenas = "export MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-1}"
        + " MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-32000}"; // of glibc alone
    assertTrue(script.contains(arenas), "brume has " + arenas);
    assertTrue(distributed.contains(arenas), "src/dist/bin/brume has " + arenas);
    for (String part : List.of("diffusion", "cuda-kernels")) {
      assertTrue(script.contains("$home/" + part + "/target/classes:"), part);
      assertTrue(windows.contains("%home%" + part + "\\target\\classes;"), part);
      assertTrue(windows.contains("%home%" + part + "\\target\\lib\\*"), part);
    }
    assertTrue(windows.contains("package -pl diffusion,cuda-kernels -am"));
    assertEquals(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:MaxNewSize=16m",
            "-XX:ObjectAlignmentInBytes=64",
            "-XX:MaxRAMPercentage=70"),
        OwnJvm.FLAGS.stream().filter(flag -> flag.startsWith("-XX")).toList());
    assertTrue(flags.containsAll(OwnJvm.FLAGS.subList(2, OwnJvm.FLAGS.size())));
  }

  /** Answers as java does when asked for its version, and otherwise prints its arguments. */
  private Path java(String name, String version) throws IOException {
    return script(
        folder.resolve(name),
        Text.of(
            """
        case "$*" in
          -version) echo 'openjdk version "%1$s" 2026-01-01' >&2 ;;
          -XshowSettings:properties*) echo '    java.home = '"${JDK:-/a/runtime}" >&2 ;;
          *) printf '%%s\\n' "$@" ;;
        esac
        """,
            version));
  }

  private static Path script(Path file, String content) throws IOException {
    Files.writeString(file, "#!" + BASH + "\n" + content);
    assertTrue(file.toFile().setExecutable(true));
    return file;
  }

  private Shell launch(Path script, Map<String, String> variables, String... words)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(BASH.toString(), script.toString()));
    line.addAll(List.of(words));
    Path out = folder.resolve("out.txt"), err = folder.resolve("err.txt");
    ProcessBuilder builder = new ProcessBuilder(line)
        .directory(folder.toFile())
        .redirectOutput(out.toFile())
        .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    builder.environment().putAll(variables);
    int status = builder.start().waitFor();
    return new Shell(
        status,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
