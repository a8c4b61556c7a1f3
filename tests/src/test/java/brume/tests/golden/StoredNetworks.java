package brume.tests.golden;

import brume.autograd.Variable;
import brume.diffusion.exchange.AutoencoderFile;
import brume.diffusion.exchange.ConditionalUnetFile;
import brume.diffusion.exchange.StableDiffusionFolder;
import brume.nn.Condition;
import brume.nn.Context;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.autoencoder.AutoencoderKL;
import brume.nn.text.TokenRows;
import brume.nn.unet.diffusers.UNet2DCondition;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One network stored in several ways: in half precision, in shards, under old names, in one file of all. */
final class StoredNetworks implements CaseRunner {

  private static final Pattern VARIANT = Pattern.compile("(.*/)(?: \\(variant (\\w+)\\))?");
  private static final Pattern NAMED = Pattern.compile("(.*/)[\\w-]+\\.(\\w+)\\.safetensors");

  @Override
  public boolean knows(GoldenCase asked) {
    boolean unet = asked.attrs().has("y") || asked.attrs().has("single_file");
    return asked.kind().equals("loading") && unet && asked.has("output.y");
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    JsonNode attrs = asked.attrs();
    Path folder = asked.path().toAbsolutePath().getParent();
    if (attrs.has("single_file")) {
      Path file = folder.resolve(attrs.path("single_file").asText());
      results.check("output.y", y(asked, on, unetOf(folder, file, on)));
      autoencoder(asked, on, autoencoderOf(folder, file, on), results);
      results.checkAsIs("output.last_hidden_state", said(asked, file, on));
      if (attrs.has("open_clip_text")) {
        Path other = folder.resolve(attrs.path("open_clip_text").asText());
        results.checkAsIs("output.last_hidden_state", said(asked, other, on));
      }
    } else {
      for (String output : asked.outputs()) {
        for (JsonNode place : attrs.path(output)) {
          if (output.startsWith("y")) {
            results.check("output." + output, y(asked, on, unet(folder, place.asText(), on)));
          } else {
            autoencoder(
                asked, on, AutoencoderFile.open(folder.resolve(place.asText()), on), results);
          }
        }
      }
    }
  }

  /** What the text encoder of a checkpoint says of tokens. */
  private static Tensor said(GoldenCase asked, Path file, Backend on) throws IOException {
    int[] shape = asked.shape("input.input_ids");
    int[] tokens =
        Arrays.stream(asked.longs("input.input_ids")).mapToInt(Math::toIntExact).toArray();
    int[] mask = new int[tokens.length];
    Arrays.fill(mask, 1);
    return StableDiffusionFolder.open(file, Optional.empty())
        .tower(0, on)
        .encode(new TokenRows(shape[0], shape[1], tokens, mask), Pass.inference())
        .normalized(0)
        .value();
  }

  private static UNet2DCondition unetOf(Path folder, Path file, Backend on) throws IOException {
    return ConditionalUnetFile.openOriginal(folder.resolve("unet/config.json"), file, on);
  }

  private static AutoencoderKL autoencoderOf(Path folder, Path file, Backend on)
      throws IOException {
    return AutoencoderFile.openOriginal(folder.resolve("vae/config.json"), file, on);
  }

  /** A folder, a folder and its variant, or a file with or without a variant in its name. */
  private static UNet2DCondition unet(Path folder, String place, Backend on) throws IOException {
    Matcher variant = VARIANT.matcher(place);
    Matcher named = NAMED.matcher(place);
    if (variant.matches() && variant.group(2) != null) {
      return ConditionalUnetFile.open(folder.resolve(variant.group(1)), variant.group(2), on);
    }
    if (named.matches()) {
      return ConditionalUnetFile.open(folder.resolve(named.group(1)), named.group(2), on);
    }
    Path at = folder.resolve(place);
    return ConditionalUnetFile.open(place.endsWith("/") ? at : at.resolveSibling("."), on);
  }

  /** What a network answers to the inputs of a case. */
  static Tensor y(GoldenCase asked, Backend on, UNet2DCondition network) {
    Variable tokens =
        Variable.constant(ChannelsLast.loadAsIs(asked, "input.encoder_hidden_states", on));
    Variable x = Variable.constant(ChannelsLast.load(asked, "input.x", on));
    Condition told = Condition.none().withContext(Context.of(tokens));
    double[] times = new NetworkRun(asked, on).times();
    return network.predict(new Query(x, times, told, Pass.inference())).value();
  }

  private static void autoencoder(
      GoldenCase asked, Backend on, AutoencoderKL network, Comparison results) {
    Variable latents = Variable.constant(ChannelsLast.load(asked, "input.latents", on));
    results.check("output.decoded", network.decode(latents).value());
    if (asked.has("input.image")) {
      Variable image = Variable.constant(ChannelsLast.load(asked, "input.image", on));
      results.check("output.mean", network.encode(image).mean().value());
    }
  }
}
