package brume.diffusion.data;

import java.io.IOException;
import java.util.List;

/**
 * The same pictures, all of which the same texts tell of. Who closes the set closes them.
 *
 * @param whole the pictures; what they say themselves is not looked at
 * @param texts one or more
 */
public record Retold(Dataset whole, List<String> texts) implements Derived {

  /** Keeps a copy. {@inheritDoc} */
  public Retold {
    texts = List.copyOf(texts);
  }

  /**
   * Pictures with other texts, if there are any.
   *
   * @param whole the pictures
   * @param texts of all of them; none for their own
   * @return the pictures
   */
  public static Dataset with(Dataset whole, List<String> texts) {
    return texts.isEmpty() ? whole : new Retold(whole, texts);
  }

  @Override
  public int size() {
    return whole.size();
  }

  @Override
  public void read(int index, boolean flipped, float[] into, int offset) throws IOException {
    whole.read(index, flipped, into, offset);
  }

  @Override
  public void read(int index, boolean flipped, double place, float[] into, int offset)
      throws IOException {
    whole.read(index, flipped, place, into, offset);
  }

  @Override
  public int label(int index) {
    return whole.label(index);
  }

  @Override
  public boolean captioned() {
    return true;
  }

  @Override
  public String caption(int index, double chance) {
    return texts.get((int) (chance * texts.size()));
  }

  @Override
  public DataReport report() {
    return whole.report();
  }

  @Override
  public String fingerprint() throws IOException {
    return whole.fingerprint();
  }

  @Override
  public String labelFingerprint() {
    return whole.labelFingerprint();
  }
}
