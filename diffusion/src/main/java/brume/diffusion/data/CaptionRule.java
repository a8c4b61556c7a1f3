package brume.diffusion.data;

/** Where texts that say what pictures show come from. */
public enum CaptionRule {
  /**
   * From {@code captions.jsonl}, else from {@code metadata.jsonl} if its first line has a text, else from
   * text files if one lies beside a picture, else from nowhere.
   */
  AUTO,
  /** From {@code captions.jsonl}, or {@code metadata.jsonl}, as Hugging Face has it. */
  METADATA,
  /** From text files beside the pictures: {@code a.txt} of {@code a.png}, a text in each line. */
  TEXTS,
  /** There are none. */
  NONE
}
