package brume.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Adds up what kernels cost and how long they took, by kernel and size. Mutable: it is told of calls. */
final class KernelLog implements WatchedBackend.Watcher {

  /**
   * All calls that read the same in words.
   *
   * @param name kernel and sizes
   * @param calls how many
   * @param nanos how long they took together
   * @param cost what they cost together
   */
  record Row(String name, int calls, long nanos, Cost cost) {

    private Row plus(Row other) {
      return new Row(name, calls + other.calls, nanos + other.nanos, cost.plus(other.cost));
    }
  }

  private record Note(int calls, long nanos) {

    private Note plus(Note other) {
      return new Note(calls + other.calls, nanos + other.nanos);
    }
  }

  // Words and costs are made when they are read: making them takes longer than a small kernel.
  private final Map<KernelCall, Note> notes = new HashMap<>();

  @Override
  public void ran(KernelCall call, long nanos) {
    notes.merge(call, new Note(1, nanos), Note::plus);
  }

  /** What was noted since the last {@link #forget}. */
  List<Row> rows() {
    Map<String, Row> rows = new HashMap<>();
    notes.forEach((call, note) -> {
      Cost cost = Cost.of(call).times(note.calls);
      Row row = new Row(call.toString(), note.calls, note.nanos, cost);
      rows.merge(row.name, row, Row::plus);
    });
    return List.copyOf(rows.values());
  }

  /** What all of that cost. */
  Cost cost() {
    return rows().stream().map(Row::cost).reduce(Cost.NOTHING, Cost::plus);
  }

  void forget() {
    notes.clear();
  }
}
