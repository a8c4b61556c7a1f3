package brume.autograd;

import brume.tensor.DeviceException;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Storage;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** A tensor and how it came about. */
public final class Variable {

  private static final AtomicLong CREATED = new AtomicLong();
  private static final int FEW = 8; // inputs that are looked at one by one

  private final Tensor value;
  private final boolean requiresGradient;
  private final @Nullable Differentiable step;
  private final List<Variable> inputs;
  private final List<Tensor> saved; // by the step
  private final int[] versions; // of these
  private boolean isRead; // by a backward pass, or seen through a view
  private boolean spared;

  // Inputs are created before outputs, so this number is a topological order of every graph.
  private final long number = CREATED.getAndIncrement();

  private Variable(
      Tensor value,
      boolean requiresGradient,
      @Nullable Differentiable step,
      List<Variable> inputs) {
    this.value = value;
    this.requiresGradient = requiresGradient;
    this.step = step;
    this.inputs = inputs;
    this.saved = step == null ? List.of() : SavedTensors.all(step);
    this.versions = saved.stream().mapToInt(Tensor::version).toArray();
    noteWhatIsRead();
  }

  /** Notes whose numbers the step needs, or has handed on. */
  private void noteWhatIsRead() {
    if (inputs.size() <= FEW) {
      saved.forEach(tensor -> isRead |= tensor.sharesStorageWith(value));
      saved.forEach(this::note);
      note(value);
      return;
    }
    Set<Storage> needed =
        Collections.newSetFromMap(new IdentityHashMap<>()); // a whole network has hundreds
    saved.forEach(tensor -> needed.add(tensor.storage()));
    isRead |= needed.contains(value.storage());
    needed.add(value.storage());
    for (Variable input : inputs) {
      input.isRead |= input.value.isFreed() || needed.contains(input.value.storage());
    }
  }

  private void note(Tensor needed) {
    for (Variable input : inputs) {
      input.isRead |= needed.sharesStorageWith(input.value);
    }
  }

  /**
   * A leaf whose gradient is wanted.
   *
   * @param value its numbers, updated in place by optimizers
   * @return the parameter
   */
  public static Variable parameter(Tensor value) {
    return new Variable(value, true, null, List.of());
  }

  /**
   * A leaf whose gradient nobody needs: data, targets, weights of a loss.
   *
   * @param value its numbers
   * @return the constant
   */
  public static Variable constant(Tensor value) {
    return new Variable(value, false, null, List.of());
  }

  /**
   * The output of a function. Nothing is remembered if no input requires a gradient or the tape is
   * {@linkplain Tape#pause paused}.
   *
   * @param value result of the forward pass
   * @param step what the backward pass will need
   * @param inputs in the order of the forward arguments
   * @return the variable
   * @throws DeviceException if they are not all on the device of the result
   */
  public static Variable of(Tensor value, Differentiable step, Variable... inputs) {
    boolean wanted = false;
    for (Variable input : inputs) {
      DeviceException.unlessTogether(input.value, value);
      wanted |= input.requiresGradient;
    }
    if (wanted && Tape.isRecording()) {
      Variable v = new Variable(value, true, step, List.of(inputs));
      Tape.show(v, step);
      return v;
    }
    forget(value, step, inputs);
    return constant(value);
  }

  /**
   * The numbers that the function computed, or those of a leaf.
   *
   * @return the tensor, which the backward pass frees once it has been read for the last time
   */
  public Tensor value() {
    return value;
  }

  /**
   * Says that nobody will hand this variable to a function anymore. Its numbers are freed if they are the
   * result of one and no backward pass will read them.
   */
  public void release() {
    if (step != null && !isRead && !value.isView()) {
      value.release("when its last reader was done, as no backward pass reads it");
    }
  }

  /**
   * Says that nothing will read the value anymore but a backward pass. Where it is cheap to compute, and what
   * it was made from is still there, it is freed and computed again if that needs it; otherwise nothing
   * happens.
   */
  public void spare() {
    if (step instanceof Recomputable
        && !spared
        && Backend.of(value).recomputes()
        && canBeMadeAgain()) {
      spared = true;
      inputs.forEach(input -> input.isRead = true);
      value.release("by spare(), as something that only a backward pass would read again");
    }
  }

  /** Whether it is computed again from its inputs, once it is read. */
  boolean isSpared() {
    return spared;
  }

  private boolean canBeMadeAgain() {
    return inputs.stream().allMatch(input -> input.spared || !input.value.isFreed());
  }

  /** Computes the value again if it was spared, or is a view of one that was. */
  void bringBack() {
    if (!value.isFreed()) {
      return;
    }
    inputs.forEach(Variable::bringBack);
    if (spared && step instanceof Recomputable cheap) {
      value.restore(y -> cheap.recompute(inputs.stream().map(Variable::value).toList(), y));
    }
  }

  /**
   * How many numbers it holds along each axis, known also when they are freed.
   *
   * @return that of the value
   */
  public Shape shape() {
    return value.shape();
  }

  /**
   * Whether a backward pass computes its gradient.
   *
   * @return true for parameters and everything computed from them while the tape records
   */
  public boolean requiresGradient() {
    return requiresGradient;
  }

