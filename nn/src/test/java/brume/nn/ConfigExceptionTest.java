package brume.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.nn.layer.TimeEncoding;
import brume.nn.mlp.MlpConfig;
import brume.nn.unet.blog.ConditionalUNetConfig;
import brume.nn.unet.ddpm.DdpmUNetConfig;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ConfigExceptionTest {

  @Test
  void settingsAreRefusedBeforeANetworkIsBuilt() {
    assertEquals(
        "groups: expected a divisor of all widths, got groups = 4 with widths [8, 6]",
        refusal(() -> new MlpConfig(2, 2, 0, 8, List.of(8, 6), 4, 0)));
    assertEquals(
        "dropout: expected a rate in [0, 1), got 1.0",
        refusal(() -> new MlpConfig(2, 2, 0, 8, List.of(8), 4, 1)));
    assertEquals(
        "dropout: expected a rate in [0, 1), got -0.1",
        refusal(
            () -> new DdpmUNetConfig(3, 3, 32, 128, List.of(1), 2, List.of(true), 32, -0.1, true)));
    assertEquals(
        "groups: expected a divisor of initialDim, got groups = 8 and initialDim = 12",
        refusal(() -> ConditionalUNetConfig.of(3, 12, 16)));
    assertEquals(
        "time encoding: expected a theta above 0, got 0.0",
        refusal(() -> new TimeEncoding.Sinusoidal(0)));
  }

  @Test
  void numbersAreWrittenAlikeEverywhere() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      assertEquals(
          "dim: expected 4 or more, got 2",
          refusal(() -> DdpmUNetConfig.of(3, 2, List.of(1), List.of(true))));
    } finally {
      Locale.setDefault(before);
    }
  }

  private static String refusal(Executable making) {
    return String.valueOf(assertThrows(ConfigException.class, making).getMessage());
  }
}
