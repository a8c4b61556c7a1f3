package brume.autograd.einsum;

import static brume.tensor.kernel.BinaryFunction.MULTIPLY;

import brume.tensor.Tensor;
import brume.tensor.kernel.BroadcastGeometry;
import brume.tensor.kernel.ElementwiseKernels;
import brume.tensor.kernel.MatmulGeometry;
import brume.tensor.kernel.MatmulKernels;
import brume.tensor.kernel.StridedKernels;
import brume.tensor.kernel.StridedView;
import java.util.List;

/** One operation of a {@link Program}, which computes a value from earlier ones. */
sealed interface Step {

  /** Number of elements of its value. */
  int size();

  /**
   * Computes the value.
   *
   * @param values earlier values by number
   * @param y receives the value
   */
  void run(List<Tensor> values, Tensor y);

  /** Reads a value through strides. */
  record Gather(int x, StridedView at) implements Step {

    @Override
    public int size() {
      return at.count();
    }

    @Override
    public void run(List<Tensor> values, Tensor y) {
      StridedKernels.of(y).gather(at, values.get(x), y);
    }
  }

  /** Writes a value through strides, with zeros between. */
  record Scatter(int x, StridedView at, int size) implements Step {

    @Override
    public void run(List<Tensor> values, Tensor y) {
      StridedKernels.of(y).scatter(at, values.get(x), y);
    }
  }

  /** Sums a value through strides. */
  record Add(int x, StridedView kept, StridedView over) implements Step {

    @Override
    public int size() {
      return kept.count();
    }

    @Override
    public void run(List<Tensor> values, Tensor y) {
      StridedKernels.of(y).sum(kept, over, values.get(x), y);
    }
  }

  /** Multiplies two values element by element, some of which are repeated. */
  record Multiply(int a, int b, BroadcastGeometry at) implements Step {

    @Override
    public int size() {
      return at.y().size();
    }

    @Override
    public void run(List<Tensor> values, Tensor y) {
      ElementwiseKernels.of(y).combine(MULTIPLY, at, values.get(a), values.get(b), y);
    }
  }

  /** Multiplies the matrices of two values. */
  record Product(int a, int b, List<MatmulGeometry> calls, int size) implements Step {

    @Override
    public void run(List<Tensor> values, Tensor y) {
      for (MatmulGeometry call : calls) {
        MatmulKernels.of(y).matmul(call, 1, values.get(a), values.get(b), 0, y);
      }
    }
  }
}
