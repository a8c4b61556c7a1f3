package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.nn.Network;
import brume.nn.layer.TimeEncoding;
import brume.nn.unet.diffusers.UNet2D;
import brume.nn.unet.diffusers.UNet2DConfig;
import brume.nn.unet.diffusers.UNet2DConfig.Level;
import brume.nn.unet.diffusers.UNet2DConfig.Middle;
import brume.nn.unet.diffusers.UNet2DConfig.Resampling;
import brume.nn.unet.diffusers.UNet2DConfig.Side;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code UNet2DModel} of diffusers.
 *
 * @param widths channels of each level, finest first: block_out_channels
 * @param downBlocks what each level is made of on the way down, finest first: down_block_types
 * @param upBlocks what each level is made of on the way up, coarsest first: up_block_types
 * @param downsampling of attention blocks: downsample_type
 * @param upsampling of attention blocks: upsample_type
 * @param blocksPerLevel residual blocks of each level on the way down: layers_per_block
 * @param headDim channels of each head of attention, 0 for one head: attention_head_dim
 * @param timeDim channels of the embedded time; 0 for four times the first of {@code widths}
 * @param cosineFirst whether cosines come before sines: flip_sin_to_cos
 * @param frequencyShift of the encoded times: freq_shift
 * @param scaleShift whether time scales and shifts, or is added: resnet_time_scale_shift
 * @param groups of group normalization: norm_num_groups
 * @param eps of group normalization: norm_eps
 * @param middleAttention whether the middle attends: add_attention
 * @param middleGroups of the middle's attention; -1 for {@code groups}, or none with {@code
 *     scaleShift}: attn_norm_num_groups
 * @param middleDivisor of sums in the middle: mid_block_scale_factor
 * @param halvingPadding zeros around what a convolution halves: downsample_padding
 * @param centerInput whether x is in [0, 1] and brought to [−1, 1] first: center_input_sample
 * @param dropout rate inside the blocks
 */
public record Unet2dSettings(
    @About(value = "Channels of each level, finest first.", min = 1, max = 65536)
        List<Integer> widths,
    @About("What each level is made of on the way down, finest first.") List<Blocks> downBlocks,
    @About("What each level is made of on the way up, coarsest first.") List<Blocks> upBlocks,
    @About("How attention blocks halve the resolution.") Resampling downsampling,
    @About("How attention blocks double the resolution.") Resampling upsampling,
    @About(value = "Residual blocks of each level on the way down.", min = 1, max = 64)
        int blocksPerLevel,
    @About(value = "Channels of each head of attention; 0 for one head.", min = 0) int headDim,
    @About(value = "Channels of the embedded time; 0 for four times the first width.", min = 0)
        int timeDim,
    @About("Put cosines before sines in the encoded time.") boolean cosineFirst,
    @About("Shift of the frequencies of the encoded time.") double frequencyShift,
    @About("Let the time scale and shift a block instead of being added.") boolean scaleShift,
    @About(value = "Groups of group normalization.", min = 1) int groups,
    @About(value = "What is added to variances in normalization.", min = 0, option = "norm-eps")
        double eps,
    @About("Let the middle attend.") boolean middleAttention,
    @About(
            value = "Groups of the normalization before the middle's attention; -1 as elsewhere.",
            min = -1)
        int middleGroups,
    @About(value = "Divisor of sums in the middle.", min = 1e-6) double middleDivisor,
    @About(value = "Zeros around what a convolution halves.", min = 0, max = 1) int halvingPadding,
    @About("Bring inputs from 0 to 1 to -1 to 1 first.") boolean centerInput,
    @About(value = "Dropout rate inside the blocks.", min = 0, max = 0.99) double dropout)
    implements NetworkSettings {

  /** What a level is made of. */
  public enum Blocks {
    /** Residual blocks: DownBlock2D, UpBlock2D. */
    PLAIN,
    /** Residual blocks, each with attention: AttnDownBlock2D, AttnUpBlock2D. */
    ATTENTION,
    /** Residual blocks that also change the resolution: ResnetDownsampleBlock2D and its twin. */
    RESNET
  }

  /** Copies the lists. {@inheritDoc} */
  public Unet2dSettings {
    widths = List.copyOf(widths);
    downBlocks = List.copyOf(downBlocks);
    upBlocks = List.copyOf(upBlocks);
  }

  @Override
  public void requireFitting(Task task) {
    Levels.requireHalving(task, "widths", widths.size());
    widths.forEach(width -> Levels.requireGroups("widths", width, groups));
    int coarsest = widths.get(widths.size() - 1);
    SettingException.unless(
        middleGroups <= 0 || coarsest % middleGroups == 0,
        "{middleGroups}: expected a number that divides the last of {widths}, %d, got %d",
        coarsest,
        middleGroups);
    config(task);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    return new UNet2D(device, key, config(task), task.classes());
  }

  private UNet2DConfig config(Task task) {
    int count = widths.size();
    List<Blocks> down = Levels.each("downBlocks", downBlocks, count);
    List<Blocks> up = Levels.each("upBlocks", upBlocks, count);
    List<Level> levels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      levels.add(new Level(
          widths.get(i), side(down.get(i), downsampling), side(up.get(count - 1 - i), upsampling)));
    }
    int normalized = middleGroups >= 0 ? middleGroups : scaleShift ? 0 : groups;
    return new UNet2DConfig(
        task.channels(),
        task.outChannels(),
        levels,
        new Middle(middleAttention, normalized, middleDivisor),
        blocksPerLevel,
        headDim,
        new TimeEncoding.Sinusoidal(10000, cosineFirst, frequencyShift),
        timeDim == 0 ? 4 * widths.get(0) : timeDim,
        scaleShift,
        groups,
        eps,
        halvingPadding,
        centerInput,
        dropout);
  }

  private static Side side(Blocks blocks, Resampling chosen) {
    return switch (blocks) {
      case PLAIN -> new Side(false, Resampling.CONVOLUTION);
      case ATTENTION -> new Side(true, chosen);
      case RESNET -> new Side(false, Resampling.RESIDUAL);
    };
  }

  @Override
  public boolean hearsOfChanges() {
    return true;
  }

  @Override
  public String noun() {
    return "U-Net of diffusers";
  }
}
