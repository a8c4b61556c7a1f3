package brume.cuda.emulator;

/** What an emulated GPU does beyond computing, at a cost, to find what a real one would punish. */
public enum Rigor {
  /** Looks for threads that meet in device memory without order. */
  RACES,
  /** Does work only when somebody waits for it. */
  ASYNCHRONOUS,
  /** Is as far from the true value of functions as PTX allows for the approximate ones. */
  APPROXIMATE
}
