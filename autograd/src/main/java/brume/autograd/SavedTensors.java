package brume.autograd;

import brume.tensor.Tensor;
import brume.tensor.Text;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tensors a step of the tape keeps: those among the components of its record. */
final class SavedTensors {

  private static final ClassValue<List<Method>> ACCESSORS = new ClassValue<>() {
    @Override
    protected List<Method> computeValue(Class<?> type) {
      RecordComponent[] components = type.getRecordComponents();
      if (components == null) {
        throw new IllegalArgumentException(
            Text.of("%s: expected a Differentiable to be a record, got a class", type.getName()));
      }
      return Arrays.stream(components)
          .filter(component -> component.getType() == Tensor.class
              || List.class.isAssignableFrom(component.getType()))
          .map(RecordComponent::getAccessor)
          .peek(accessor -> accessor.setAccessible(true)) // records of tests are not public
          .toList();
    }
  };

  private SavedTensors() {}

  /** Those that are components themselves, to be freed with the record. */
  static List<Tensor> of(Differentiable step) {
    List<Tensor> tensors = new ArrayList<>();
    for (Method accessor : ACCESSORS.get(step.getClass())) {
      if (read(accessor, step) instanceof Tensor t) {
        tensors.add(t);
      }
    }
    return tensors;
  }

  /** All that its backward pass reads, those in lists too. */
  static List<Tensor> all(Differentiable step) {
    List<Tensor> tensors = new ArrayList<>();
    for (Method accessor : ACCESSORS.get(step.getClass())) {
      tensors.addAll(tensors(read(accessor, step)));
    }
    return tensors;
  }

  /** {@linkplain Tensor#version Versions} of all that its backward pass reads. */
  static int[] versions(Differentiable step) {
    List<Tensor> tensors = all(step);
    int[] versions = new int[tensors.size()];
    Arrays.setAll(versions, i -> tensors.get(i).version());
    return versions;
  }

  /**
   * Refuses to go back through a step whose numbers are no longer those of the forward pass.
   *
   * @throws IllegalStateException with the name and shape of the first one that was written since
   */
  static void requireUnchanged(Differentiable step, int[] versions) {
    int i = 0;
    for (Method accessor : ACCESSORS.get(step.getClass())) {
      for (Tensor saved : tensors(read(accessor, step))) {
        if (saved.version() != versions[i++]) {
          throw new IllegalStateException(Text.of(
              "%s.backward: expected %s %s as it was in the forward pass, got numbers written since;"
                  + " go back before anything is changed in place, parameters too",
              step.name(), accessor.getName(), saved.shape()));
        }
      }
    }
  }

  private static List<Tensor> tensors(Object component) {
    if (component instanceof Tensor t) {
      return List.of(t);
    }
    List<Tensor> tensors = new ArrayList<>();
    for (Object each : (List<?>) component) {
      if (each instanceof Tensor t) {
        tensors.add(t);
      } else if (each instanceof Variable v) {
        tensors.add(v.value());
      }
    }
    return tensors;
  }

  private static Object read(Method accessor, Differentiable step) {
    try {
      return accessor.invoke(step);
    } catch (IllegalAccessException | InvocationTargetException failed) {
      throw new IllegalStateException("cannot read " + accessor, failed);
    }
  }
}
