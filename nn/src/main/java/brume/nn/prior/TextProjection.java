package brume.nn.prior;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Expand.expand;
import static brume.autograd.function.shape.Permute.permute;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.nn.Context;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.StoredLayout;
import brume.nn.init.Initializer;
import brume.nn.layer.LayerNorm;
import brume.nn.layer.Linear;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.List;

/**
 * What unCLIP's decoder is told: the vectors of picture and words, projected, are added to its time, and
 * the vector of the picture stands as a few tokens before those of the words.
 *
 * @see <a href="https://arxiv.org/abs/2204.06125">Ramesh et al., Hierarchical Text-Conditional Image
 *     Generation with CLIP Latents (2022), section 2.1</a>
 */
public final class TextProjection implements Layer {

  private final Parameters at;
  private final TextProjectionConfig config;
  private final Variable noPicture; // (channels)
  private final Linear ofWords;
  private final Linear ofPicture;
  private final Linear pictureTokens;
  private final Linear wordTokens;
  private final LayerNorm norm;

  /**
   * Creates layers with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param config all settings
   */
  public TextProjection(Device device, RandomKey key, TextProjectionConfig config) {
    this.at = Parameters.of(device, key);
    this.config = config;
    int channels = config.channels(), out = config.tokenChannels();
    this.noPicture = at.add(
        "learned_classifier_free_guidance_embeddings",
        Shape.of(channels),
        StoredLayout.SAME,
        Initializer.constant(0));
    this.ofWords = new Linear(at.child("embedding_proj"), channels, config.timeDim());
    this.ofPicture = new Linear(
        at.child("clip_image_embeddings_project_to_time_embeddings"), channels, config.timeDim());
    this.pictureTokens =
        new Linear(at.child("clip_extra_context_tokens_proj"), channels, config.tokens() * out);
    this.wordTokens = new Linear(at.child("encoder_hidden_states_proj"), channels, out);
    this.norm = new LayerNorm(at.child("text_encoder_hidden_states_norm"), out, PriorBlock.EPS);
  }

  /**
   * All settings.
   *
   * @return as given
   */
  public TextProjectionConfig config() {
    return config;
  }

  /**
   * What stands for the vector of a picture where none is told, for guidance.
   *
   * @param samples N
   * @return (N, channels)
   */
  public Variable noPicture(int samples) {
    return expand(noPicture, samples);
  }

  /**
   * Tells the decoder.
   *
   * @param picture (N, channels) vectors of pictures
   * @param words (N, channels) vectors of words
   * @param tokens (N, L, channels) of words
   * @return tokens (N, tokens of a picture + L, token channels), all shown, and vectors (N, time channels)
   * @throws ShapeException if the three do not fit together
   */
  public Context context(Variable picture, Variable words, Variable tokens) {
    Shape vectors = Shape.of(tokens.shape().dim(0), config.channels());
    ShapeException.unless(
        picture.shape().equals(vectors)
            && words.shape().equals(vectors)
            && tokens.shape().rank() == 3
            && tokens.shape().dim(2) == config.channels(),
        "projection: expected vectors (N, %d) of pictures and of words and tokens (N, L, %d), got %s, %s"
            + " and %s",
        config.channels(),
        config.channels(),
        picture.shape(),
        words.shape(),
        tokens.shape());
    Shape apart = Shape.of(vectors.dim(0), config.tokenChannels(), config.tokens());
    Variable before = permute(reshape(pictureTokens.forward(picture), apart), 0, 2, 1);
    Variable behind = norm.forward(wordTokens.forward(tokens));
    Variable time = add(ofPicture.forward(picture), ofWords.forward(words));
    return Context.of(concatenate(1, before, behind)).withVector(time);
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
