package brume.tests.golden;

import static brume.nn.autoencoder.AutoencoderLoss.Reconstruction.L1;
import static brume.nn.autoencoder.AutoencoderLoss.Reconstruction.MSE;

import brume.autograd.Variable;
import brume.diffusion.exchange.AutoencoderFile;
import brume.nn.autoencoder.AutoencoderKL;
import brume.nn.autoencoder.AutoencoderLoss;
import brume.nn.autoencoder.Posterior;
import brume.nn.autoencoder.VqModel;
import brume.tensor.kernel.Backend;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The autoencoders of diffusers, their settings and parameters in files beside the case. */
final class Autoencoders implements CaseRunner {

  private static final Set<String> CLASSES = Set.of("AutoencoderKL", "VQModel");

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("model")
        && asked.attrs().path("system").asText().equals("diffusers")
        && CLASSES.contains(asked.attrs().path("class").asText());
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    NetworkRun run = new NetworkRun(asked, on);
    if (asked.attrs().path("class").asText().equals("VQModel")) {
      quantize(run, AutoencoderFile.openVq(NetworkRun.folder(asked), on), results);
      return;
    }
    AutoencoderKL network = AutoencoderFile.open(NetworkRun.folder(asked), on);
    Map<String, Variable> outputs =
        asked.attrs().has("kl_weight") ? loss(asked, run, network) : outputs(asked, run, network);
    run.compare(network, outputs, results);
  }

  private static Map<String, Variable> outputs(
      GoldenCase asked, NetworkRun run, AutoencoderKL network) {
    Map<String, Variable> outputs = new LinkedHashMap<>();
    if (asked.has("input.image")) {
      Posterior posterior = network.encode(run.input("image"));
      Variable z = posterior.sample(run.input("noise"));
      outputs.put("mean", posterior.mean());
      outputs.put("logvar", posterior.logVariance());
      outputs.put("sample", z);
      outputs.put("scaled_latents", network.toDenoiser(z));
      outputs.put("kl", posterior.divergence());
    }
    if (asked.has("input.image_odd")) {
      outputs.put("mean_odd", network.encode(run.input("image_odd")).mean());
    }
    if (asked.has("input.latents")) {
      Variable latents = run.input("latents");
      outputs.put("decoded", network.decode(latents));
      outputs.put("decoded_scaled", network.decode(network.fromDenoiser(latents)));
    }
    outputs.keySet().removeIf(name -> !asked.has("output." + name));
    return outputs;
  }

  private static Map<String, Variable> loss(
      GoldenCase asked, NetworkRun run, AutoencoderKL network) {
    AutoencoderLoss loss = new AutoencoderLoss(
        asked.attrs().path("reconstruction").asText().equals("l1") ? L1 : MSE,
        asked.attrs().path("kl_weight").asDouble());
    AutoencoderLoss.Parts parts = loss.of(network, run.input("image"), run.input("noise"));
    return Map.of(
        "loss", parts.loss(),
        "reconstruction", parts.decoded(),
        "rec_loss", parts.reconstruction(),
        "kl_loss", parts.divergence());
  }

  private static void quantize(NetworkRun run, VqModel network, Comparison results) {
    Variable z = network.encode(run.input("image"));
    VqModel.Quantized quantized = network.quantize(z);
    results.check(
        "output.indices", Arrays.stream(quantized.indexes()).asDoubleStream().toArray());
    run.compare(
        network,
        Map.of(
            "latents", z,
            "quantized", quantized.values(),
            "decoded", network.decodeCodes(quantized.values()),
            "commit_loss", quantized.loss()),
        results);
  }
}
