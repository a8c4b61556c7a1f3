package brume.diffusion.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.io.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingFileTest {

  @TempDir
  private Path folder;

  private Path written(SafeTensorsWriter writer) throws IOException {
    Path file = folder.resolve("toy cat.v1.safetensors");
    writer.write(file);
    return file;
  }

  private static SafeTensorsWriter tensor(String name, int... shape) {
    int size = shape[0] * (shape.length > 1 ? shape[1] : 1);
    return new SafeTensorsWriter().add(name, shape, new double[size]);
  }

  @Test
  void theWordIsThatOfTheFileOrItsNameOrAnother() throws IOException {
    EmbeddingFile one = EmbeddingFile.read(written(tensor("<cat>", 4)), Optional.empty());
    assertEquals("<cat>", one.word());
    assertEquals(1, one.count());
    assertArrayEquals(new double[4], one.vectors(0, 1, 4));
    EmbeddingFile three = EmbeddingFile.read(written(tensor("emb_params", 3, 4)), Optional.empty());
    assertEquals("toy cat.v1", three.word());
    assertEquals(3, three.count());
    assertEquals(
        "x",
        EmbeddingFile.read(written(tensor("<cat>", 1, 4)), Optional.of("x")).word());
  }

  @Test
  void xlHasVectorsOfBothEncoders() throws IOException {
    SafeTensorsWriter both = new SafeTensorsWriter()
        .add("clip_g", new int[] {2, 3}, new double[] {1, 2, 3, 4, 5, 6})
        .add("clip_l", new int[] {2, 1}, new double[] {8, 9});
    EmbeddingFile file = EmbeddingFile.read(written(both), Optional.empty());
    assertArrayEquals(new double[] {8, 9}, file.vectors(0, 2, 1));
    assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6}, file.vectors(1, 2, 3));
    String said = assertThrows(IOException.class, () -> file.vectors(0, 1, 1)).getMessage();
    assertTrue(said.contains("a model with 1 text encoders, got some for 2"), said);
  }

  private String refused(SafeTensorsWriter writer) throws IOException {
    Path file = written(writer);
    return assertThrows(
            IOException.class, () -> EmbeddingFile.read(file, Optional.empty()).vectors(0, 1, 4))
        .getMessage()
        .replace(file + ": ", "");
  }

  @Test
  void whatDoesNotFitIsToldInOneSentence() throws IOException {
    assertEquals(
        "expected vectors of 4 numbers, as the text encoder has, got 5; it was made for another model",
        refused(tensor("<cat>", 2, 5)));
    assertEquals(
        "expected one vector or up to 75 as <cat>, got (76, 4)", refused(tensor("<cat>", 76, 4)));
    assertEquals(
        "expected the vectors of one word, or clip_l and clip_g, got 2 tensors: a, b",
        refused(tensor("a", 4).add("b", new int[] {4}, new double[4])));
    assertEquals(
        "expected as many vectors for both encoders, got 2 and 1",
        refused(tensor("clip_l", 2, 4).add("clip_g", new int[] {1, 4}, new double[4])));
    Path pickle = folder.resolve("old.pt");
    Files.writeString(pickle, "anything");
    String said = assertThrows(
            IOException.class, () -> EmbeddingFile.read(pickle, Optional.empty()))
        .getMessage();
    assertTrue(said.contains("string_to_param") && said.contains("\"old.safetensors\""), said);
  }
}
