package brume.diffusion.run;

import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.guidance.ClassifierGuided;
import brume.diffusion.objective.NoisyClassifier;
import brume.diffusion.objective.SuperResolution;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.Denoised;
import brume.nn.Attending;
import brume.nn.Context;
import brume.nn.Labelled;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A model as samplers see it. What it is asked for depends on the number of a sample alone, so that sample
 * i of a seed is the same whatever others are drawn.
 */
@FunctionalInterface
public interface Asked {

  /** Noise that smaller pictures get which another run has drawn. */
  double DRAWN = 0.1;

  /**
   * The model for some samples.
   *
   * @param first number of the first one
   * @param count N, how many with consecutive numbers
   * @return estimates for these
   */
  Denoised of(long first, int count);

  /**
   * Which of several samples is kept, each asked for by a number of its own.
   *
   * @return every one unless told otherwise
   */
  default Choice choice() {
    return Choice.none();
  }

  /**
   * The same of which not all samples are kept.
   *
   * @param which are
   * @return the model
   */
  default Asked choosing(Choice which) {
    Asked all = this;
    return new Asked() {
      @Override
      public Denoised of(long first, int count) {
        return all.of(first, count);
      }

      @Override
      public Choice choice() {
        return which;
      }
    };
  }

  /**
   * A model that is asked for the same always.
   *
   * @param model as samplers see it
   * @return the model
   */
  static Asked alike(Denoised model) {
    return (first, count) -> model;
  }

  /**
   * A model that is asked for one class after the other, again and again, and led to them as the recipe
   * says.
   *
   * @param model the network
   * @param recipe of the run
   * @param classes numbers of the classes, in turn; none where the network is told none
   * @return the model
   */
  static Asked inTurn(Model model, Recipe recipe, List<Integer> classes) {
    if (recipe.condition() instanceof SuperResolution) {
      throw new IllegalArgumentException(
          "samples: expected a model that draws from noise alone, got one that enlarges pictures; ask it for that"
              + " with Asked.enlarging or brume enlarge");
    }
    if (recipe.condition().texts().isPresent()) {
      throw new IllegalArgumentException(
          "samples: expected a model that is told classes or nothing, got one that is told texts; ask it with"
              + " Asked.saying or brume sample --prompt");
    }
    Denoised unknown = Denoised.of(model, model.reverse(recipe));
    if (classes.isEmpty()) {
      return alike(unknown);
    }
    return (first, count) -> {
      int[] labels = labels(first, count, classes);
      Denoised known = Denoised.of(new Labelled(model, labels), model.reverse(recipe));
      return recipe.guidance().of(known, unknown);
    };
  }

  /**
   * A model that draws what one text after the other says, again and again, led to it as the recipe says.
   *
   * @param model the network, which is told texts
   * @param recipe of the run
   * @param wanted texts, at least one
   * @param unwanted for each of them a text to be led away from, such as the empty one
   * @return the model
   * @throws IllegalArgumentException if the model is told no texts, or there are not as many of both
   */
  static Asked saying(Model model, Recipe recipe, List<String> wanted, List<String> unwanted) {
    TextEncoder texts = model
        .encoders()
        .texts()
        .orElseThrow(
            () -> new IllegalArgumentException(
                "saying: expected a model that is told texts, got one trained without the condition text"));
    if (wanted.isEmpty() || wanted.size() != unwanted.size()) {
      throw new IllegalArgumentException(Text.of(
          "saying: expected a text or more, and for each one to be led away from, got %d and %d",
          wanted.size(), unwanted.size()));
    }
    Said known = Said.of(wanted, texts), unknown = Said.of(unwanted, texts);
    return (first, count) -> {
      TrainedProcess process = model.reverse(recipe);
      return recipe
          .guidance()
          .of(
              Denoised.of(new Attending(model, known.inTurn(first, count)), process),
              Denoised.of(new Attending(model, unknown.inTurn(first, count)), process));
    };
  }

  /**
   * What an encoder says of texts, each of which it was asked for once; quietly, though a word of them may learn.
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

  /**
   * A model that draws what one text after the other says, though it may not be told the texts itself but
   * what another run has drawn of them. Of so many pictures of a text as the recipe says, one is kept.
   *
   * @param model the network
   * @param recipe of the run
   * @param wanted texts; none where no run reads any
   * @param unwanted for each of them a text to be led away from, such as the empty one
   * @param seed of what the other run draws
   * @return the model
   * @throws IllegalArgumentException if a picture shall be chosen, and nothing is there that compares it with
   *     its text
   */
  static Asked told(
      Model model, Recipe recipe, List<String> wanted, List<String> unwanted, long seed) {
    int of = recipe.bestOf();
    if (of == 1) {
      return each(model, recipe, wanted, unwanted, seed);
    }
    List<String> texts = repeated(wanted, of);
    Choice.Fit fit = model.encoders().fit(texts, recipe.data().shape());
    return each(model, recipe, texts, repeated(unwanted, of), seed).choosing(new Choice(of, fit));
  }

  private static List<String> repeated(List<String> texts, int times) {
    return texts.stream()
        .flatMap(text -> Collections.nCopies(times, text).stream())
        .toList();
  }

