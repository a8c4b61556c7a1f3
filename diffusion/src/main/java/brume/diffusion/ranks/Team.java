package brume.diffusion.ranks;

import brume.tensor.Text;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What ranks tell each other besides gradients: a few bytes of any length. Rank 0 leads: it alone writes
 * files and tells what happens.
 *
 * @param ranks which move the bytes
 * @param wire how gradients travel
 */
public record Team(Ranks ranks, Wire wire) {

  private static final int CHUNK = 1 << 24; // bytes that a message of many ranks has at most
  private static final int SHOWN = 60; // characters of what differs

  /**
   * One process without others.
   *
   * @return a team of one
   */
  public static Team alone() {
    return new Team(Ranks.alone(), Wire.F32);
  }

  /**
   * A team whose gradients travel as they are.
   *
   * @param ranks which move the bytes
   */
  public Team(Ranks ranks) {
    this(ranks, Wire.F32);
  }

  /**
   * Whether this is the one that writes files and tells what happens.
   *
   * @return true of rank 0
   */
  public boolean leads() {
    return ranks.rank() == 0;
  }

  /**
   * Whether anything is to be shared at all.
   *
   * @return false of a process without others that sends nothing rounded
   */
  public boolean shares() {
    return ranks.size() > 1 || wire != Wire.F32;
  }

  /**
   * Tells all what each knows.
   *
   * @param mine what this rank knows
   * @return what all know, in the order of ranks
   * @throws IOException if another rank does not answer
   */
  public List<byte[]> gather(byte[] mine) throws IOException {
    int[] lengths = lengths(mine.length);
    int longest = 0;
    List<byte[]> all = new ArrayList<>();
    for (int length : lengths) {
      longest = Math.max(longest, length);
      all.add(new byte[length]);
    }
    int most = Math.max(1, CHUNK / ranks.size());
    for (int done = 0; done < longest; done += most) {
      int count = Math.min(most, longest - done);
      ByteBuffer own = Ranks.buffer(count), others = Ranks.buffer(count * ranks.size());
      own.put(mine, Math.min(done, mine.length), Math.max(0, Math.min(count, mine.length - done)));
      ranks.gather(own, others);
      for (int rank = 0; rank < ranks.size(); rank++) {
        int there = Math.max(0, Math.min(count, lengths[rank] - done));
        others.get(rank * count, all.get(rank), Math.min(done, lengths[rank]), there);
      }
    }
    return all;
  }

  /**
   * Tells all numbers that each has.
   *
   * @param mine what this rank has
   * @return what all have, in the order of ranks
   * @throws IOException if another rank does not answer
   */
  public List<float[]> gather(float[] mine) throws IOException {
    ByteBuffer own = ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, mine.length));
    own.asFloatBuffer().put(mine);
    List<float[]> all = new ArrayList<>();
    for (byte[] bytes : gather(own.array())) {
      float[] numbers = new float[bytes.length / Float.BYTES];
      ByteBuffer.wrap(bytes).asFloatBuffer().get(numbers);
      all.add(numbers);
    }
    return all;
  }

  private int[] lengths(int mine) throws IOException {
    ByteBuffer own = Ranks.buffer(Integer.BYTES);
    ByteBuffer others = Ranks.buffer(Integer.BYTES * ranks.size());
    ranks.gather(own.putInt(0, mine), others);
    int[] lengths = new int[ranks.size()];
    others.asIntBuffer().get(lengths);
    return lengths;
  }

  /**
   * Tells all what the first rank knows.
   *
   * @param mine what it knows; of the others nothing is read
   * @return the same on all ranks
   * @throws IOException if another rank does not answer
   */
  public byte[] fromFirst(byte[] mine) throws IOException {
    ByteBuffer length = Ranks.buffer(Integer.BYTES).putInt(0, mine.length);
    ranks.broadcast(length, 0);
    byte[] all = leads() ? mine : new byte[length.getInt(0)];
    for (int done = 0; done < all.length; done += CHUNK) {
      int count = Math.min(CHUNK, all.length - done);
      ByteBuffer chunk = Ranks.buffer(count).put(0, all, done, count);
      ranks.broadcast(chunk, 0);
      chunk.get(0, all, done, count);
    }
    return all;
  }

  /**
   * Tells all a number that the first rank knows.
   *
   * @param mine what it knows; of the others nothing is read
   * @return the same on all ranks
   * @throws IOException if another rank does not answer
   */
  public long fromFirst(long mine) throws IOException {
    ByteBuffer number = Ranks.buffer(Long.BYTES).putLong(0, mine);
    ranks.broadcast(number, 0);
    return number.getLong(0);
  }

  /**
   * Whether some rank says so.
   *
   * @param mine whether this one does
   * @return the same on all ranks
   * @throws IOException if another rank does not answer
   */
  public boolean any(boolean mine) throws IOException {
    return gather(new byte[] {(byte) (mine ? 1 : 0)}).stream().anyMatch(said -> said[0] != 0);
  }

  /**
   * The number of this rank among those of its machine, by which it takes a GPU.
   *
   * @return from 0
   * @throws IOException if another rank does not answer
   */
  public int rankOnHost() throws IOException {
    List<String> hosts = texts(gather(bytes(host())));
    return (int) hosts.subList(0, ranks.rank()).stream()
        .filter(hosts.get(ranks.rank())::equals)
        .count();
  }

  /**
   * Refuses to go on together with ranks that would compute something else.
   *
   * @param mine what must be the same on all ranks, by names such as {@code recipe}
   * @throws IOException with the same sentence on all ranks, which names the first that differs
   */
  public void requireSame(Map<String, String> mine) throws IOException {
    List<String> hosts = texts(gather(bytes(host())));
    for (Map.Entry<String, String> each : new TreeMap<>(mine).entrySet()) {
      List<String> all = texts(gather(bytes(each.getValue())));
      for (int rank = 1; rank < all.size(); rank++) {
        if (!all.get(rank).equals(all.get(0))) {
          throw new DifferenceException(Text.of(
              "rank %d on %s: expected the %s of rank 0 on %s, %s, got %s; start all ranks with the same words,"
                  + " files, Java and version of Brume, on machines of one kind",
              rank,
              hosts.get(rank),
              each.getKey(),
              hosts.get(0),
              Text.shown(all.get(0), SHOWN),
              Text.shown(all.get(rank), SHOWN)));
        }
      }
    }
  }

  /** Ranks would compute something else; all of them know. */
  public static final class DifferenceException extends IOException {
    private static final long serialVersionUID = 1;

    DifferenceException(String sentence) {
      super(sentence);
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException nameless) {
      return "a machine without a name";
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> texts(List<byte[]> all) {
    return all.stream()
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .collect(Collectors.toList());
  }
}
