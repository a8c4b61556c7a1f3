package brume.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checked-in PTX is that of the checked-in kernels. */
class PtxFreshnessTest {

  private static final Path MODULE = Path.of("../cuda-kernels");
  private static final Path SOURCES = MODULE.resolve("src/main/cuda");
  private static final Path RESULTS = MODULE.resolve("src/main/resources/brume/cuda");
  private static final Pattern INCLUDE = Pattern.compile("(?m)^#include \"(.*)\"$");

  @ParameterizedTest
  @MethodSource("names")
  void ptxIsThatOfItsSources(String name) throws IOException, NoSuchAlgorithmException {
    List<String> lines = Files.readAllLines(RESULTS.resolve(name + ".ptx"));
    assertEquals(
        "// sha256 of sources: " + hash(name + ".cu"),
        lines.get(0),
        name + ".cu has changed since it was compiled; run cuda-kernels/compile.sh");
    assertTrue(lines.contains(".version 7.0"), "for every driver since CUDA 11.0");
    assertTrue(lines.contains(".target sm_80"));
  }

  @Test
  void everyPtxHasASource() throws IOException {
    List<String> compiled;
    try (Stream<Path> files = Files.list(RESULTS)) {
      compiled = files.map(PtxFreshnessTest::name).sorted().toList();
    }
    assertEquals(names().toList(), compiled);
  }

  static Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      List<String> names = files
          .filter(file -> file.toString().endsWith(".cu"))
          .map(PtxFreshnessTest::name)
          .sorted()
          .toList();
      assertFalse(names.isEmpty());
      return names.stream();
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString().replaceFirst("\\.[a-z]+$", "");
  }

  /** The source and the headers it includes, each after the file that names it first. */
  private static String hash(String source) throws IOException, NoSuchAlgorithmException {
    List<String> files = new ArrayList<>(List.of(source));
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    for (int next = 0; next < files.size(); next++) {
      byte[] bytes = Files.readAllBytes(SOURCES.resolve(files.get(next)));
      sha.update(bytes);
      Matcher include = INCLUDE.matcher(new String(bytes, StandardCharsets.UTF_8));
      while (include.find()) {
        if (!files.contains(include.group(1))) {
          files.add(include.group(1));
        }
      }
    }
    return HexFormat.of().formatHex(sha.digest());
  }
}
