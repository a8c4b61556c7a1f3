package brume.nn.unet.edm;

import static brume.nn.ConfigException.unless;

/**
 * The settings of {@link AdmUNet}.
 *
 * @param common what it shares with {@link SongUNet}
 * @param headDim channels of each head of attention; 64 in the original
 */
public record AdmUNetConfig(EdmConfig common, int headDim) {

  /** Refuses heads that do not divide the channels. {@inheritDoc} */
  public AdmUNetConfig {
    common.requireGroups(common.width(0));
    for (int level = 0; level < common.levels(); level++) {
      boolean attends = common.attendsAt(level) || level == common.levels() - 1;
      unless(
          headDim >= 1 && (!attends || common.width(level) % headDim == 0),
          "adm: expected heads that divide the %d channels of level %d, got headDim = %d",
          common.width(level),
          level,
          headDim);
    }
  }
}
