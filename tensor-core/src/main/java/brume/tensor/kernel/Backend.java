package brume.tensor.kernel;

import brume.tensor.Device;
import brume.tensor.Tensor;
import java.util.List;

/** A device that can also compute: its families of kernels. */
public interface Backend extends Device {

  /**
   * The backend of the device that holds a tensor.
   *
   * @param t any tensor
   * @return its backend
   */
  static Backend of(Tensor t) {
    return (Backend) t.device();
  }

  /**
   * One line for logs: what it computes on and with how many threads.
   *
   * @return for example {@code cpu: 2 threads, 256-bit vectors}
   */
  String describe();

  /**
   * Waits until everything asked for is done. Reading a tensor waits for it by itself; this is for those
   * who measure time.
   */
  default void await() {}

  /**
   * Whether training holds less memory at the price of more calls: the backward pass computes again what
   * takes one pass over its inputs, and parameters may move one by one, as their gradients come.
   *
   * @return false where starting work costs time, as on a GPU
   */
  default boolean recomputes() {
    return true;
  }

  /**
   * Whether networks shall be recorded: {@link #record(Runnable)} works, and nobody has chosen otherwise.
   *
   * @return true for a GPU, and an emulated one
   */
  default boolean records() {
    return false;
  }

  /**
   * Records work, such as a training step, to be repeated as it is. The work is done once and then
   * called a second time, to be recorded and not done. It must make the same calls both times: what
   * it draws, decides and copies to the device is what every repetition will use, except for {@link
   * Tensor#renewed} and {@link brume.tensor.random.RandomKey#renewed}, which are looked at anew. It may
   * neither read tensors back, as losses and norms are, nor free tensors it has not made.
   *
   * @param work computes on tensors of this backend, in the calling thread
   * @return the recording
   * @throws UnsupportedOperationException if this kind of backend records nothing
   */
  default Recording record(Runnable work) {
    return record(List.of(work));
  }

  /**
   * Records work in parts, each of which can be repeated for itself: what one part leaves on the device, a
   * later one finds. All parts are done in order, then all are recorded. Who asks with other numbers the
   * second time learns whether the recording depends on those that are not looked at anew: nothing else
   * than {@link Tensor#renewed} and renewed keys may differ.
   *
   * @param parts of the work, one or more
   * @return the recording
   * @throws UnsupportedOperationException if this kind of backend records nothing
   * @throws RecordingException if they did not do the same both times
   */
  default Recording record(List<Runnable> parts) {
    throw new UnsupportedOperationException(
        name() + ": expected a GPU, or an emulated one, to record work, got another backend");
  }

  /**
   * Does work and measures what each kernel takes. Every kernel is waited for, so the whole takes longer
   * than it would by itself.
   *
   * @param work computes on tensors of this backend, in the calling thread
   * @return a line for each kernel, the slowest first
   * @throws UnsupportedOperationException if this kind of backend has no kernels that it knows of
   */
  default List<KernelTime> profile(Runnable work) {
    throw new UnsupportedOperationException(
        name() + ": expected a GPU, or an emulated one, to profile work, got another backend");
  }

  /**
   * Does work of the host whose results recorded work looks at, such as drawing numbers into an array that
   * {@link brume.tensor.Tensor#renewed} tensors are made of. Where something is recorded, the work is done
   * again before each repetition, in the order in which it was given.
   *
   * @param work done now
   */
  default void renew(Runnable work) {
    work.run();
  }

  /**
   * Arithmetic element by element.
   *
   * @return the kernels
   */
  ElementwiseKernels elementwise();

  /**
   * Activation functions.
   *
   * @return the kernels
   */
  ActivationKernels activation();

  /**
   * Sums.
   *
   * @return the kernels
   */
  ReductionKernels reduction();

  /**
   * Matrix products.
   *
   * @return the kernels
   */
  MatmulKernels matmul();

  /**
   * Convolutions.
   *
   * @return the kernels
   */
  ConvolutionKernels convolution();

  /**
   * Normalization over groups and channels.
   *
   * @return the kernels
   */
  NormalizationKernels normalization();

  /**
   * Softmax and attention.
   *
   * @return the kernels
   */
  AttentionKernels attention();

  /**
   * Changes of resolution.
   *
   * @return the kernels
   */
  ResamplingKernels resampling();

  /**
   * Moving blocks of numbers.
   *
   * @return the kernels
   */
  IndexingKernels indexing();

  /**
   * Reading and writing through strides.
   *
   * @return the kernels
   */
  StridedKernels strided();

  /**
   * Losses.
   *
   * @return the kernels
   */
  LossKernels loss();

  /**
   * Random numbers.
   *
   * @return the kernels
   */
  RandomKernels random();

  /**
   * Steps of optimizers and averages.
   *
   * @return the kernels
   */
  OptimizerKernels optimizer();
}
