package brume.diffusion.exchange;

import brume.diffusion.settings.SettingException;
import brume.nn.layer.Activation;
import brume.tensor.Text;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;

/** How files call an {@link Activation}: each library has words of its own. */
enum ActivationNames {
  /** Networks of diffusers, where one comes behind a normalization or between two linear layers. */
  DIFFUSERS(Map.of(
      "gelu", Activation.GELU,
      "relu", Activation.RELU,
      "silu", Activation.SILU,
      "swish", Activation.SILU)),

  /** Feed-forward parts of diffusers; the third has no gate in spite of its name. */
  FEED_FORWARD(Map.of(
      "gelu", Activation.GELU,
      "gelu-approximate", Activation.GELU_TANH,
      "geglu-approximate", Activation.QUICK_GELU,
      "linear-silu", Activation.SILU)),

  /** Text encoders of transformers. */
  TRANSFORMERS(Map.of(
      "gelu", Activation.GELU,
      "gelu_new", Activation.GELU_TANH,
      "gelu_pytorch_tanh", Activation.GELU_TANH,
      "quick_gelu", Activation.QUICK_GELU,
      "relu", Activation.RELU,
      "silu", Activation.SILU));

  private final Map<String, Activation> names;

  ActivationNames(Map<String, Activation> names) {
    this.names = names;
  }

  /** What stands for which activation. */
  Map<String, Activation> names() {
    return names;
  }

  /**
   * What stands for an activation, of several names the first by alphabet.
   *
   * @throws SettingException if nothing does
   */
  String of(Activation activation) {
    return names.entrySet().stream()
        .filter(entry -> entry.getValue() == activation)
        .map(Map.Entry::getKey)
        .min(Comparator.naturalOrder())
        .orElseThrow(() -> new SettingException(Text.of(
            "{activation}: expected one of %s, as the file has no other, got %s",
            names.values().stream()
                .distinct()
                .sorted()
                .map(Activation::toString)
                .collect(Collectors.joining(", ")),
            activation)));
  }
}
