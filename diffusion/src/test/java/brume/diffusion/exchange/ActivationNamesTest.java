package brume.diffusion.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.diffusion.settings.SettingException;
import brume.nn.layer.Activation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationNamesTest {

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenIsRead(ActivationNames names) {
    for (Activation activation : names.names().values()) {
      assertEquals(activation, names.names().get(names.of(activation)));
    }
  }

  @ParameterizedTest
  @CsvSource({"DIFFUSERS, SILU, silu", "TRANSFORMERS, GELU_TANH, gelu_new"})
  void ofTwoNamesOneIsWritten(ActivationNames names, Activation activation, String expected) {
    assertEquals(expected, names.of(activation));
  }

  @Test
  void whatAFileCannotSayIsRefused() {
    SettingException refused = assertThrows(
        SettingException.class, () -> ActivationNames.FEED_FORWARD.of(Activation.RELU));
    assertEquals(
        "{activation}: expected one of gelu, gelu-tanh, quick-gelu, silu, as the file has no other, got"
            + " relu",
        refused.getMessage());
  }
}
