package brume.bench.gpu;

import brume.tensor.kernel.Backend;
import java.util.Map;

/** Something a network does while it learns, at the size at which it does it. */
interface Operation {

  /** What it is, unique among the operations of a network. */
  String name();

  /** Does it on a device: results by name, the same numbers every time. */
  Map<String, double[]> on(Backend device);
}
