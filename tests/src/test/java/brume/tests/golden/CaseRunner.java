package brume.tests.golden;

import brume.tensor.kernel.Backend;

/** Repeats cases of one sort, found by kind, op and arguments, never by file name. */
interface CaseRunner {

  /** Whether Brume can do what the case asks for, with all its arguments. */
  boolean knows(GoldenCase asked);

  /**
   * Repeats a case, inside a scope that closes afterwards.
   *
   * @param asked a case it knows
   * @param on where to compute
   * @param results takes every output and gradient of the case
   * @throws Exception if the case cannot be repeated after all
   */
  void run(GoldenCase asked, Backend on, Comparison results) throws Exception;
}
