package brume.autograd;

import brume.tensor.Tensor;
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
            "%s: expected a Differentiable to be a record, got a class".formatted(type.getName()));
      }
      return Arrays.stream(components)
          .filter(component -> component.getType() == Tensor.class)
          .map(RecordComponent::getAccessor)
          .peek(accessor -> accessor.setAccessible(true)) // records of tests are not public
          .toList();
    }
  };

  private SavedTensors() {}

  static List<Tensor> of(Differentiable step) {
    List<Method> accessors = ACCESSORS.get(step.getClass());
    List<Tensor> tensors = new ArrayList<>(accessors.size());
    for (Method accessor : accessors) {
      try {
        tensors.add((Tensor) accessor.invoke(step));
      } catch (IllegalAccessException | InvocationTargetException failed) {
        throw new IllegalStateException("cannot read " + accessor, failed);
      }
    }
    return tensors;
  }
}
