package brume.bench.gpu;

import brume.tensor.Text;
import java.io.PrintStream;

/**
 * What the checks found, told line by line as it is found, as a list of Markdown. Mutable: it counts.
 */
public final class Verdicts {

  private final PrintStream out;
  private int passed;
  private int failed;

  /**
   * Starts without any.
   *
   * @param out gets the lines
   */
  public Verdicts(PrintStream out) {
    this.out = out;
  }

  /**
   * Says whether something is as it should be.
   *
   * @param right whether it is
   * @param what was checked
   * @param found in numbers
   */
  public void judge(boolean right, String what, String found) {
    passed += right ? 1 : 0;
    failed += right ? 0 : 1;
    line(Text.of("%s %s: %s", right ? "PASS" : "FAIL", what, found));
  }

  /**
   * Says something that is neither right nor wrong.
   *
   * @param text one line
   */
  public void note(String text) {
    line(text);
  }

  /**
   * Runs a check. What it throws fails it, and keeps no other from running.
   *
   * @param what is checked
   * @param check says what it finds
   */
  public void attempt(String what, Runnable check) {
    try {
      check.run();
    } catch (RuntimeException | Error thrown) { // of whatever kind: the other checks matter still
      judge(false, what, thrown.toString().lines().findFirst().orElse("no reason given"));
      thrown.printStackTrace();
    }
  }

  /**
   * Checks that found all as it should be.
   *
   * @return how many
   */
  public int passed() {
    return passed;
  }

  /**
   * Checks that did not.
   *
   * @return how many
   */
  public int failed() {
    return failed;
  }

  private void line(String text) {
    out.println("- " + text);
    out.flush();
  }
}
