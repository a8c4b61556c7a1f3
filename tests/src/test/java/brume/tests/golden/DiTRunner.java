package brume.tests.golden;

import brume.diffusion.settings.SettingsFile;
import brume.nn.Condition;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.dit.DiT;
import brume.nn.dit.DiTConfig;
import brume.nn.io.Weights;
import brume.nn.layer.Activation;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;

/** The diffusion transformer of diffusers, its settings and parameters in files beside the case. */
final class DiTRunner implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("model")
        && asked.attrs().path("system").asText().equals("diffusers")
        && asked.attrs().path("class").asText().equals("DiTTransformer2DModel");
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    Path folder = asked.path().toAbsolutePath().getParent();
    DiT network = network(
        folder.resolve(asked.attrs().path("config").asText()),
        folder.resolve(asked.attrs().path("weights").asText()),
        on);
    NetworkRun run = new NetworkRun(asked, on);
    Condition told = Condition.none().withLabels(labels(asked, network.config().classes()));
    run.compare(
        network,
        network.predict(new Query(run.input("x"), run.times(), told, Pass.inference())),
        results);
  }

  /** Classes, of which the last is none. */
  static int[] labels(GoldenCase asked, int classes) {
    long[] stored = asked.longs("input.class_labels");
    int[] labels = new int[stored.length];
    for (int n = 0; n < labels.length; n++) {
      int label = Math.toIntExact(stored[n]);
      labels[n] = label == classes ? Condition.NO_CLASS : label;
    }
    return labels;
  }

  static DiT network(Path config, Path weights, Backend on) throws IOException {
    JsonNode file = SettingsFile.read(config);
    int channels = file.path("in_channels").asInt();
    DiT network = new DiT(
        on,
        RandomKey.of(0),
        new DiTConfig(
            channels,
            file.path("out_channels").asInt(channels),
            file.path("sample_size").asInt(),
            file.path("sample_size").asInt(),
            file.path("num_embeds_ada_norm").asInt(),
            file.path("patch_size").asInt(),
            file.path("num_layers").asInt(),
            file.path("num_attention_heads").asInt(),
            file.path("attention_head_dim").asInt(),
            file.path("activation_fn").asText().equals("gelu")
                ? Activation.GELU
                : Activation.GELU_TANH,
            file.path("norm_eps").asDouble(),
            0));
    Weights.load(weights, network.parameters());
    return network;
  }
}
