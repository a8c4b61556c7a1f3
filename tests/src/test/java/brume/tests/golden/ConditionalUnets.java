package brume.tests.golden;

import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Variable;
import brume.diffusion.exchange.ConditionalUnetFile;
import brume.nn.Condition;
import brume.nn.Context;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.unet.diffusers.UNet2DCondition;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Classes;
import brume.tensor.kernel.Backend;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The U-Nets of diffusers that attend to text, their settings and parameters in files beside the case. */
final class ConditionalUnets implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("model")
        && asked.attrs().path("system").asText().equals("diffusers")
        && asked.attrs().path("class").asText().equals("UNet2DConditionModel");
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    UNet2DCondition network = ConditionalUnetFile.open(NetworkRun.folder(asked), on);
    NetworkRun run = new NetworkRun(asked, on);
    Condition told = condition(asked, run, network);
    double[] times = run.times();
    Map<String, Variable> outputs = new LinkedHashMap<>();
    Context all = told.context().orElseThrow();
    outputs.put("y", network.predict(new Query(run.input("x"), times, told, Pass.inference())));
    if (asked.has("output.y_masked")) {
      boolean[] shown = flags(asked, "input.encoder_attention_mask");
      Condition masked = told.withContext(all.withShown(shown));
      outputs.put(
          "y_masked", network.predict(new Query(run.input("x"), times, masked, Pass.inference())));
    }
    if (asked.has("output.y_odd")) {
      Condition first = told.withContext(Context.of(slice(all.tokens(), 0, 0, 1)));
      double[] time = {times[0]};
      outputs.put(
          "y_odd", network.predict(new Query(run.input("x_odd"), time, first, Pass.inference())));
    }
    run.compare(network, outputs, results);
  }

  private static Condition condition(GoldenCase asked, NetworkRun run, UNet2DCondition network) {
    Context said = Context.of(run.inputAsIs("encoder_hidden_states"));
    Condition told = Condition.none();
    if (asked.has("input.attention_mask")) {
      said = said.withShown(flags(asked, "input.attention_mask"));
    }
    if (asked.has("input.text_embeds")) {
      said = said.withVector(run.input("text_embeds"));
    }
    if (asked.has("input.time_ids")) {
      said = said.withNumbers(numbers(asked, "input.time_ids"));
    }
    if (asked.has("input.class_labels")) {
      Classes classes = network.config().classes();
      if (classes instanceof Classes.Table) {
        told = told.withLabels(Arrays.stream(asked.longs("input.class_labels"))
            .mapToInt(Math::toIntExact)
            .toArray());
      } else if (classes instanceof Classes.Level) {
        said = said.withNumbers(numbers(asked, "input.class_labels"));
      } else {
        said = said.withVector(run.input("class_labels"));
      }
    }
    return told.withContext(said);
  }

  private static double[] numbers(GoldenCase asked, String tensor) {
    return asked.entry(tensor).type().isInteger()
        ? Arrays.stream(asked.longs(tensor)).asDoubleStream().toArray()
        : asked.doubles(tensor);
  }

  static boolean[] flags(GoldenCase asked, String tensor) {
    double[] numbers = numbers(asked, tensor);
    boolean[] flags = new boolean[numbers.length];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = numbers[i] != 0;
    }
    return flags;
  }
}
