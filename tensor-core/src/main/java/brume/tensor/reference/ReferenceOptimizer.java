package brume.tensor.reference;

import static brume.tensor.HeapStorage.doubles;
import static brume.tensor.HeapStorage.writableDoubles;

import brume.tensor.Tensor;
import brume.tensor.kernel.AdamCoefficients;
import brume.tensor.kernel.OptimizerKernels;
import brume.tensor.kernel.SgdCoefficients;

/** What a step of an optimizer means. */
final class ReferenceOptimizer implements OptimizerKernels {

  @Override
  public void adam(AdamCoefficients at, Tensor g, Tensor p, Tensor m, Tensor v) {
    double[] ps = writableDoubles(p), ms = writableDoubles(m), vs = writableDoubles(v);
    for (int i = 0; i < p.shape().size(); i++) {
      double gradient = doubles(g)[i] + at.l2() * ps[i];
      ps[i] -= at.learningRate() * at.decay() * ps[i];
      ms[i] = at.beta1() * ms[i] + (1 - at.beta1()) * gradient;
      vs[i] = at.beta2() * vs[i] + (1 - at.beta2()) * gradient * gradient;
      double root = Math.sqrt(vs[i] / at.correction2());
      ps[i] -= at.learningRate() / at.correction1() * ms[i] / (root + at.eps());
    }
  }

  @Override
  public void sgd(SgdCoefficients at, Tensor g, Tensor p, Tensor b) {
    double[] ps = writableDoubles(p), bs = writableDoubles(b);
    for (int i = 0; i < p.shape().size(); i++) {
      double gradient = doubles(g)[i] + at.l2() * ps[i];
      if (at.momentum() == 0) {
        ps[i] -= at.learningRate() * gradient;
      } else {
        bs[i] = at.first() ? gradient : at.momentum() * bs[i] + at.share() * gradient;
        ps[i] -= at.learningRate() * (at.nesterov() ? gradient + at.momentum() * bs[i] : bs[i]);
      }
    }
  }

  @Override
  public void average(double rate, Tensor p, Tensor average) {
    double[] ps = doubles(p), averages = writableDoubles(average);
    for (int i = 0; i < p.shape().size(); i++) {
      averages[i] = rate == 1 ? ps[i] : averages[i] + rate * (ps[i] - averages[i]);
    }
  }
}
