package brume.autograd.einsum;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A sum of products of tensors with labeled axes. For every choice of the labels of the output, the
 * result is the sum over all other labels of the product of the inputs:
 *
 * <pre>
 *   y[output] = Σ x₀[inputs₀] · x₁[inputs₁] · ...
 * </pre>
 *
 * <p>A label repeated in an input walks along its diagonal; repeated in the output, the result is zero
 * off the diagonal; missing in all inputs, the result is repeated. So the gradient of a contraction is
 * a contraction again. Axes of size 1 have no label: they change neither products nor sums, and an
 * input that lacks a label others have is what broadcasting makes of it.
 *
 * @param inputs labels of the axes of each input, one character each
 * @param output labels of the axes of the result
 * @param sizes of the labels
 */
public record Contraction(List<String> inputs, String output, LabelSizes sizes) {

  private static final Recent<Contraction, Program> PROGRAMS =
      new Recent<>(ContractionCompiler::compile);

  /** Keeps copies. {@inheritDoc} */
  public Contraction {
    inputs = List.copyOf(inputs);
  }

  /**
   * A contraction of tensors some axes of which have size 1.
   *
   * @param inputs labels of all axes of each input
   * @param shapes of the inputs
   * @param output labels of all axes of the result
   * @param sizes of the labels
   * @return the contraction of the other axes
   */
  static Contraction of(
      List<String> inputs, List<Shape> shapes, String output, Map<Character, Integer> sizes) {
    List<String> labeled = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      StringBuilder labels = new StringBuilder();
      for (int axis = 0; axis < inputs.get(i).length(); axis++) {
        if (shapes.get(i).dim(axis) != 1) {
          labels.append(inputs.get(i).charAt(axis));
        }
      }
      labeled.add(labels.toString());
    }
    Map<Character, Integer> larger = new HashMap<>(sizes);
    larger.values().removeIf(size -> size == 1);
    StringBuilder result = new StringBuilder();
    output.chars().filter(c -> larger.containsKey((char) c)).forEach(c -> result.append((char) c));
    return new Contraction(labeled, result.toString(), new LabelSizes(larger));
  }

  /**
   * The contraction that computes the gradient of one input, given that of the output in the input's
   * place.
   *
   * @param input number of the input
   * @return a contraction of as many inputs
   */
  public Contraction gradient(int input) {
    List<String> given = new ArrayList<>(inputs);
    given.set(input, output);
    return new Contraction(given, inputs.get(input), sizes);
  }

  /**
   * Computes.
   *
   * @param xs the inputs, which may have axes of size 1 besides the labeled ones
   * @param y receives the result; may have axes of size 1 likewise
   */
  public void run(List<Tensor> xs, Tensor y) {
    PROGRAMS.of(this).run(xs, y);
  }
}
