package brume.diffusion.data;

/** Where the classes of pictures come from. */
public enum LabelRule {
  /** From {@code metadata.jsonl} or {@code dataset.json} if it is there, else from folders. */
  AUTO,
  /** From the names of the folders in the folder of all pictures. */
  FOLDERS,
  /** From the beginnings of the names of files, up to the last {@code -} or {@code _} and a number. */
  PREFIX,
  /** From {@code metadata.jsonl}, as Hugging Face has it, or {@code dataset.json}, as EDM has it. */
  METADATA,
  /** There are none. */
  NONE
}
