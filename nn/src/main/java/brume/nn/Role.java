package brume.nn;

/** What a network is for. */
public enum Role {
  /** It tells noise from data, or the classes of noisy data. */
  DENOISER("tells noise from data"),
  /** It tells classes of noisy data and nothing else. */
  CLASSIFIER("tells classes alone, for the objective classifier"),
  /** It compares pictures with texts. */
  TOWERS("compares pictures with texts"),
  /** It makes pictures smaller and large again. */
  AUTOENCODER("makes pictures smaller and large again");

  private final String sentence;

  Role(String sentence) {
    this.sentence = sentence;
  }

  /**
   * What such a network does.
   *
   * @return the end of a sentence that begins with it
   */
  public String sentence() {
    return sentence;
  }
}
