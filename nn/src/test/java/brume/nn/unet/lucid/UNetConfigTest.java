package brume.nn.unet.lucid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.nn.ConfigException;
import brume.nn.layer.AttentionConfig;
import brume.nn.layer.AttentionKind;
import brume.nn.layer.Domain;
import brume.nn.layer.TimeEncoding;
import brume.nn.unet.BlockVersion;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class UNetConfigTest {

  @Test
  void everythingCanBeChanged() {
    UNetConfig changed = newer()
        .outChannels(6)
        .initialDim(7)
        .selfCondition(true)
        .groups(2)
        .dropout(0.1)
        .timeEncoding(new TimeEncoding.Fourier(16, true))
        .attention(AttentionPlan.signal(2, 1, 8))
        .build();
    assertEquals(
        new UNetConfig(
            BlockVersion.RMS_NORM,
            Domain.IMAGE,
            3,
            6,
            16,
            7,
            List.of(1, 2),
            true,
            2,
            0.1,
            new TimeEncoding.Fourier(16, true),
            AttentionPlan.signal(2, 1, 8)),
        changed);
  }

  @Test
  void attentionIsFullAtTheCoarsestLevelUnlessTold() {
    AttentionPlan plan = AttentionPlan.image(3, List.of(), List.of(4), List.of(8, 16, 32), 2);
    assertEquals(
        List.of(
            new AttentionConfig(AttentionKind.LINEAR, 4, 8, 2),
            new AttentionConfig(AttentionKind.LINEAR, 4, 16, 2),
            new AttentionConfig(AttentionKind.FULL, 4, 32, 2)),
        plan.levels());
    assertEquals(new AttentionConfig(AttentionKind.FULL, 4, 32, 2), plan.middle());
    AttentionPlan all = AttentionPlan.image(2, List.of(true), List.of(1, 2), List.of(8), 0);
    assertEquals(
        List.of(
            AttentionConfig.of(AttentionKind.FULL, 1, 8),
            AttentionConfig.of(AttentionKind.FULL, 2, 8)),
        all.levels());
  }

  @Test
  void attentionRefusesListsOfOtherLengths() {
    ConfigException refused = assertThrows(
        ConfigException.class,
        () -> AttentionPlan.image(3, List.of(), List.of(4, 4), List.of(32), 0));
    assertEquals(
        "attention: expected heads of all 3 levels together or of each, got 2 of them",
        refused.getMessage());
  }

  @Test
  void oldBlocksRefuseDropoutAndNewOnesRatesOutOfRange() {
    assertEquals(
        "dropout: expected 0, since blocks of version group_norm have none, got 0.1",
        refusal(older(), change -> change.dropout(0.1)));
    assertEquals(
        "dropout: expected a rate in [0, 1), got 1.0",
        refusal(newer(), change -> change.dropout(1)));
  }

  @Test
  void groupsMatterToOldBlocksOnly() {
    assertEquals(5, newer().groups(5).build().groups());
    assertEquals(
        "groups: expected a divisor of initialDim and of dim times each of the multipliers, got"
            + " groups = 5 with initialDim = 16, dim = 16 and multipliers [1, 2]",
        refusal(older(), change -> change.groups(5)));
    refusal(older(), change -> change.initialDim(12));
  }

  private static UNetBuilder older() {
    return UNetConfig.image(BlockVersion.GROUP_NORM, 3, 16, List.of(1, 2));
  }

  private static UNetBuilder newer() {
    return UNetConfig.image(BlockVersion.RMS_NORM, 3, 16, List.of(1, 2));
  }

  private static String refusal(UNetBuilder from, UnaryOperator<UNetBuilder> change) {
    UNetBuilder changed = change.apply(from);
    return String.valueOf(assertThrows(ConfigException.class, changed::build).getMessage());
  }
}
