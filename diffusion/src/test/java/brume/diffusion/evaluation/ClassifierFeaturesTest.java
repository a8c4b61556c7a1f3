package brume.diffusion.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.data.Dataset;
import brume.diffusion.data.Part;
import brume.diffusion.recipe.Presets;
import brume.diffusion.recipe.Recipe;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The classifier that comes with Brume, as the documents tell of it. */
class ClassifierFeaturesTest {

  private static final int HELD = 1000; // as the preset has it
  private static final int KNOWN =
      871; // of those it has not learned from; rounding may turn one or two

  @Test
  void theOneThatComesWithBrumeKnowsWhatItHasNotSeen() throws IOException {
    Recipe recipe = Presets.named("features-fashion").recipe();
    try (Scope scope = Scope.open();
        Dataset all = recipe.data().open()) {
      ClassifierFeatures classifier = ClassifierFeatures.shipped(Backends.cpu());
      assertEquals(all.classes(), classifier.classes());
      assertTrue(ClassifierFeatures.shippedSees(Shape.of(28, 28, 1)));

      Part held = Part.heldBack(all, HELD);
      float[] pictures = new float[held.size() * held.pictureLength()];
      for (int i = 0; i < held.size(); i++) {
        held.read(i, false, pictures, i * held.pictureLength());
      }
      FeatureExtractor.Answers answers = classifier.of(pictures);
      assertEquals(classifier.width(), answers.features()[0].length);
      long right = IntStream.range(0, held.size())
          .filter(i -> best(answers.logits()[i]) == held.label(i))
          .count();
      assertEquals(HELD, held.size());
      assertEquals(KNOWN, right, 3);
    }
  }

  private static int best(double... logits) {
    return IntStream.range(0, logits.length)
        .reduce((a, b) -> logits[b] > logits[a] ? b : a)
        .orElseThrow();
  }
}
