package brume.nn.karras;

import static brume.autograd.function.magnitude.MpAdd.mpAdd;
import static brume.autograd.function.magnitude.MpFourier.mpFourier;
import static brume.autograd.function.magnitude.MpSilu.mpSilu;
import static brume.autograd.function.pointwise.Affine.scale;

import brume.autograd.Variable;
import brume.nn.Condition;
import brume.nn.Parameters;
import brume.nn.Query;
import brume.nn.StoredLayout;
import brume.nn.init.Initializer;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import java.util.Optional;

/** What is known of samples besides their noisy form: the time, and the class where there are some. */
final class Known {

  private final Device device;
  private final double timeScale;
  private final double share;
  private final int classes;
  private final int channels;
  private final Variable frequencies; // (waves/2)
  private final MpLinear toTime;
  private final Optional<MpLinear> toClass;

  /**
   * Creates the layers.
   *
   * @param at place of the network
   * @param waves sines and cosines in all that tell the time
   * @param timeScale what times are multiplied by before
   * @param dim channels of the result
   * @param classes K, the last of which stands for none; 0 for a network that is told the time alone
   * @param share of the class, where it is added to the time
   */
  Known(Parameters at, int waves, double timeScale, int dim, int classes, double share) {
    this.device = at.device();
    this.timeScale = timeScale;
    this.share = share;
    this.classes = classes;
    this.channels = dim;
    this.frequencies = at.child("to_time_emb.0")
        .addFrozen("weights", Shape.of(waves / 2), StoredLayout.SAME, Initializer.normal());
    this.toTime = new MpLinear(at.child("to_time_emb.1"), waves, dim);
    this.toClass = classes == 0
        ? Optional.empty()
        : Optional.of(new MpLinear(at.child("to_class_emb"), classes, dim));
  }

  /** (N, dim) time and the classes of the labels, activated; the last class is that of samples without a label. */
  Variable forward(Query query, String network) {
    if (toClass.isEmpty()) {
      query.condition().requireNoLabels(network);
      return activated(query, time(query), network);
    }
    return forward(query, asRows(query.condition(), query.times().length), network);
  }

  /** (N, dim) time and classes (N, K), activated. */
  Variable forward(Query query, Variable rows, String network) {
    Variable all = scale(rows, Math.sqrt(classes)); // of magnitude one
    Variable told = mpAdd(time(query), toClass.orElseThrow().forward(all), share);
    return activated(query, told, network);
  }

  /** Channels of the result. */
  int channels() {
    return channels;
  }

  /** What a query wants added is added as it is: where that is nothing, magnitudes stay what they are. */
  private static Variable activated(Query query, Variable told, String network) {
    return mpSilu(query.condition().addedTo(told, network));
  }

  private Variable time(Query query) {
    Query scaled = query.withTimesScaled(timeScale);
    Variable t = scaled
        .learnedTimes()
        .orElseGet(() -> scaled.ofTimes(device, Shape.of(scaled.times().length), times -> times));
    return toTime.forward(mpFourier(t, frequencies));
  }

  /** (N, K) a one for each sample, in the last column where its class is not told. */
  private Variable asRows(Condition condition, int samples) {
    return Variable.constant(Tensor.renewed(device, Shape.of(samples, classes), () -> {
      double[] ones = new double[Shape.product(samples, classes)];
      int[] columns = condition.rows(samples, classes - 1);
      for (int n = 0; n < samples; n++) {
        ones[n * classes + columns[n]] = 1;
      }
      return ones;
    }));
  }
}
