package brume.diffusion.run;

import brume.autograd.Tape;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.Denoised;
import brume.nn.Attending;
import brume.nn.Context;
import brume.nn.Denoiser;
import brume.tensor.Text;
import java.util.Arrays;
import java.util.List;

/**
 * Texts that one sample after the other shall show, and those that they are led away from, as an encoder says them. It was
 * asked for each of them once; quietly, though a word of them may learn.
 *
 * @param wanted what samples shall show
 * @param unwanted what they are led away from
 */
record Prompts(Said wanted, Said unwanted) {

  /**
   * Reads texts.
   *
   * @param wanted in turn, at least one
   * @param unwanted one for each of them
   * @param encoder of the model
   * @throws IllegalArgumentException if there are not as many of both
   */
  static Prompts of(List<String> wanted, List<String> unwanted, TextEncoder encoder) {
    if (wanted.isEmpty() || wanted.size() != unwanted.size()) {
      throw new IllegalArgumentException(Text.of(
          "saying: expected a text or more, and for each one to be led away from, got %d and %d",
          wanted.size(), unwanted.size()));
    }
    return new Prompts(Said.of(wanted, encoder), Said.of(unwanted, encoder));
  }

  /** The network, led to the texts of samples from a number on as the recipe says. */
  Denoised led(Denoiser network, Recipe recipe, TrainedProcess process, long first, int count) {
    return led(
        network, recipe, process, wanted.inTurn(first, count), unwanted.inTurn(first, count));
  }

  /** The network, told one thing and led away from what it does if it is told another. */
  static Denoised led(
      Denoiser network, Recipe recipe, TrainedProcess process, Context known, Context unknown) {
    return recipe
        .guidance()
        .of(
            Denoised.of(new Attending(network, known), process),
            Denoised.of(new Attending(network, unknown), process));
  }

  /**
   * What an encoder says of texts.
   *
   * @param texts in turn
   * @param distinct the same without repetitions
   * @param all what is said of these
   */
  record Said(List<String> texts, List<String> distinct, Context all) {

    static Said of(List<String> texts, TextEncoder encoder) {
      List<String> distinct = texts.stream().distinct().toList();
      try (Tape.Pause pause = Tape.pause()) {
        return new Said(texts, distinct, encoder.said(distinct));
      }
    }

    /** Of samples from a number on. */
    Context inTurn(long first, int count) {
      int[] rows = new int[count];
      Arrays.setAll(rows, n -> distinct.indexOf(texts.get((int) ((first + n) % texts.size()))));
      return all.rows(rows);
    }
  }
}
