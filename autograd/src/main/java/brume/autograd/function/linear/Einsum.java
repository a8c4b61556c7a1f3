package brume.autograd.function.linear;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.autograd.einsum.BoundEinsum;
import brume.autograd.einsum.Contraction;
import brume.autograd.einsum.EinsumSpec;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Einstein's summation: products of any number of variables, summed over named indices. For {@code
 * "ij,jk->ik"},
 *
 * <pre>
 *   y[i,k]   = Σⱼ x₀[i,j]·x₁[j,k]
 *   dx₀[i,j] = Σₖ dy[i,k]·x₁[j,k]      "ik,jk->ij": dy takes the place of the input, and its indices
 *   dx₁[j,k] = Σᵢ x₀[i,j]·dy[i,k]      "ij,ik->jk"  that of the result
 * </pre>
 *
 * @param at what is summed over what
 * @param xs saved inputs
 */
public record Einsum(Contraction at, List<Tensor> xs) implements Differentiable {

  /** Keeps a copy of the list. {@inheritDoc} */
  public Einsum {
    xs = List.copyOf(xs);
  }

  /**
   * Sums products over named indices.
   *
   * <p>Each letter names an axis, the same index wherever it occurs; letters missing after the arrow
   * are summed over, letters repeated in an operand walk along its diagonal, and {@code ...} stands for
   * any further axes. Sizes of 1 are broadcast. Without an arrow the result has the axes of {@code ...}
   * and the letters that occur once, in alphabetical order, capitals first.
   *
   * @param spec for example {@code "b h i d, b h j d -> b h i j"}; blanks mean nothing
   * @param operands one per part of the spec
   * @return one axis per index after the arrow
   * @throws IllegalArgumentException if the spec is none, or has another number of operands
   * @throws ShapeException if the operands do not fit the spec or each other
   */
  public static Variable einsum(String spec, Variable... operands) {
    BoundEinsum einsum =
        EinsumSpec.of(spec).on(Arrays.stream(operands).map(Variable::shape).toList());
    return contract(einsum.contraction(), einsum.output(), operands);
  }

  /**
   * Computes a contraction whose result has a shape that may have axes of size 1 besides.
   *
   * @param contraction what is multiplied and summed
   * @param shape of the result
   * @param operands as many as the contraction takes, of its shapes
   * @return of the shape
   */
  public static Variable contract(Contraction contraction, Shape shape, Variable... operands) {
    List<Tensor> xs = Arrays.stream(operands).map(Variable::value).toList();
    Tensor y = xs.get(0).like(shape);
    contraction.run(xs, y);
    return Variable.of(y, new Einsum(contraction, xs), operands);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    for (int i = 0; i < xs.size(); i++) {
      int input = i;
      grads.put(input, () -> {
        Tensor dx = xs.get(input).like();
        List<Tensor> given = new ArrayList<>(xs);
        given.set(input, dy);
        at.gradient(input).run(given, dx);
        return dx;
      });
    }
  }
}
