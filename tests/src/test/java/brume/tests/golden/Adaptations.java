package brume.tests.golden;

import brume.diffusion.exchange.ConditionalUnetFile;
import brume.diffusion.exchange.EmbeddingFile;
import brume.diffusion.exchange.LoraFile;
import brume.diffusion.exchange.TextEncoderFile;
import brume.diffusion.pipeline.Adaptation;
import brume.diffusion.run.TextEncoding;
import brume.diffusion.text.ClipTokenizer;
import brume.nn.text.ClipText;
import brume.nn.unet.diffusers.UNet2DCondition;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What others have taught a network besides: low-rank changes by all namings, and new words. */
final class Adaptations implements CaseRunner {

  private static final String EMBEDS = "prompt_embeds", ROWS = "token_embedding_new_rows";

  @Override
  public boolean knows(GoldenCase asked) {
    JsonNode attrs = asked.attrs();
    return asked.kind().equals("loading")
        && (attrs.has("rank") && asked.has("output.y_base")
            || attrs.has("tokens") && asked.has("output." + EMBEDS));
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    Path folder = asked.path().toAbsolutePath().getParent();
    if (asked.attrs().has("rank")) {
      changes(asked, folder, on, results);
    } else {
      words(asked, folder, on, results);
    }
  }

  /** By the words in the name of an output: without, with which file, and with how much of it. */
  private static void changes(GoldenCase asked, Path folder, Backend on, Comparison results)
      throws IOException {
    for (String output : asked.outputs()) {
      UNet2DCondition network = ConditionalUnetFile.open(folder.resolve("unet"), on);
      if (!output.equals("y_base")) {
        String kind = output.contains("kohya")
            ? "lora_kohya"
            : output.contains("attention_only") ? "lora_diffusers" : "lora_peft";
        double scale = output.endsWith("scaled") ? asked.attrs().path("scale").asDouble() : 1;
        LoraFile.read(folder.resolve(kind)).addTo(network, scale);
      }
      results.check("output." + output, StoredNetworks.y(asked, on, network));
    }
  }

  private static void words(GoldenCase asked, Path folder, Backend on, Comparison results)
      throws IOException {
    List<EmbeddingFile> words = new ArrayList<>();
    for (Map.Entry<String, JsonNode> token : asked.attrs().path("tokens").properties()) {
      Path file = folder.resolve(token.getValue().asText());
      words.add(EmbeddingFile.read(file, Optional.of(token.getKey())));
    }
    ClipText tower = TextEncoderFile.openText(folder.resolve("text_encoder"), on);
    ClipTokenizer tokenizer = ClipTokenizer.open(folder.resolve("tokenizer"));
    TextEncoding encoding = new Adaptation(List.of(), words)
        .of(new TextEncoding(List.of(new TextEncoding.Tower(tokenizer, tower)), false));
    List<String> texts = new ArrayList<>();
    asked.attrs().path("texts").forEach(text -> texts.add(text.asText()));
    int[] ids = encoding.towers().get(0).rows(texts).tokens();
    results.check("output.input_ids", Arrays.stream(ids).asLongStream().toArray());
    Tensor said = encoding.encode(texts, texts, 0).tokens().value();
    results.checkAsIs("output." + EMBEDS, said);
    if (asked.has("output." + ROWS)) {
      List<Double> rows = new ArrayList<>();
      int channels = tower.config().layers().dim();
      for (EmbeddingFile word : words) {
        Arrays.stream(word.vectors(0, 1, channels)).forEach(rows::add);
      }
      results.check(
          "output." + ROWS, rows.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }
}
