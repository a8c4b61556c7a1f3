package brume.tensor.cpu.loop;

/**
 * Cuts a long run of elements or rows into pieces, the tasks of {@link Workers}. Pieces depend on the
 * sizes alone, never on the number of threads.
 */
public final class Pieces {

  // Some 5 us of arithmetic: long against handing out a task, short against all of a big tensor.
  private static final int ELEMENTS = 1 << 14;

  private Pieces() {}

  /** What is done to a piece. */
  @FunctionalInterface
  public interface Task {
    /**
     * Works on one piece.
     *
     * @param from first element or row
     * @param to one after the last
     */
    void accept(int from, int to);
  }

  /**
   * Works on all elements, a piece at a time.
   *
   * @param workers the threads
   * @param size number of elements
   * @param task what to do
   */
  public static void forEach(Workers workers, int size, Task task) {
    forEach(workers, size, ELEMENTS, task);
  }

  /**
   * Works on all rows, some of them at a time.
   *
   * @param workers the threads
   * @param rows number of rows
   * @param columns elements per row
   * @param task receives ranges of rows
   */
  public static void forEachRow(Workers workers, int rows, int columns, Task task) {
    forEach(workers, rows, Math.max(1, ELEMENTS / Math.max(1, columns)), task);
  }

  /**
   * Works on everything in pieces of a given length.
   *
   * @param workers the threads
   * @param size number of elements or rows
   * @param grain how many make a piece
   * @param task what to do
   */
  public static void forEach(Workers workers, int size, int grain, Task task) {
    workers.forEach(count(size, grain), i -> {
      int from = i * grain;
      task.accept(from, size - from < grain ? size : from + grain);
    });
  }

  /**
   * Number of pieces.
   *
   * @param size number of elements or rows
   * @param grain how many make a piece
   * @return 0 if there is nothing to do
   */
  public static int count(int size, int grain) {
    return size == 0 ? 0 : (size - 1) / grain + 1;
  }

  /**
   * The length of as few pieces as short ones need, all as long as each other but for the last: threads
   * that share few pieces have as much to do as each other.
   *
   * @param size number of elements or rows
   * @param most how many make a piece at most
   * @return 1 to {@code most}
   */
  public static int even(int size, int most) {
    int count = Math.max(1, count(size, most));
    return Math.max(1, (size + count - 1) / count);
  }

  /**
   * Pieces that {@link #forEach(Workers, int, Task)} makes.
   *
   * @param size number of elements
   * @return 0 if there is nothing to do
   */
  public static int count(int size) {
    return count(size, ELEMENTS);
  }

  /**
   * The piece an element belongs to, when it is the first of one.
   *
   * @param from number of the element
   * @return number of the piece
   */
  public static int index(int from) {
    return from / ELEMENTS;
  }
}
