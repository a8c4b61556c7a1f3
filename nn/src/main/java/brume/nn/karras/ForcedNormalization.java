package brume.nn.karras;

import static brume.autograd.function.magnitude.NormalizeWeight.bringToLength;

import brume.nn.NamedParameter;
import brume.nn.Upkeep;
import brume.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings the weights themselves to magnitude one before a pass of training, if they were changed since the
 * last: what is normalized twice may differ in the last bit, and a step would depend on how many of its
 * passes a process has made. Layers use them normalized anyway; this keeps them from growing, which would
 * make the steps of an optimizer smaller and smaller against them.
 */
final class ForcedNormalization implements Upkeep {

  private final List<Tensor> weights = new ArrayList<>();
  private List<Integer> versions = List.of(); // of the weights as they were left here

  /** Of all parameters called {@code weight}, as those of {@link MpConv} and {@link MpLinear} are. */
  ForcedNormalization(List<NamedParameter> parameters) {
    for (NamedParameter parameter : parameters) {
      if (parameter.path().endsWith(".weight")) {
        weights.add(parameter.variable().value());
      }
    }
  }

  @Override
  public boolean isDue() {
    return !versions.equals(now());
  }

  @Override
  public void run() {
    for (Tensor weight : weights) {
      double perOutput = (double) weight.shape().size() / weight.shape().dim(0);
      bringToLength(weight, Math.sqrt(perOutput));
    }
    versions = now();
  }

  @Override
  public void repeated() {
    weights.forEach(Tensor::writableStorage);
    versions = now();
  }

  private List<Integer> now() {
    return weights.stream().map(Tensor::version).toList();
  }
}
