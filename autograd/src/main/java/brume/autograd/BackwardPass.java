package brume.autograd;

import static java.util.Objects.requireNonNull;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.ElementwiseKernels;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Undoes a computation, newest variable first, so that every variable has received all parts of its
 * gradient before its own step is undone. Whatever has had its last reader is freed on the way.
 */
final class BackwardPass {

  private static final String FREED = "by the backward pass, which read it last";

  private final Predicate<Variable> wanted; // of parameters
  private final Map<Variable, Tensor> gradients = new IdentityHashMap<>();
  private final Map<Variable, Tensor> sums = new IdentityHashMap<>(); // of gradients, where known
  private final PriorityQueue<Variable> newestFirst =
      new PriorityQueue<>((a, b) -> Long.compare(b.number(), a.number()));
  private final List<Tensor> inUse = new ArrayList<>(); // not to be freed whoever lets go of them
  private final List<Tensor> spent = new ArrayList<>(); // to be let go after the current step
  private final List<Tensor> passed = new ArrayList<>(); // to the current step and by it, so far
  private final Optional<BiPredicate<Variable, Tensor>> taker; // of gradients that are whole
  private final List<Variable> served = new ArrayList<>(); // whose gradients were taken for good
  private final Map<Variable, Integer> readers = new IdentityHashMap<>(); // steps to be undone yet

  BackwardPass(Predicate<Variable> wanted) {
    this(wanted, Optional.empty());
  }

  /** The taker says whether it has used a gradient for good, so that it can be freed. */
  BackwardPass(Predicate<Variable> wanted, Optional<BiPredicate<Variable, Tensor>> taker) {
    this.wanted = wanted;
    this.taker = taker;
  }

  /** Called once. */
  Gradients run(Variable root, Tensor dy) {
    Map<Variable, Tensor> ofParameters = new LinkedHashMap<>();
    inUse.add(dy);
    inUse.add(root.value());
    if (taker.isPresent()) {
      countReaders(root);
    }
    deliver(root, dy);
    for (Variable v = newestFirst.poll(); v != null; v = newestFirst.poll()) {
      Tensor gradient = requireNonNull(gradients.remove(v));
      Differentiable step = v.step();
      if (step == null) {
        if (readers.remove(v) != null && isTaken(v, gradient)) { // of a step that was never reached
          letGo(gradient);
        } else {
          ofParameters.put(v, gradient);
          inUse.add(gradient);
        }
      } else {
        List<Variable> together = withThoseItJoins(v, step);
        undo(together, gradient);
        if (taker.isPresent()) {
          together.forEach(undone -> tellWhole(undone.inputs()));
        }
      }
    }
    return new Gradients(ofParameters);
  }

  /** How many steps have read each parameter; a step that reads one twice counts twice. */
  private void countReaders(Variable root) {
    Set<Variable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Variable> open = new ArrayDeque<>(List.of(root));
    readers.put(root, 0); // a parameter itself, maybe
    while (!open.isEmpty()) {
      Variable v = open.pop();
      if (v.step() != null && seen.add(v)) {
        for (Variable input : v.inputs()) {
          if (input.requiresGradient()) {
            readers.merge(input, 1, Integer::sum);
            open.push(input);
          }
        }
      }
    }
    readers.keySet().removeIf(v -> v.step() != null);
  }

  private void tellWhole(List<Variable> inputs) {
    for (Variable input : inputs) {
      Integer left = readers.computeIfPresent(input, (v, count) -> count - 1);
      Tensor gradient = gradients.get(input);
      if (left != null && left == 0 && gradient != null) {
        readers.remove(input);
        if (isTaken(input, gradient)) {
          gradients.remove(input);
          newestFirst.remove(input);
          letGo(gradient);
        }
      }
    }
  }

  private boolean isTaken(Variable parameter, Tensor gradient) {
    boolean taken = taker.orElseThrow().test(parameter, gradient);
    if (taken) {
      served.add(parameter);
    }
    return taken;
  }

  /** Parameters whose gradients were taken for good, in the order in which others are returned. */
  List<Variable> served() {
    return served.stream()
        .sorted(Comparator.comparingLong(Variable::number).reversed())
        .toList();
  }

  /** A variable, and those next in turn whose steps are undone together with its own. */
  private List<Variable> withThoseItJoins(Variable v, Differentiable step) {
    List<Variable> together = new ArrayList<>(List.of(v));
    Variable next = newestFirst.peek();
    while (next != null && next.step() != null && step.joins(next.step())) {
      long turn = next.number();
      if (together.stream().flatMap(t -> t.inputs().stream()).anyMatch(in -> in.number() >= turn)) {
        break; // the next one, or what was made from it, is an input: its gradient is not whole yet
      }
      together.add(newestFirst.remove());
      next = newestFirst.peek();
    }
    return together;
  }

