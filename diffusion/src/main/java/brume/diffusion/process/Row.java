package brume.diffusion.process;

import brume.tensor.Text;
import java.util.Arrays;

/** A level that is a row of a table. */
record Row(Levels table, int k) implements Level {

  /** Refuses rows that are not there. {@inheritDoc} */
  Row {
    if (k < 0 || k >= table.count()) {
      throw new IllegalArgumentException(
          Text.of("level: expected a row from 0 to %d, got %d", table.count() - 1, k));
    }
  }

  /** The process whose time k this is. */
  ForwardProcess q() {
    return table.q();
  }

  /** (N) k, as the equations of {@link #q} want it. */
  int[] rows(int samples) {
    int[] rows = new int[samples];
    Arrays.fill(rows, k);
    return rows;
  }

  @Override
  public double time() {
    return table.time(k);
  }

  @Override
  public double signal() {
    return q().signal(k);
  }

  @Override
  public double noise() {
    return q().noise(k);
  }

  /** The row before, unless steps lead elsewhere. */
  @Override
  public Level before() {
    double alphaBar = q().schedule().alphaBarBefore(k);
    return k > 0 && q().schedule().alphaBar(k - 1) == alphaBar
        ? new Row(table, k - 1)
        : new Beside(this, k - 1, alphaBar);
  }

  @Override
  public Level after() {
    return k < table.count() - 1
        ? new Row(table, k + 1)
        : new Beside(this, k + 1, q().schedule().alphaBarAfter(k));
  }

  @Override
  public double logSnr() {
    return Math.log(q().schedule().snr(k));
  }

  @Override
  public double posteriorOfX0() {
    return q().posteriorOfX0(k);
  }

  @Override
  public double posteriorOfXt() {
    return q().posteriorOfXt(k);
  }

  @Override
  public double posteriorVariance() {
    return q().posteriorVariance(k);
  }

  @Override
  public double posteriorLogVariance() {
    return q().posteriorLogVariance(k);
  }

  /** Where steps begin or end without asking a network: it was told of no time there. */
  private record Beside(Row from, int k, double alphaBar) implements Level {
    @Override
    public double time() {
      return Double.NaN;
    }

    @Override
    public double signal() {
      return Math.sqrt(alphaBar);
    }

    @Override
    public double noise() {
      return Math.sqrt(1 - alphaBar);
    }

    @Override
    public Level before() {
      return k > from.k ? from : this;
    }

    @Override
    public Level after() {
      return k < from.k ? from : this;
    }
  }
}
