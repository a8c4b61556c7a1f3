package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.nn.Network;
import brume.nn.unet.diffusers.ResnetConfig;
import brume.nn.unet.diffusers.UNet2DCondition;
import brume.nn.unet.diffusers.UNet2DConditionConfig;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Added;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Kind;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Level;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code UNet2DConditionModel} of diffusers in the form of Stable Diffusion.
 *
 * @param widths channels of each level, finest first: block_out_channels
 * @param attention whether each level attends to words, finest first: CrossAttnDownBlock2D
 * @param blocksPerLevel residual blocks of each level on the way down: layers_per_block
 * @param heads of attention: attention_head_dim, which is their number in spite of its name
 * @param transformerBlocks between two residual blocks: transformer_layers_per_block
 * @param groups of group normalization: norm_num_groups
 * @param dropout rate inside the residual blocks
 * @param poolHeads of the attention that makes one vector of all words, which is added to the time:
 *     addition_embed_type_num_heads, as IF has it; 0 for none, as Stable Diffusion has it
 */
public record Unet2dConditionSettings(
    @About(value = "Channels of each level, finest first.", min = 1, max = 65536)
        List<Integer> widths,
    @About("Which levels attend to words, finest first.") List<Boolean> attention,
    @About(value = "Residual blocks of each level on the way down.", min = 1, max = 64)
        int blocksPerLevel,
    @About(value = "Heads of attention.", min = 1) int heads,
    @About(value = "Transformer blocks behind a residual block.", min = 1, max = 64)
        int transformerBlocks,
    @About(value = "Groups of group normalization.", min = 1) int groups,
    @About(value = "Dropout rate inside the residual blocks.", min = 0, max = 0.99) double dropout,
    @About(
            value = "Heads that pool all words into what is added to the time; 0 for none.",
            min = 0,
            max = 1024)
        int poolHeads)
    implements NetworkSettings {

  private static final double EPS = 1e-5; // norm_eps

  /** Copies the lists. {@inheritDoc} */
  public Unet2dConditionSettings {
    widths = List.copyOf(widths);
    attention = List.copyOf(attention);
  }

  @Override
  public void requireFitting(Task task) {
    Levels.requireHalving(task, "widths", widths.size());
    widths.forEach(width -> Levels.requireGroups("widths", width, groups));
    for (int width : widths) {
      SettingException.unless(
          width % heads == 0,
          "{heads}: expected a number that divides all {widths}, %s, got %d",
          widths,
          heads);
    }
    int said = task.tokenChannels();
    SettingException.unless(
        poolHeads == 0 || said % poolHeads == 0,
        "{poolHeads}: expected 0, or a number that divides the %d channels of a word, got %d",
        said,
        poolHeads);
    SettingException.unless(
        task.classes() == 0,
        "{condition}: expected another than labels with {network} unet2d-condition, which is told texts, got"
            + " labels");
    config(task);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    return new UNet2DCondition(device, key, config(task));
  }

  /**
   * The settings in the words of the network.
   *
   * @param task what it sees and tells
   * @return its settings
   */
  public UNet2DConditionConfig config(Task task) {
    int count = widths.size(), timeDim = 4 * widths.get(0);
    List<Boolean> attends = Levels.each("attention", attention, count);
    List<Level> levels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Kind kind = attends.get(i) ? Kind.CROSS : Kind.PLAIN;
      levels.add(new Level(
          widths.get(i),
          kind,
          kind,
          blocksPerLevel,
          heads,
          transformerBlocks,
          Math.max(1, task.tokenChannels()))); // not known before the encoder is looked at
    }
    ResnetConfig plain = ResnetConfig.withoutTime(groups, EPS);
    ResnetConfig resnet = new ResnetConfig(
        groups, EPS, timeDim, false, plain.activation(), true, dropout, plain.divisor());
    Added added = poolHeads == 0 ? new Added.None() : new Added.Text(poolHeads);
    return UNet2DConditionConfig.ofStableDiffusion(
        task.channels(), task.outChannels(), levels, added, resnet);
  }

  @Override
  public boolean attends() {
    return true;
  }

  @Override
  public String noun() {
    return "U-Net that attends to words";
  }
}
