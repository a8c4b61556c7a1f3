package brume.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FashionMnistTest {
  private static final double MEAN_LEVEL = 73.146567; // of 255, over the bytes of the unzipped file

  @Test
  void tenThousandPicturesComeFromTheClassPath() throws IOException {
    FashionMnist pictures = FashionMnist.load();
    assertEquals(
        "10,000 pictures of 28x28, 1 channel, from Fashion-MNIST (test set)", pictures.describe());
    float[] values = new float[784];
    double sum = 0;
    for (int i = 0; i < pictures.size(); i++) {
      pictures.read(i, false, values, 0);
      for (float value : values) {
        sum += value;
      }
    }
    // The mean of the test set in levels of 255, summed over the bytes of the file with zcat and
    // od.
    assertEquals(MEAN_LEVEL, sum / (10_000 * 784) * 255, 1e-4);
  }

  @Test
  void theFirstPictureIsAnAnkleBootAndEachKindHasAThousand() throws IOException {
    FashionMnist pictures = FashionMnist.load();
    assertEquals("Ankle boot", FashionMnist.KINDS.get(pictures.label(0)));
    int[] count = new int[10];
    for (int i = 0; i < pictures.size(); i++) {
      count[pictures.label(i)]++;
    }
    for (int kind = 0; kind < 10; kind++) {
      assertEquals(1000, count[kind], FashionMnist.KINDS.get(kind));
    }
  }

  @Test
  void theLicenseTravelsWithThePictures() throws IOException {
    try (var in = FashionMnist.class.getResourceAsStream("fashion-mnist/LICENSE")) {
      assertNotNull(in);
      assertEquals(
          true,
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .contains("Copyright (c) 2017 Zalando SE"));
    }
  }
}
