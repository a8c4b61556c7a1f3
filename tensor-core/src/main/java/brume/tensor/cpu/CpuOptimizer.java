package brume.tensor.cpu;

import static brume.tensor.HeapStorage.floats;
import static brume.tensor.HeapStorage.writableFloats;

import brume.tensor.Tensor;
import brume.tensor.cpu.loop.Pieces;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.kernel.AdamCoefficients;
import brume.tensor.kernel.OptimizerKernels;
import brume.tensor.kernel.SgdCoefficients;
import java.util.List;
import java.util.function.Supplier;

/** Steps of optimizers on the CPU: each reads and writes every number once, in one plain loop. */
final class CpuOptimizer implements OptimizerKernels {

  private final Workers workers;

  CpuOptimizer(Workers workers) {
    this.workers = workers;
  }

  @Override
  public void adam(AdamCoefficients at, Tensor g, Tensor p, Tensor m, Tensor v) {
    adam(at, 1, g, p, m, v);
  }

  @Override
  public void adam(
      Supplier<AdamCoefficients> at,
      double factor,
      List<Tensor> g,
      List<Tensor> p,
      List<Tensor> m,
      List<Tensor> v) {
    AdamCoefficients now = at.get();
    for (int i = 0; i < p.size(); i++) {
      adam(now, (float) factor, g.get(i), p.get(i), m.get(i), v.get(i));
    }
  }

  private void adam(AdamCoefficients at, float factor, Tensor g, Tensor p, Tensor m, Tensor v) {
    float[] gs = floats(g), ps = writableFloats(p), ms = writableFloats(m), vs = writableFloats(v);
    float beta1 = (float) at.beta1(), rest1 = (float) (1 - at.beta1());
    float beta2 = (float) at.beta2(), rest2 = (float) (1 - at.beta2());
    float l2 = (float) at.l2(), kept = (float) (1 - at.learningRate() * at.decay());
    float step = (float) (at.learningRate() / at.correction1());
    float perRoot = (float) (1 / Math.sqrt(at.correction2())), eps = (float) at.eps();
    Pieces.forEach(workers, p.shape().size(), (from, to) -> {
      for (int i = from; i < to; i++) {
        float gradient = factor * gs[i] + l2 * ps[i];
        float first = beta1 * ms[i] + rest1 * gradient;
        float second = beta2 * vs[i] + rest2 * (gradient * gradient);
        float root = (float) Math.sqrt(second) * perRoot;
        ms[i] = first;
        vs[i] = second;
        ps[i] = kept * ps[i] - step * (first / (root + eps));
      }
    });
  }

  @Override
  public void sgd(SgdCoefficients at, Tensor g, Tensor p, Tensor b) {
    float[] gs = floats(g), ps = writableFloats(p), bs = writableFloats(b);
    float step = (float) at.learningRate(), penalty = (float) at.l2();
    float mu = (float) at.momentum(), share = (float) at.share();
    boolean first = at.first(), nesterov = at.nesterov();
    Pieces.forEach(workers, p.shape().size(), (from, to) -> {
      if (mu == 0) {
        for (int i = from; i < to; i++) {
          ps[i] -= step * (gs[i] + penalty * ps[i]);
        }
        return;
      }
      for (int i = from; i < to; i++) {
        float gradient = gs[i] + penalty * ps[i];
        float buffer = first ? gradient : mu * bs[i] + share * gradient;
        bs[i] = buffer;
        ps[i] -= step * (nesterov ? gradient + mu * buffer : buffer);
      }
    });
  }

  @Override
  public void average(double rate, Tensor p, Tensor average) {
    float[] ps = floats(p), averages = writableFloats(average);
    float weight = (float) rate;
    Pieces.forEach(workers, p.shape().size(), (from, to) -> {
      if (rate == 1) {
        System.arraycopy(ps, from, averages, from, to - from);
        return;
      }
      for (int i = from; i < to; i++) {
        averages[i] += weight * (ps[i] - averages[i]);
      }
    });
  }
}
