package brume.autograd.einsum;

/**
 * Indices in order, one character each. Every result keeps the order of the first argument and has
 * each index once.
 */
final class Labels {

  private Labels() {}

  static boolean has(String labels, char label) {
    return labels.indexOf(label) >= 0;
  }

  static String distinct(String labels) {
    StringBuilder once = new StringBuilder();
    for (int i = 0; i < labels.length(); i++) {
      if (labels.indexOf(labels.charAt(i)) == i) {
        once.append(labels.charAt(i));
      }
    }
    return once.toString();
  }

  /** Those of a, then those only b has. */
  static String union(String a, String b) {
    return distinct(a + b);
  }

  /** Those of a that b has too. */
  static String common(String a, String b) {
    StringBuilder both = new StringBuilder();
    for (char label : distinct(a).toCharArray()) {
      if (has(b, label)) {
        both.append(label);
      }
    }
    return both.toString();
  }

  /** Those of a that b lacks. */
  static String without(String a, String b) {
    StringBuilder left = new StringBuilder();
    for (char label : distinct(a).toCharArray()) {
      if (!has(b, label)) {
        left.append(label);
      }
    }
    return left.toString();
  }
}
