package brume.diffusion.sampler;

/** Where the last step leads. */
public enum End {
  /** To data. */
  DATA,
  /** To the first time of the process, with the little noise that is left there. */
  FIRST_TIME
}