  /** The same, of which every picture is kept. */
  private static Asked each(
      Model model, Recipe recipe, List<String> wanted, List<String> unwanted, long seed) {
    if (model.encoders().texts().isPresent()) {
      return saying(model, recipe, wanted, unwanted);
    }
    if (model.encoders().before().isEmpty()) {
      return inTurn(model, recipe, List.of());
    }
    Predecessor before = model.encoders().before().get();
    if (recipe.condition().pictures().isPresent()) {
      return pictured(
          model, recipe, (first, count) -> before.draw(wanted, unwanted, seed, first, count));
    }
    SuperResolution how = (SuperResolution) recipe.condition(); // no other has a run before
    double level = Math.min(how.noise(), DRAWN);
    RandomKey key = RandomKey.of(seed).child("enlarging");
    return (first, count) -> Denoised.of(
        how.enlarging(model, before.draw(wanted, unwanted, seed, first, count), level, first, key),
        model.reverse(recipe));
  }

  /**
   * A model that draws what is like one picture after the other, again and again.
   *
   * @param model the network, which is told what a picture tower sees
   * @param recipe of the run
   * @param pictures (K, h, w, C) in the range of the model
   * @return the model, which lives as long as the innermost scope
   * @throws IllegalArgumentException if the model is told nothing of pictures
   */
  static Asked like(Model model, Recipe recipe, Tensor pictures) {
    PictureEncoder encoder = model
        .encoders()
        .pictures()
        .orElseThrow(() -> new IllegalArgumentException(
            "like: expected a model that is told vectors of pictures, got one trained without the condition"
                + " picture"));
    int kinds = pictures.shape().dim(0);
    Context seen =
        Context.of(reshape(encoder.seen(pictures), Shape.of(kinds, 1, encoder.channels())));
    return (first, count) -> {
      int[] rows = new int[count];
      Arrays.setAll(rows, n -> (int) ((first + n) % kinds));
      return told(model, recipe, seen.rows(rows).tokens());
    };
  }

  /** A model that is told vectors of pictures, which others draw. */
  private static Asked pictured(Model model, Recipe recipe, Vectors vectors) {
    return (first, count) -> {
      Tensor drawn = vectors.of(first, count);
      Shape row = Shape.of(count, 1, drawn.shape().size() / count);
      return told(model, recipe, reshape(Variable.constant(drawn), row));
    };
  }

  /** A model that is told a vector of each picture, (N, 1, C), and led away from what it draws of none. */
  private static Denoised told(Model model, Recipe recipe, Variable vectors) {
    TrainedProcess process = model.reverse(recipe);
    return recipe
        .guidance()
        .of(
            Denoised.of(new Attending(model, Context.of(vectors)), process),
            Denoised.of(new Attending(model, Context.of(scale(vectors, 0))), process));
  }

  /** Vectors of pictures, (N, ..., C), of samples with consecutive numbers. */
  @FunctionalInterface
  interface Vectors {
    /**
     * Some of them.
     *
     * @param first number of the first sample
     * @param count N
     * @return owned by the innermost scope
     */
    Tensor of(long first, int count);
  }

  /**
   * A model that enlarges one picture after the other, again and again.
   *
   * @param model the network
   * @param recipe of the run, with the condition {@link SuperResolution}
   * @param low (K, h, w, C) smaller pictures in the range of the model; used whenever samples are drawn
   * @param level standard deviation of the noise that they get, at most that of training
   * @param seed of that noise, which differs from sample to sample
   * @return the model
   * @throws IllegalArgumentException if the model does not enlarge pictures, or none of that size
   */
  static Asked enlarging(Model model, Recipe recipe, Tensor low, double level, long seed) {
    if (!(recipe.condition() instanceof SuperResolution how)) {
      throw new IllegalArgumentException(
          "enlarging: expected a model that was trained with the condition super-resolution, got another");
    }
    Shape small = how.low(recipe.data().shape()), got = low.shape();
    if (got.rank() != 4
        || got.dim(1) != small.dim(0)
        || got.dim(2) != small.dim(1)
        || got.dim(3) != small.dim(2)) {
      throw new IllegalArgumentException(Text.of(
          "enlarging: expected pictures of %s (height, width, channels), got %s", small, got));
    }
    RandomKey key = RandomKey.of(seed).child("enlarging");
    return (first, count) -> Denoised.of(
        how.enlarging(model, inTurn(low, first, count), level, first, key), model.reverse(recipe));
  }

  /** (count, h, w, C) the pictures of samples from a number on. */
  private static Tensor inTurn(Tensor pictures, long first, int count) {
    Shape all = pictures.shape();
    int kinds = all.dim(0), size = all.size() / kinds;
    float[] given = pictures.toFloats(), taken = new float[Shape.product(count, size)];
    for (int n = 0; n < count; n++) {
      System.arraycopy(given, (int) ((first + n) % kinds) * size, taken, n * size, size);
    }
    return Tensor.of(pictures.device(), Shape.of(count, all.dim(1), all.dim(2), all.dim(3)), taken);
  }

  /**
   * The model, led by a classifier to one class after the other, again and again.
   *
   * @param plain the model, told no classes
   * @param classifier tells classes of what it draws
   * @param classes numbers of the classes, in turn
   * @param scale how far to lead
   * @param clipping of estimates of the data
   * @return the model
   */
  static Asked led(
      Asked plain,
      NoisyClassifier classifier,
      List<Integer> classes,
      double scale,
      Clipping clipping) {
    return (first, count) -> new ClassifierGuided(
        plain.of(first, count), classifier, labels(first, count, classes), scale, clipping);
  }

  /** (count) the classes of samples from a number on. */
  private static int[] labels(long first, int count, List<Integer> classes) {
    int[] labels = new int[count];
    Arrays.setAll(labels, n -> classes.get((int) ((first + n) % classes.size())));
    return labels;
  }
}
