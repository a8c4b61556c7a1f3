package brume.cuda.emulator;

/** Reads instructions on predicates, which work on all lanes at once. */
final class PredicateOps {

  private PredicateOps() {}

  static Op decode(Decoder d) {
    int result = d.predicate(0);
    int a = d.predicate(1);
    return switch (d.base()) {
      case "mov" -> (w, from, to) -> set(w, result, from, to, w.predicate(a));
      case "not" -> (w, from, to) -> set(w, result, from, to, ~w.predicate(a));
      case "and", "or", "xor" -> binary(d.base(), result, a, d.predicate(2));
      default -> throw d.unknown();
    };
  }

  private static Op binary(String base, int result, int a, int b) {
    return (w, from, to) ->
        set(w, result, from, to, combined(base, w.predicate(a), w.predicate(b)));
  }

  /** Two sets of lanes combined by an operation of PTX. */
  static int combined(String operation, int a, int b) {
    return switch (operation) {
      case "and" -> a & b;
      case "or" -> a | b;
      case "xor" -> a ^ b;
      default -> throw new IllegalArgumentException(operation);
    };
  }

  static void set(Warp w, int result, int from, int to, int lanes) {
    w.setPredicate(result, from, to, lanes & Lanes.range(from, to));
  }
}
