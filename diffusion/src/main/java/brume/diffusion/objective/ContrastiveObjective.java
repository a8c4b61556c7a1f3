package brume.diffusion.objective;

import brume.autograd.Variable;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.nn.text.Clip;
import brume.nn.text.TokenRows;
import brume.tensor.random.RandomKey;

/**
 * How surely a text of a batch is not matched with its picture, nor a picture with its text, among all of
 * the batch. Texts that are the same fit the pictures of all of them equally well.
 *
 * <pre>
 *   s[i, j] = exp(l)·cos(text i, picture j)
 *   loss    = ½·⟨−log p(picture i | text i) − log p(text i | picture i)⟩
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/2103.00020">Radford et al., Learning Transferable Visual Models From
 *     Natural Language Supervision (2021), §2.3</a>
 */
public final class ContrastiveObjective implements Objective {

  @Override
  public Variable loss(Denoiser network, Batch batch, RandomKey key, Pass pass) {
    TokenRows words = batch
        .words()
        .orElseThrow(() -> new IllegalArgumentException(
            "contrastive: expected samples with texts, got some without"));
    Clip clip = Clip.of(network);
    clip.limitSharpness(); // before the step, as the one before may have passed the limit
    Variable texts = clip.ofTexts(words, pass);
    Variable pictures = clip.ofPictures(Variable.constant(batch.x0()), pass);
    return Clip.loss(clip.similarity(texts, pictures), words.firstAlike());
  }
}
