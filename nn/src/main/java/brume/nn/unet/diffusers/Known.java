package brume.nn.unet.diffusers;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Embedding.embedding;

import brume.autograd.Variable;
import brume.nn.Context;
import brume.nn.Parameters;
import brume.nn.Query;
import brume.nn.StoredLayout;
import brume.nn.init.Initialization;
import brume.nn.init.Initializer;
import brume.nn.layer.Activation;
import brume.nn.layer.Linear;
import brume.nn.layer.TimeEmbedding;
import brume.nn.layer.TimeEncoding;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Added;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Classes;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What {@link UNet2DCondition} tells all its blocks: the sum of time, class, pooled text and sizes. */
final class Known {

  private static final String NAME = "unet"; // in messages

  private final Device device;
  private final UNet2DConditionConfig config;
  private final List<Function<Query, Variable>> summands = new ArrayList<>();

  Known(Parameters at, UNet2DConditionConfig config) {
    this.device = at.device();
    this.config = config;
    Activation activation = config.resnet().activation();
    TimeEmbedding time = new TimeEmbedding(
        at.child("time_embedding"),
        config.timeEncoding(),
        config.levels().get(0).width(),
        config.timeDim(),
        new TimeEmbedding.Layers("linear_1", "linear_2", Initialization.kaiming(), activation::of));
    summands.add(time::forward);
    addClasses(at.child("class_embedding"), activation);
    addBesides(at.child("add_embedding"));
  }

  private void addClasses(Parameters at, Activation activation) {
    int dim = config.timeDim();
    if (config.classes() instanceof Classes.Table table) {
      Variable rows =
          at.add("weight", Shape.of(table.rows(), dim), StoredLayout.SAME, Initializer.normal());
      summands.add(query ->
          embedding(rows, Shape.of(query.times().length), () -> labels(query, table.rows())));
    } else if (config.classes() instanceof Classes.Level) {
      int waves = config.levels().get(0).width();
      VectorEmbedding layers = new VectorEmbedding(at, waves, dim, activation);
      summands.add(query ->
          layers.forward(encoded(config.timeEncoding(), context(query).numbers(NAME, 1), waves)));
    } else if (config.classes() instanceof Classes.Same) {
      summands.add(query -> context(query).vector(NAME, dim));
    } else if (config.classes() instanceof Classes.Projected projected) {
      addProjected(at, projected);
    }
  }

  private void addProjected(Parameters at, Classes.Projected projected) {
    int in = projected.in(), dim = config.timeDim();
    if (projected.layers() == 1) {
      Linear layer = new Linear(at, in, dim);
      summands.add(query -> layer.forward(context(query).vector(NAME, in)));
    } else {
      VectorEmbedding layers = new VectorEmbedding(at, in, dim, Activation.SILU);
      summands.add(query -> layers.forward(context(query).vector(NAME, in)));
    }
  }

  private void addBesides(Parameters at) {
    int dim = config.timeDim();
    if (config.added() instanceof Added.Text text) {
      int channels = config.textChannels() > 0
          ? config.textChannels()
          : config.levels().get(0).tokenChannels();
      TextPooling pooling = new TextPooling(at, channels, dim, text.heads());
      summands.add(query -> pooling.forward(context(query).tokens()));
    } else if (config.added() instanceof Added.TextAndNumbers both) {
      VectorEmbedding layers = new VectorEmbedding(at, both.in(), dim, Activation.SILU);
      summands.add(query -> layers.forward(textAndNumbers(context(query), both)));
    }
  }

  private Variable textAndNumbers(Context context, Added.TextAndNumbers both) {
    int samples = context.tokens().shape().dim(0);
    int text = context.vector().map(vector -> vector.shape().dim(1)).orElse(0);
    int numbers = context.numbers().map(all -> all.length / samples).orElse(0);
    ShapeException.unless(
        text > 0 && numbers > 0 && text + numbers * both.each() == both.in(),
        "%s: expected a vector and numbers for each sample that make %d channels with %d for each number,"
            + " got a vector of %d and %d numbers",
        NAME,
        both.in(),
        both.each(),
        text,
        numbers);
    Tensor waves = encoded(config.timeEncoding(), context.numbers(NAME, numbers), both.each())
        .value();
    return concatenate(
        context.vector(NAME, text),
        Variable.constant(waves.reshape(Shape.of(samples, numbers * both.each()))));
  }

  private Variable encoded(TimeEncoding.Sinusoidal encoding, double[] numbers, int dim) {
    return Variable.constant(
        Tensor.renewed(device, Shape.of(numbers.length, dim), () -> encoding.encode(numbers, dim)));
  }

  private static Context context(Query query) {
    return query.condition().context(NAME, query.times().length);
  }

  private static int[] labels(Query query, int rows) {
    int samples = query.times().length;
    int[] labels = query.condition().labels().orElse(new int[0]);
    ShapeException.unless(
        labels.length == samples,
        "labels: expected one for each of %d samples, got %d",
        samples,
        labels.length);
    for (int label : labels) {
      ShapeException.unless(
          label >= 0 && label < rows, "labels: expected 0 to %d, got %d", rows - 1, label);
    }
    return labels;
  }

  /** (N, time channels). */
  Variable forward(Query query) {
    if (!(config.classes() instanceof Classes.Table)) {
      query.condition().requireNoLabels(NAME);
    }
    Variable sum = summands.get(0).apply(query);
    for (Function<Query, Variable> summand : summands.subList(1, summands.size())) {
      sum = add(sum, summand.apply(query));
    }
    Variable all = sum;
    return config.timeActivation().map(activation -> activation.of(all)).orElse(all);
  }
}
