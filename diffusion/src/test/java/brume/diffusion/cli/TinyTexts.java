package brume.diffusion.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tiny runs that learn from pictures of shapes with texts.
 *
 * @param folder in which they lie
 */
record TinyTexts(Path folder) {

  static final int STEPS = 6;

  /** Options of a U-Net that attends to words. */
  static final String[] U_NET = {
    "--network",
    "unet2d-condition",
    "--widths",
    "8,16",
    "--heads",
    "2",
    "--groups",
    "4",
    "--attention",
    "false,true"
  };

  /** The folder of a run. */
  Path at(String run) {
    return folder.resolve(run);
  }

  /** Trains the run {@code text}, whose towers say something of texts. */
  TinyTexts towers() {
    train(
        "text",
        16,
        "--network clip --objective contrastive --layers 2 --heads 2 --head-dim 4 --projection 8 --held-back 8");
    return this;
  }

  /** Trains the run {@code autoencoder}, and {@code drawn}, which draws its latents as texts say. */
  TinyTexts latents() {
    train(
        "autoencoder",
        16,
        "--network autoencoder --objective autoencoder --widths 8,16 --groups 4 --held-back 8");
    train(
        "drawn",
        16,
        "--latents autoencoder --latents-from " + at("autoencoder")
            + " --condition text --text-from " + at("text")
            + " --text-skip 1 --samples 4 --sample-steps 2 --pool-heads 2",
        U_NET);
    return this;
  }

  /** Trains a run. */
  Shell train(String run, int size, String words, String... more) {
    List<Object> all = new ArrayList<>(List.of("train", "--data", "shapes", "--size", size));
    all.addAll(List.of(words.split(" ")));
    all.addAll(Arrays.asList(more));
    all.addAll(List.of(
        "--steps",
        STEPS,
        "--batch",
        4,
        "--checkpoint-every",
        2,
        "--device",
        "cpu",
        "--run",
        at(run)));
    return Shell.run(all.toArray()).succeeds();
  }
}
