package brume.autograd;

import brume.tensor.Tensor;
import brume.tensor.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A part of a computation that is done again in the backward pass instead of being remembered: the tape
 * keeps its inputs and its output, and nothing in between. Costs one more forward pass of the part.
 *
 * <pre>
 *   forward    y = f(x), unrecorded
 *   backward   y = f(x) again, recorded, then back through it from dy
 * </pre>
 *
 * <p>Gradients are the same, provided that f computes the same again: randomness must come from keys,
 * as that of dropout does. Only the order may differ in which several gradients of one variable are
 * added up, and with it the last bit.
 *
 * @param inputs what the part works on, then the parameters it uses
 * @param count how many of them are inputs
 * @param part the computation
 * @see <a href="https://arxiv.org/abs/1604.06174">Chen et al., Training Deep Nets with Sublinear Memory
 *     Cost (2016)</a>
 */
public record Recompute(List<Variable> inputs, int count, Function<List<Variable>, Variable> part)
    implements Differentiable {

  /**
   * Computes something without remembering how.
   *
   * @param inputs what the part works on
   * @param parameters the parameters it uses; without gradients if they are left out
   * @param part computes the result from variables that stand for the inputs, and from nothing else that
   *     has a gradient but the parameters
   * @return the result
   */
  public static Variable recompute(
      List<Variable> inputs, List<Variable> parameters, Function<List<Variable>, Variable> part) {
    if (!Tape.isRecording()) {
      return part.apply(inputs);
    }
    Tensor y;
    try (Tape.Pause pause = Tape.pause()) {
      y = Tape.tidy(() -> part.apply(inputs)).value();
    }
    List<Variable> all = new ArrayList<>(inputs);
    all.addAll(parameters);
    Recompute step = new Recompute(List.copyOf(all), inputs.size(), part);
    return Variable.of(y, step, all.toArray(Variable[]::new));
  }

  /**
   * Computes the part again and goes back through it.
   *
   * @throws IllegalStateException if the part uses a variable with a gradient that is neither an input
   *     nor a parameter it was declared with; its gradient would be lost
   */
  @Override
  public void backward(Tensor dy, InputGradients grads) {
    List<Variable> stands = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Tensor value = inputs.get(i).value();
      stands.add(grads.wants(i) ? Variable.parameter(value) : Variable.constant(value));
    }
    Variable y = part.apply(List.copyOf(stands));
    stands.addAll(inputs.subList(count, inputs.size()));
    refuseOthers(y, stands);
    if (y.requiresGradient()) { // it may be a part that uses only its constants
      Gradients found = y.backward(dy);
      for (int i = 0; i < stands.size(); i++) {
        int input = i;
        found.of(stands.get(i)).ifPresent(gradient -> grads.put(input, gradient));
      }
    }
    if (inputs.stream().noneMatch(input -> input.value().sharesStorageWith(y.value()))) {
      y.value().release("by the backward pass, which had computed it again");
    }
  }

  /** Looks at everything that y was computed from. */
  private static void refuseOthers(Variable y, List<Variable> known) {
    Set<Variable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    seen.addAll(known);
    List<Variable> open = new ArrayList<>(List.of(y));
    while (!open.isEmpty()) {
      Variable v = open.remove(open.size() - 1);
      if (!v.requiresGradient() || !seen.add(v)) {
        continue;
      }
      if (v.number() < known.get(0).number()) {
        throw new IllegalStateException(Text.of(
            "recompute: expected a part that uses its inputs and declared parameters, got %s of shape"
                + " %s from outside; hand it in as an input",
            v.step() == null ? "a parameter" : "a result", v.shape()));
      }
      open.addAll(v.inputs());
    }
  }
}
