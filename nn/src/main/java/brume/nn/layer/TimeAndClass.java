package brume.nn.layer;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Pointwise.gelu;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Embedding.embedding;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.nn.ConfigException;
import brume.nn.Parameters;
import brume.nn.Query;
import brume.nn.StoredLayout;
import brume.nn.init.Initializer;
import brume.tensor.Shape;
import java.util.function.Function;

/**
 * What a network tells its blocks: the time, and the class of each sample where it knows classes. This
 * is the one place where labels enter a network. A sample whose class is not told has a vector of its
 * own, which is learned like those of the classes.
 */
public final class TimeAndClass {

  private final Function<Query, Variable> known;
  private final int classes;
  private final int channels;

  private TimeAndClass(int classes, int channels, Function<Query, Variable> known) {
    ConfigException.unless(classes >= 0, "classes: expected 0 (none) or more, got %d", classes);
    this.classes = classes;
    this.channels = channels;
    this.known = known;
  }

  /**
   * The vector of the class is added to that of the time, as diffusers does where {@code
   * num_class_embeds} is one more than the classes; the last row of {@code class_embedding.weight} is
   * no class.
   *
   * @param at place of the network
   * @param time of N samples to (N, dim)
   * @param dim channels of the embedded time
   * @param classes K; 0 for a network that is told the time alone
   * @return made of (K + 1)·dim parameters
   */
  public static TimeAndClass added(
      Parameters at, Function<Query, Variable> time, int dim, int classes) {
    return added(at, "class_embedding", time, dim, classes);
  }

  /**
   * The same with another name for the vectors.
   *
   * @param at place of the network
   * @param name of the vectors, before {@code .weight}
   * @param time of N samples to (N, dim)
   * @param dim channels of the embedded time
   * @param classes K; 0 for a network that is told the time alone
   * @return made of (K + 1)·dim parameters
   */
  public static TimeAndClass added(
      Parameters at, String name, Function<Query, Variable> time, int dim, int classes) {
    if (classes == 0) {
      return new TimeAndClass(0, dim, time);
    }
    Variable table = at.child(name)
        .add("weight", Shape.of(classes + 1, dim), StoredLayout.SAME, Initializer.normal());
    return new TimeAndClass(
        classes, dim, query -> add(time.apply(query), rows(table, query, classes)));
  }

  /**
   * The class has two layers of its own and stands beside the time, as in {@code
   * classifier_free_guidance.py} of denoising-diffusion-pytorch.
   *
   * @param at place of the network
   * @param time of N samples to (N, dim)
   * @param encoded channels of the vector of a class
   * @param dim channels of the embedded time, and of the embedded class
   * @param classes K; 0 for a network that is told the time alone
   * @return of 2·dim channels, or dim if there are no classes
   */
  public static TimeAndClass beside(
      Parameters at, Function<Query, Variable> time, int encoded, int dim, int classes) {
    if (classes == 0) {
      return new TimeAndClass(0, dim, time);
    }
    Variable each = at.child("classes_emb")
        .add("weight", Shape.of(classes, encoded), StoredLayout.SAME, Initializer.normal());
    Variable none =
        at.add("null_classes_emb", Shape.of(encoded), StoredLayout.SAME, Initializer.normal());
    Linear inner = new Linear(at.child("classes_mlp.0"), encoded, dim);
    Linear outer = new Linear(at.child("classes_mlp.2"), dim, dim);
    return new TimeAndClass(classes, 2 * dim, query -> {
      Variable table = concatenate(0, each, reshape(none, Shape.of(1, encoded)));
      Variable told = outer.forward(gelu(inner.forward(rows(table, query, classes))));
      return concatenate(time.apply(query), told);
    });
  }

  private static Variable rows(Variable table, Query query, int classes) {
    int samples = query.times().length;
    return embedding(table, Shape.of(samples), () -> query.condition().rows(samples, classes));
  }

  /**
   * Channels of what is known.
   *
   * @return of the embedded time, and of the class where that stands beside it
   */
  public int channels() {
    return channels;
  }

  /**
   * What is known of the samples, with what the query wants added to it.
   *
   * @param query of N samples; without labels no class is told
   * @param network what to call it in a message
   * @return (N, channels)
   * @throws IllegalArgumentException if classes are told to a network that knows none, or one that is
   *     none of its own
   */
  public Variable forward(Query query, String network) {
    query.condition().requireNoContext(network);
    if (classes == 0) {
      query.condition().requireNoLabels(network);
    }
    return query.condition().addedTo(known.apply(query), network);
  }
}
