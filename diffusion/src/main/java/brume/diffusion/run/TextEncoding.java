package brume.diffusion.run;

import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.shape.Concatenate.concatenate;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.network.Pretrained;
import brume.diffusion.text.ClipTokenizer;
import brume.nn.Adapters;
import brume.nn.Context;
import brume.nn.NewWord;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.text.ClipStates;
import brume.nn.text.ClipText;
import brume.nn.text.TokenRows;
import brume.tensor.Device;
import brume.tensor.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * From texts to what a network attends to. Stable Diffusion 1 and 2 have one tower, whose last layer they
 * normalize. XL has two: what both say before their last layers stands side by side, and the second one
 * tells a vector of the whole text, too.
 *
 * @param towers one or two
 * @param zeros whether of two towers nothing is said where no text is given to be led away from, instead
 *     of what they say of the empty text
 */
public record TextEncoding(List<Tower> towers, boolean zeros) implements TextReading {

  /**
   * A text tower of CLIP, and what takes texts apart for it.
   *
   * @param tokenizer from texts to tokens
   * @param network from tokens to what is said
   */
  public record Tower(ClipTokenizer tokenizer, ClipText network) {

    /**
     * The tokens of texts, as many of each as the tokenizer says; what is longer is cut.
     *
     * @param texts at least one
     * @return (N, L)
     */
    public TokenRows rows(List<String> texts) {
      return tokenizer.rows(texts, tokenizer.length());
    }

    /**
     * The same tower with one more word.
     *
     * @param word such as {@code <my-cat>}
     * @param rows (n, dim) of as many tokens
     * @return it shares its parameters with this one, to which the rows do not belong
     * @throws IllegalArgumentException if there is such a word already
     */
    public Tower with(String word, Variable rows) {
      return new Tower(
          tokenizer.with(word, rows.shape().dim(0)), network.withWords(tokenizer.size(), rows));
    }

    /**
     * The same tower with adapters beside its matrices.
     *
     * @param adapters get their parameters here, which the innermost scope owns
     * @return it shares its parameters with this one, to which the adapters do not belong
     * @throws IllegalArgumentException if a layer that their rule names is not in it
     */
    public Tower with(Adapters adapters) {
      return new Tower(tokenizer, network.with(adapters));
    }

    private ClipStates states(List<String> texts) {
      return network.encode(rows(texts), Pass.inference());
    }
  }

  /** Refuses none, and more than two. {@inheritDoc} */
  public TextEncoding {
    towers = List.copyOf(towers);
    if (towers.isEmpty() || towers.size() > 2) {
      throw new IllegalArgumentException(
          "text encoding: expected one tower or two, got " + towers.size());
    }
  }

  /**
   * That of a folder, with its weights.
   *
   * @param folder what to load
   * @param device where, owned by the innermost scope
   * @return the encoding
   * @throws IOException if something is missing or damaged
   */
  public static TextEncoding open(Pretrained folder, Device device) throws IOException {
    List<Tower> towers = new ArrayList<>();
    try (Parameters.Freeze freeze = Parameters.freeze()) {
      for (int i = 0; i < folder.towers(); i++) {
        towers.add(new Tower(ClipTokenizer.open(folder.tokenizer(i)), folder.tower(i, device)));
      }
    }
    return new TextEncoding(towers, folder.saysNothingOfNoText());
  }

  /**
   * The same with a word that is being learned: gradients lead through all that it says.
   *
   * @param word rows of each tower
   * @return it shares its towers with this one
   * @throws IllegalArgumentException if there is such a word already, or it is one of other towers
   */
  public TextEncoding with(NewWord word) {
    if (word.rows().size() != towers.size()) {
      throw new IllegalArgumentException(Text.of(
          "text encoding: expected a word of %d towers, got one of %d",
          towers.size(), word.rows().size()));
    }
    List<Tower> more = new ArrayList<>();
    for (Variable rows : word.rows()) {
      more.add(towers.get(more.size()).with(word.word(), rows));
    }
    return new TextEncoding(more, zeros);
  }

  /**
   * The same with adapters that learn beside the matrices of its towers: gradients lead through all that it says.
   * Nothing that two towers say depends on the last layer of the first one, whose adapters therefore stay as they
   * are.
   *
   * @param adapters of each tower, which get their parameters here, owned by the innermost scope
   * @return it shares its towers with this one
   * @throws IllegalArgumentException if a layer that a rule names is not there, or there are not as many as towers
   */
  public TextEncoding with(List<Adapters> adapters) {
    if (adapters.size() != towers.size()) {
      throw new IllegalArgumentException(Text.of(
          "text encoding: expected adapters of %d towers, got those of %d",
          towers.size(), adapters.size()));
    }
    List<Tower> adapted = new ArrayList<>();
    for (Adapters each : adapters) {
      adapted.add(towers.get(adapted.size()).with(each));
    }
    return new TextEncoding(adapted, zeros);
  }

  /** Whether a word of it is being learned, or adapters are. */
  private boolean learns() {
    return towers.stream().anyMatch(tower -> tower.network().learns());
  }

  /**
   * Encodes texts with the only tower, which has a projection, as unCLIP takes them: what they say token
   * by token, which tokens are padding, and a vector of each.
   *
   * @param texts at least one
   * @return of each text, owned by the innermost scope
   */
  public Context vectors(List<String> texts) {
    Tower tower = towers.get(0);
    int[] mask = tower.rows(texts).mask();
    boolean[] shown = new boolean[mask.length];
    for (int i = 0; i < mask.length; i++) {
      shown[i] = mask[i] != 0;
    }
    try (Tape.Pause pause = Tape.pause()) {
      ClipStates states = tower.states(texts);
      return Context.of(states.normalized(0)).withShown(shown).withVector(states.projected());
    }
  }

  @Override
  public int cut(String text) {
    ClipTokenizer tokenizer = towers.get(0).tokenizer();
    return Math.max(0, tokenizer.tokens(text).length + 2 - tokenizer.length()); // two marks
  }

  @Override
  public boolean goesWithSizes() {
    return towers.size() == 2;
  }

  @Override
  public Context encode(List<String> texts, List<String> seconds, int skipped) {
    if (learns()) {
      return encoded(texts, seconds, skipped);
    }
    try (Tape.Pause pause = Tape.pause()) {
      return encoded(texts, seconds, skipped);
    }
  }

  private Context encoded(List<String> texts, List<String> seconds, int skipped) {
    if (towers.size() == 1) {
      return Context.of(Tape.tidy(() -> towers.get(0).states(texts).normalized(skipped)));
    }
    Tower first = towers.get(0), second = towers.get(1);
    Variable tokens = Tape.tidy(() -> concatenate(
        first.states(texts).hidden(skipped + 1), second.states(seconds).hidden(skipped + 1)));
    return Context.of(tokens).withVector(Tape.tidy(() -> second.states(seconds).projected()));
  }

  @Override
  public Context ofNoText(Context wanted) {
    if (towers.size() == 2 && zeros) {
      try (Tape.Pause pause = Tape.pause()) {
        Context none = wanted.withTokens(scale(wanted.tokens(), 0));
        return wanted.vector().map(vector -> none.withVector(scale(vector, 0))).orElse(none);
      }
    }
    List<String> empty = Collections.nCopies(wanted.tokens().shape().dim(0), "");
    return encode(empty, empty, 0);
  }
}
