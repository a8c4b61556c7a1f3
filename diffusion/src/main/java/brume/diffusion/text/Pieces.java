package brume.diffusion.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The pieces of a unigram model, each with the logarithm of its probability: of all ways to cut a text into
 * pieces the most probable one is taken.
 *
 * @see <a href="https://arxiv.org/abs/1804.10959">Kudo, Subword Regularization (2018), §3.2</a>
 */
final class Pieces {

  // Types of pieces in files.
  private static final int NORMAL = 1, UNKNOWN = 2, USERS = 4, UNUSED = 5, BYTE = 6;
  private static final float UNKNOWN_PENALTY = 10; // below the least probable piece
  private static final double USERS_MARGIN = 0.1;

  private final List<String> names = new ArrayList<>();
  private final List<Float> scores = new ArrayList<>();
  private final List<Integer> types = new ArrayList<>();
  private final PieceTree tree = new PieceTree();
  private int unknown = PieceTree.NONE;
  private float least = Float.MAX_VALUE;
  private float most = Float.MIN_VALUE; // where sentencepiece begins, too, though all are negative

  /** Adds the piece that a message describes. */
  void add(ByteBuffer message) throws IOException {
    String name = "";
    float score = 0;
    int type = NORMAL;
    ProtocolBuffer piece = new ProtocolBuffer(message);
    while (piece.next()) {
      switch (piece.field()) {
        case 1 -> name = piece.text();
        case 2 -> score = piece.real();
        case 3 -> type = Math.toIntExact(Math.min(piece.number(), Integer.MAX_VALUE));
        default -> {} // extensions
      }
    }
    if (type < NORMAL || type >= BYTE) {
      throw new IOException(type == BYTE ? "bytes among its pieces" : "a piece of no known type");
    }
    if (Float.isNaN(score) || name.isEmpty()) {
      throw new IOException("a piece without a name or a score");
    }
    add(name, score, type);
  }

  private void add(String name, float score, int type) throws IOException {
    int number = names.size();
    names.add(name);
    scores.add(score);
    types.add(type);
    if (type == NORMAL) {
      least = Math.min(least, score);
      most = Math.max(most, score);
    }
    if (type == UNKNOWN) {
      if (unknown != PieceTree.NONE) {
        throw new IOException("a second piece for what is unknown");
      }
      unknown = number;
    } else if (type == NORMAL || type == USERS) {
      tree.add(name.getBytes(StandardCharsets.UTF_8), number);
    }
  }

  /** Refuses models that cannot say that they do not know something. */
  void requireWhole() throws IOException {
    if (unknown == PieceTree.NONE) {
      throw new IOException("no piece for what is unknown");
    }
  }

  int size() {
    return names.size();
  }

  String name(int piece) {
    return names.get(piece);
  }

  /** The number of a piece, whatever its type, or {@link PieceTree#NONE}. */
  int number(String name) {
    return names.indexOf(name);
  }

  boolean isWord(int piece) {
    int type = types.get(piece);
    return type == NORMAL || type == USERS || type == UNUSED;
  }

  /** The most probable pieces of a text; what is unknown is one piece as far as it goes. */
  int[] of(byte... text) {
    int[] best = new int[text.length + 1]; // piece that ends at a place
    int[] from = new int[text.length + 1]; // where it begins
    float[] reached = new float[text.length + 1]; // logarithm of the probability up to there
    Arrays.fill(from, PieceTree.NONE);
    for (int at = 0; at < text.length; ) {
      int letter = PieceNormalizer.letterLength(text, at);
      boolean single = false; // whether a piece is just this letter
      int node = 0;
      for (int end = at; end < text.length; ) {
        node = tree.next(node, text[end++]);
        if (node == PieceTree.NONE) {
          break;
        }
        int piece = tree.piece(node);
        if (piece != PieceTree.NONE) {
          single |= end - at == letter;
          double score = types.get(piece) == USERS
              ? (end - at) * most - USERS_MARGIN
              : (double) scores.get(piece);
          reach(best, from, reached, at, end, piece, score + reached[at]);
        }
      }
      if (!single) {
        double score = least - UNKNOWN_PENALTY + reached[at];
        reach(best, from, reached, at, at + letter, unknown, (float) score);
      }
      at += letter;
    }
    return way(best, from);
  }

  private static void reach(
      int[] best, int[] from, float[] reached, int at, int end, int piece, double score) {
    if (from[end] == PieceTree.NONE || score > reached[end]) {
      best[end] = piece;
      from[end] = at;
      reached[end] = (float) score;
    }
  }

  private int[] way(int[] best, int[] from) {
    List<Integer> backwards = new ArrayList<>();
    for (int at = best.length - 1; at > 0; at = from[at]) {
      boolean goesOn = best[at] == unknown
          && !backwards.isEmpty()
          && backwards.get(backwards.size() - 1) == unknown;
      if (!goesOn) {
        backwards.add(best[at]);
      }
    }
    int count = backwards.size();
    return IntStream.range(0, count).map(i -> backwards.get(count - 1 - i)).toArray();
  }
}