  private void undo(List<Variable> together, Tensor gradient) {
    List<Differentiable> steps = new ArrayList<>();
    List<Tensor> dys = new ArrayList<>();
    List<InputGradients> deliveries = new ArrayList<>();
    for (Variable v : together) {
      Differentiable step = requireNonNull(v.step());
      SavedTensors.requireUnchanged(step, v.versions());
      bringBack(v, step);
      Optional<Tensor> added = Optional.ofNullable(sums.remove(v));
      added.ifPresent(passed::add);
      steps.add(step);
      dys.add(dys.isEmpty() ? gradient : requireNonNull(gradients.remove(v)));
      deliveries.add(deliveriesTo(v.inputs(), step, added));
    }
    passed.addAll(dys);
    List<Tensor> arrived = List.copyOf(passed);
    steps.get(0).backward(steps, dys, deliveries);
    passed.clear();
    spent.addAll(arrived);
    spent.forEach(this::letGo);
    spent.clear();
    for (Variable v : together) {
      for (Tensor saved : SavedTensors.of(requireNonNull(v.step()))) {
        letGoUnlessInput(saved, v.inputs());
      }
      letGoUnlessInput(v.value(), v.inputs());
    }
  }

  /** Computes again what the step is about to read and was spared. */
  private static void bringBack(Variable v, Differentiable step) {
    for (Tensor saved : SavedTensors.all(step)) {
      if (saved.isFreed()) {
        Stream.concat(Stream.of(v), v.inputs().stream())
            .filter(each -> each.value().sharesStorageWith(saved))
            .forEach(Variable::bringBack);
      }
    }
  }

  private InputGradients deliveriesTo(
      List<Variable> inputs, Differentiable step, Optional<Tensor> added) {
    return new InputGradients() {
      @Override
      public boolean wants(int input) {
        Variable to = inputs.get(input);
        return to.requiresGradient() && (to.step() != null || wanted.test(to));
      }

      @Override
      public void put(int input, Tensor gradient) {
        requireFits(input, gradient);
        if (wants(input)) {
          deliver(inputs.get(input), gradient);
        } else {
          spent.add(gradient);
        }
      }

      private void requireFits(int input, Tensor gradient) {
        Shape expected = inputs.get(input).shape();
        if (!gradient.shape().equals(expected)) {
          throw new IllegalStateException(Text.of(
              "%s.backward: gradient of input %d has shape %s but the input has shape %s",
              step.name(), input, gradient.shape(), expected));
        }
      }

      @Override
      public void put(int input, Tensor gradient, Optional<Tensor> known) {
        put(input, gradient);
        Variable to = inputs.get(input);
        known.ifPresent(total -> {
          if (gradients.get(to) == gradient) {
            sums.put(to, total);
          } else { // unwanted, or one part of several
            spent.add(total);
          }
        });
      }

      @Override
      public Optional<Tensor> received(int input) {
        return Optional.ofNullable(gradients.get(inputs.get(input)));
      }

      @Override
      public Optional<Tensor> accumulator(int input) {
        return received(input).filter(part -> isOnlyOf(inputs.get(input), part));
      }

      @Override
      public void putTotal(int input, Tensor total) {
        if (received(input).isEmpty()) {
          put(input, total);
          return;
        }
        requireFits(input, total);
        forget(inputs.get(input));
        gradients.put(inputs.get(input), total);
      }

      @Override
      public Optional<Tensor> sums() {
        return added;
      }
    };
  }

  private void deliver(Variable to, Tensor gradient) {
    Tensor received = gradients.get(to);
    if (received == null) {
      passed.add(gradient);
      gradients.put(to, gradient);
      newestFirst.add(to);
      return;
    }
    // What is delivered is not freed yet: it may be delivered to another input as well.
    Tensor sum = isOnlyOf(to, received) ? received : received.like();
    ElementwiseKernels.of(sum).add(received, gradient, sum);
    forget(to);
    spent.add(gradient);
    gradients.put(to, sum);
  }

  /** Whether what a variable has received is nobody else's, so that it may be added to. */
  private boolean isOnlyOf(Variable to, Tensor part) {
    for (List<Tensor> others : List.of(inUse, spent, passed)) {
      for (Tensor other : others) {
        if (other.sharesStorageWith(part)) {
          return false;
        }
      }
    }
    for (Map.Entry<Variable, Tensor> other : gradients.entrySet()) {
      if (other.getKey() != to && other.getValue().sharesStorageWith(part)) {
        return false;
      }
    }
    return true;
  }

  /** What has been received is part of a sum now. */
  private void forget(Variable to) {
    for (Map<Variable, Tensor> known : List.of(gradients, sums)) {
      Tensor part = known.remove(to);
      if (part != null) {
        spent.add(part);
      }
    }
  }

  /** Frees a tensor that nobody waits for anymore. */
  private void letGo(Tensor t) {
    for (Tensor other : inUse) {
      if (other.sharesStorageWith(t)) {
        return;
      }
    }
    for (Tensor other : gradients.values()) {
      if (other.sharesStorageWith(t)) {
        return;
      }
    }
    t.release(FREED);
  }

  /** Values of inputs have readers yet to come; views of them must not free them. */
  private void letGoUnlessInput(Tensor t, List<Variable> inputs) {
    for (Variable input : inputs) {
      if (input.value().sharesStorageWith(t)) {
        return;
      }
    }
    letGo(t);
  }
}
