package brume.bench;

import brume.tensor.Text;

/**
 * One kernel with one shape, as several engines run it: in GFLOP/s if it is arithmetic that counts, or
 * else in GB/s.
 *
 * @param measure ours, which tells how much work an operation is
 * @param contest the rates of all engines
 */
record KernelRow(Figure measure, Contest contest) {

  private boolean arithmetic() {
    return measure.gflopPerS() > 0;
  }

  String unit() {
    return arithmetic() ? "GFLOP/s" : "GB/s";
  }

  /** The rate of an engine of which only the operations are known. */
  double inUnits(Figure figure) {
    return figure.opsPerS() * rate() / measure.opsPerS();
  }

  private double rate() {
    return arithmetic() ? measure.gflopPerS() : measure.gbytePerS();
  }

  /** Rates, and the part of the roofline that their median is. */
  String cell(String engine, Ceilings ceilings) {
    double ofOurs = ceilings.share(measure).percent();
    String spread = contest.spread(engine, "%.1f");
    return spread.isEmpty() || ofOurs == 0
        ? spread
        : Text.of("%s, %.0f %%", spread, contest.median(engine) * ofOurs / rate());
  }
}
