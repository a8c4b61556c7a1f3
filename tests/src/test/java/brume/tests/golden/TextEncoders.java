package brume.tests.golden;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.reduce.Softmax.softmax;
import static brume.autograd.function.reduce.Sum.sum;
import static brume.autograd.function.shape.Permute.transpose;
import static brume.autograd.function.shape.Stack.stack;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.diffusion.exchange.TextEncoderFile;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Pass;
import brume.nn.text.Clip;
import brume.nn.text.ClipStates;
import brume.nn.text.ClipText;
import brume.nn.text.ClipVision;
import brume.nn.text.RelativeBuckets;
import brume.nn.text.T5Encoder;
import brume.nn.text.TokenRows;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Encoders of texts and of pictures, their settings and parameters in files beside the case. */
final class TextEncoders implements CaseRunner {

  private static final String PIXELS = "pixel_values", LOSS = "loss";
  private static final List<String> PREFIXES = List.of("text_model.", "vision_model.");
  private static final Pass PASS = Pass.inference();

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("model")
        && asked.attrs().path("system").asText().equals("transformers")
        && asked
            .attrs()
            .path("class")
            .asText()
            .matches("CLIP(Text|Vision)Model(WithProjection)?|CLIPModel|T5EncoderModel");
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    Path folder = asked.path().toAbsolutePath().getParent();
    Variable pixels = asked.has("input." + PIXELS)
        ? Variable.parameter(ChannelsLast.load(asked, "input." + PIXELS, on))
        : Variable.constant(Tensor.of(on, Shape.of(), new double[1]));
    Map<String, Variable> outputs = new LinkedHashMap<>();
    Layer network;
    switch (asked.attrs().path("class").asText()) {
      case "CLIPModel" -> network = clip(folder, asked, on, pixels, outputs, results);
      case "T5EncoderModel" -> network = t5(folder, asked, on, outputs, results);
      case "CLIPTextModel", "CLIPTextModelWithProjection" ->
        network = text(folder, asked, on, outputs);
      default -> network = vision(folder, asked, on, pixels, outputs);
    }
    outputs.forEach((name, output) -> {
      if (asked.outputs().contains(name)) {
        results.checkAsIs("output." + name, output.value());
      }
    });
    compareGradients(asked, on, results, network, pixels, outputs);
  }

  private static Layer text(
      Path folder, GoldenCase asked, Backend on, Map<String, Variable> outputs) throws IOException {
    ClipText tower = TextEncoderFile.openText(folder, on);
    TokenRows rows = rows(asked);
    ClipStates states = tower.encode(rows, PASS);
    int layers = states.layers();
    outputs.put("last_hidden_state", states.normalized(0));
    outputs.put("pooler_output", states.pooled());
    outputs.put("hidden_states_m2", states.hidden(1));
    outputs.put("clip_skip_1", states.normalized(1));
    outputs.put(
        "hidden_states",
        stack(
            0,
            IntStream.rangeClosed(0, layers)
                .mapToObj(i -> states.hidden(layers - i))
                .toArray(Variable[]::new)));
    if (tower.config().projection() > 0) {
      outputs.put("text_embeds", states.projected());
    }
    if (asked.has("input.attention_mask")) {
      outputs.put("masked_last_hidden_state", tower.encodeMasked(rows, PASS).normalized(0));
    }
    return tower;
  }

  private static Layer vision(
      Path folder, GoldenCase asked, Backend on, Variable pixels, Map<String, Variable> outputs)
      throws IOException {
    ClipVision tower = TextEncoderFile.openVision(folder, on);
    List<Variable> states = tower.encode(pixels, PASS);
    outputs.put("last_hidden_state", states.get(states.size() - 1));
    outputs.put("hidden_states_m2", states.get(states.size() - 2));
    outputs.put("hidden_states", stack(0, states.toArray(Variable[]::new)));
    outputs.put("pooler_output", tower.pooled(states));
    if (asked.has("output.image_embeds")) {
      outputs.put("image_embeds", tower.projected(states));
    }
    return tower;
  }

  private static Layer clip(
      Path folder,
      GoldenCase asked,
      Backend on,
      Variable pixels,
      Map<String, Variable> outputs,
      Comparison results)
      throws IOException {
    Clip clip = TextEncoderFile.openClip(folder, on);
    Variable texts = clip.ofTexts(rows(asked), PASS), pictures = clip.ofPictures(pixels, PASS);
    Variable similarity = clip.similarity(texts, pictures);
    Variable byPicture = transpose(similarity, 0, 1);
    outputs.put("text_embeds", texts);
    outputs.put("image_embeds", pictures);
    outputs.put("logits_per_text", similarity);
    outputs.put("logits_per_image", byPicture);
    outputs.put("probs", softmax(byPicture));
    outputs.put(LOSS, Clip.loss(similarity));
    double[] scores = scores(
        texts.value().toDoubles(), pictures.value().toDoubles(), rows(asked).rows());
    results.check(
        "output.clip_score",
        Arrays.stream(scores).map(score -> Math.max(0, score)).toArray());
    results.check(
        "output.clip_score_mean", Math.max(0, Arrays.stream(scores).average().orElse(0)));
    return clip;
  }

  /** 100·cos of each text and its picture. */
  private static double[] scores(double[] texts, double[] pictures, int rows) {
    double[] scores = new double[rows];
    for (int i = 0; i < texts.length; i++) {
      scores[i * rows / texts.length] += 100 * texts[i] * pictures[i];
    }
    return scores;
  }

  private static Layer t5(
      Path folder, GoldenCase asked, Backend on, Map<String, Variable> outputs, Comparison results)
      throws IOException {
    T5Encoder encoder = TextEncoderFile.openT5(folder, on);
    TokenRows rows = rows(asked);
    outputs.put("last_hidden_state", encoder.encodeMasked(rows, PASS));
    outputs.put("unmasked", encoder.encode(rows, PASS));
    int farthest = asked.longs("output.buckets").length / 2;
    results.check(
        "output.buckets",
        IntStream.rangeClosed(-farthest, farthest)
            .mapToLong(distance -> RelativeBuckets.of(
                distance, encoder.config().buckets(), encoder.config().farthest()))
            .toArray());
    return encoder;
  }

  private static TokenRows rows(GoldenCase asked) {
    int[] shape = asked.shape("input.input_ids");
    int[] tokens =
        Arrays.stream(asked.longs("input.input_ids")).mapToInt(Math::toIntExact).toArray();
    int[] mask = asked.has("input.attention_mask")
        ? Arrays.stream(asked.longs("input.attention_mask"))
            .mapToInt(Math::toIntExact)
            .toArray()
        : IntStream.range(0, tokens.length).map(i -> 1).toArray();
    return new TokenRows(shape[0], shape[1], tokens, mask);
  }

  /** Those of the sum of all outputs times their stored gradients, or of the loss. */
  private static void compareGradients(
      GoldenCase asked,
      Backend on,
      Comparison results,
      Layer network,
      Variable pixels,
      Map<String, Variable> outputs) {
    Variable total = outputs.containsKey(LOSS)
        ? outputs.get(LOSS)
        : outputs.entrySet().stream()
            .filter(output -> asked.has("grad.output." + output.getKey()))
            .map(output -> sum(multiply(
                output.getValue(),
                Variable.constant(
                    ChannelsLast.loadAsIs(asked, "grad.output." + output.getKey(), on)))))
            .reduce((one, other) -> add(one, other))
            .orElseThrow();
    Gradients gradients = total.backward();
    for (NamedParameter parameter : network.parameters()) {
      String tensor = "grad.param." + parameter.path();
      for (String prefix : PREFIXES) {
        tensor = asked.has(tensor) ? tensor : tensor.replace(prefix, "");
      }
      double[] gradient = gradients
          .of(parameter.variable())
          .map(Tensor::toDoubles)
          .orElseGet(() -> new double[parameter.variable().shape().size()]);
      results.check(tensor, NetworkRun.asStored(parameter, gradient));
    }
    if (asked.has("grad.input." + PIXELS)) {
      results.check("grad.input." + PIXELS, gradients.of(pixels).orElseThrow());
    }
  }
}
