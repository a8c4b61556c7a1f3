package brume.diffusion.run;

import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Select.select;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.guidance.ClassifierGuided;
import brume.diffusion.objective.ConditionSettings;
import brume.diffusion.objective.NoisyClassifier;
import brume.diffusion.objective.SuperResolution;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.Denoised;
import brume.nn.Context;
import brume.nn.Denoiser;
import brume.nn.Labelled;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

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
    ConditionSettings condition = recipe.condition();
    if (model.encoders().texts().isEmpty()
        || condition.pictures().isPresent()
        || condition instanceof SuperResolution) {
      throw new IllegalArgumentException(
          "saying: expected a model that is told texts and nothing else, got one trained with another condition than"
              + " text");
    }
    Prompts prompts = prompts(model, wanted, unwanted);
    return (first, count) -> prompts.led(model, recipe, model.reverse(recipe), first, count);
  }

  private static Prompts prompts(Model model, List<String> wanted, List<String> unwanted) {
    return Prompts.of(wanted, unwanted, model.encoders().texts().orElseThrow());
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
    if (model.encoders().before().isEmpty()) {
      return model.encoders().texts().isPresent()
          ? saying(model, recipe, wanted, unwanted)
          : inTurn(model, recipe, List.of());
    }
    Predecessor before = model.encoders().before().get();
    Numbered drawn = (first, count) -> before.draw(wanted, unwanted, seed, first, count);
    Optional<Prompts> prompts =
        model.encoders().texts().map(encoder -> Prompts.of(wanted, unwanted, encoder));
    if (recipe.condition().pictures().isPresent()) {
      return pictured(model, recipe, drawn, prompts);
    }
    SuperResolution how = (SuperResolution) recipe.condition(); // no other has a run before
    return enlarging(model, recipe, drawn, Math.min(how.noise(), DRAWN), seed, prompts);
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
    Tensor seen = encoder.seen(pictures).value();
    Optional<Prompts> silence =
        model.encoders().texts().map(texts -> Prompts.of(List.of(""), List.of(""), texts));
    return pictured(model, recipe, (first, count) -> inTurn(seen, first, count), silence);
  }

  /**
   * A model that is told vectors of pictures, and maybe words, and led away from what it draws without the vectors, of other
   * words.
   */
  private static Asked pictured(
      Model model, Recipe recipe, Numbered vectors, Optional<Prompts> prompts) {
    return (first, count) -> {
      Tensor drawn = vectors.of(first, count);
      Shape row = Shape.of(count, 1, drawn.shape().size() / count);
      Variable seen = reshape(Variable.constant(drawn), row);
      Context known = Context.of(seen), unknown = Context.of(scale(seen, 0));
      if (prompts.isPresent()) {
        known = Joined.of(prompts.get().wanted().inTurn(first, count), known);
        unknown = Joined.of(prompts.get().unwanted().inTurn(first, count), unknown);
      }
      return Prompts.led(model, recipe, model.reverse(recipe), known, unknown);
    };
  }

  /** What belongs to samples with consecutive numbers: vectors of pictures, or smaller pictures. */
  @FunctionalInterface
  interface Numbered {
    /**
     * Some of it.
     *
     * @param first number of the first sample
     * @param count N
     * @return (N, ..., C), owned by the innermost scope
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
   * @throws IllegalArgumentException if the model does not enlarge pictures, or none of that size, or is told
   *     texts
   */
  static Asked enlarging(Model model, Recipe recipe, Tensor low, double level, long seed) {
    if (recipe.condition().texts().isPresent()) {
      throw new IllegalArgumentException(
          "enlarging: expected texts of the pictures, which this model is told, got none");
    }
    requireSmall(recipe, low.shape());
    return enlarging(
        model, recipe, (first, count) -> inTurn(low, first, count), level, seed, Optional.empty());
  }

  /**
   * The same with a model that is told what pictures show.
   *
   * @param model the network
   * @param recipe of the run, with the condition {@link SuperResolution} and its words
   * @param low (K, h, w, C) smaller pictures in the range of the model
   * @param level standard deviation of the noise that they get, at most that of training
   * @param wanted texts of samples in turn, at least one
   * @param unwanted for each of them a text to be led away from, such as the empty one
   * @param seed of the noise
   * @return the model
   * @throws IllegalArgumentException if the model does not enlarge pictures, or none of that size, or is not
   *     told texts
   */
  static Asked enlarging(
      Model model,
      Recipe recipe,
      Tensor low,
      double level,
      List<String> wanted,
      List<String> unwanted,
      long seed) {
    if (model.encoders().texts().isEmpty()) {
      throw new IllegalArgumentException(
          "enlarging: expected a model that is told texts of the pictures, got one that is not");
    }
    requireSmall(recipe, low.shape());
    return enlarging(
        model,
        recipe,
        (first, count) -> inTurn(low, first, count),
        level,
        seed,
        Optional.of(prompts(model, wanted, unwanted)));
  }

  private static Asked enlarging(
      Model model,
      Recipe recipe,
      Numbered low,
      double level,
      long seed,
      Optional<Prompts> prompts) {
    SuperResolution how = (SuperResolution) recipe.condition();
    RandomKey key = RandomKey.of(seed).child("enlarging");
    return (first, count) -> {
      TrainedProcess process = model.reverse(recipe);
      Denoiser shown = how.enlarging(model, low.of(first, count), level, first, key);
      return prompts.isPresent()
          ? prompts.get().led(shown, recipe, process, first, count)
          : Denoised.of(shown, process);
    };
  }

  private static void requireSmall(Recipe recipe, Shape got) {
    if (!(recipe.condition() instanceof SuperResolution how)) {
      throw new IllegalArgumentException(
          "enlarging: expected a model that was trained with the condition super-resolution, got another");
    }
    Shape small = how.low(recipe.data().shape());
    if (got.rank() != 4
        || got.dim(1) != small.dim(0)
        || got.dim(2) != small.dim(1)
        || got.dim(3) != small.dim(2)) {
      throw new IllegalArgumentException(Text.of(
          "enlarging: expected pictures of %s (height, width, channels), got %s", small, got));
    }
  }

  /** (count, ...) pictures, or vectors of them, of samples from a number on. */
  private static Tensor inTurn(Tensor given, long first, int count) {
    int kinds = given.shape().dim(0);
    int[] rows = new int[count];
    Arrays.setAll(rows, n -> (int) ((first + n) % kinds));
    try (Tape.Pause pause = Tape.pause()) {
      return select(Variable.constant(given), 0, rows).value();
    }
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