  /**
   * Differentiates this number with respect to every parameter it depends on.
   *
   * @return the gradients, owned by the innermost scope
   * @throws ShapeException if this is not a single number
   * @throws IllegalStateException if it depends on no parameter, or if numbers it was computed from were
   *     written since
   */
  public Gradients backward() {
    requireNumber();
    requireRecord();
    return backward(ones());
  }

  /**
   * The same for somebody who has something to do with the gradient of a parameter while others are still
   * computed: it is given as soon as all steps that read the parameter are undone, so those of the last layers come first.
   *
   * @param whole is given each parameter that has a gradient, and the gradient, once
   * @return the gradients, owned by the innermost scope
   * @throws ShapeException if this is not a single number
   * @throws IllegalStateException as of {@link #backward()}
   */
  public Gradients backward(BiConsumer<Variable, Tensor> whole) {
    requireNumber();
    requireRecord();
    return passTelling((parameter, gradient) -> {
          whole.accept(parameter, gradient);
          return false;
        })
        .run(this, ones());
  }

  /**
   * The same for somebody who is done with each gradient at once, such as an optimizer: it is freed when it
   * has been used, so that they are never there all together. Nothing reads the parameter anymore by then, so
   * it may be changed.
   *
   * @param user is given each parameter that has a gradient, and the gradient, once
   * @return these parameters, in the order of {@link Gradients#parameters}
   * @throws ShapeException if this is not a single number
   * @throws IllegalStateException as of {@link #backward()}
   */
  public List<Variable> backwardOneByOne(BiConsumer<Variable, Tensor> user) {
    requireNumber();
    requireRecord();
    BackwardPass pass = passTelling((parameter, gradient) -> {
      user.accept(parameter, gradient);
      return true;
    });
    pass.run(this, ones());
    return pass.served();
  }

  private static BackwardPass passTelling(BiPredicate<Variable, Tensor> taker) {
    return new BackwardPass(leaf -> true, Optional.of(taker));
  }

  /**
   * Propagates the gradient of this variable to every parameter it depends on.
   *
   * @param dy gradient of some loss with respect to this variable, of its shape
   * @return the gradients, owned by the innermost scope
   * @throws ShapeException if {@code dy} has another shape
   * @throws DeviceException if {@code dy} is on another device
   * @throws IllegalStateException if this depends on no parameter, or if numbers it was computed from
   *     were written since
   */
  public Gradients backward(Tensor dy) {
    ShapeException.unless(
        dy.shape().equals(value.shape()),
        "backward: expected a gradient of shape %s, got %s",
        value.shape(),
        dy.shape());
    DeviceException.unlessTogether(dy, value);
    requireRecord();
    return new BackwardPass(leaf -> true).run(this, dy);
  }

  /**
   * Differentiates this number with respect to one parameter alone; what others would get is not computed.
   *
   * @param parameter the one
   * @return its gradient, of its shape, owned by the innermost scope
   * @throws ShapeException if this is not a single number
   * @throws IllegalStateException if it does not depend on the parameter, or if numbers it was computed
   *     from were written since
   */
  public Tensor gradient(Variable parameter) {
    requireNumber();
    requireRecord();
    Gradients only = new BackwardPass(leaf -> leaf == parameter).run(this, ones());
    return only.of(parameter)
        .orElseThrow(() -> new IllegalStateException(Text.of(
            "gradient: expected a parameter that the number depends on, got one of shape %s that it does not",
            parameter.shape())));
  }

  private void requireNumber() {
    ShapeException.unless(
        value.shape().size() == 1,
        "backward: expected a loss of one element, got shape %s; pass the gradient of the output to"
            + " start from something larger",
        value.shape());
  }

  /** Nothing was recorded for a constant: an empty set of gradients would hide the mistake. */
  private void requireRecord() {
    if (!requiresGradient) {
      throw new IllegalStateException(Text.of(
          "backward: expected a variable computed from parameters, got a constant of shape %s; make"
              + " its inputs parameters, and compute it while the tape is not paused",
          value.shape()));
    }
  }

  /** Frees what a function made only for a backward pass that will not come. */
  private static void forget(Tensor value, Differentiable step, Variable... inputs) {
    for (Tensor saved : SavedTensors.of(step)) {
      boolean needed = saved.sharesStorageWith(value);
      for (Variable input : inputs) {
        needed |= saved.sharesStorageWith(input.value());
      }
      if (!needed) {
        saved.release("at once, because nothing was recorded");
      }
    }
  }

  private Tensor ones() {
    float[] ones = new float[value.shape().size()];
    Arrays.fill(ones, 1);
    return Tensor.of(value.device(), value.shape(), ones);
  }

  @Nullable
  Differentiable step() {
    return step;
  }

  /** As they were when the step was recorded, see {@link Tensor#version}. */
  int[] versions() {
    return versions;
  }

  /** All that its step will read. */
  List<Tensor> saved() {
    return saved;
  }

  List<Variable> inputs() {
    return inputs;
  }

  long number() {
    return number;
  }

  /** The value, and the function that computed it. */
  @Override
  public String toString() {
    String how = step == null ? (requiresGradient ? "parameter" : "constant") : step.name();
    return how + " " + value;
  }
}
