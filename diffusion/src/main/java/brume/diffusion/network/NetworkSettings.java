package brume.diffusion.network;

import brume.nn.Network;
import brume.nn.Role;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Settings of a network: a kind of {@link Networks}. */
public interface NetworkSettings {

  /**
   * The network with fresh parameters, owned by the innermost scope.
   *
   * @param task what it sees and what it must tell
   * @param device where its parameters live
   * @param key what they are drawn from
   * @return the network
   * @throws IllegalArgumentException as of {@link #requireFitting}
   */
  Network create(Task task, Device device, RandomKey key);

  /**
   * Refuses sizes that do not fit together, before anything is allocated.
   *
   * @param task what the network sees and must tell
   * @throws IllegalArgumentException with the setting to change
   */
  void requireFitting(Task task);

  /**
   * What times are multiplied by before the network looks at them, if it is told so.
   *
   * @return empty if times are taken as they are
   */
  default OptionalDouble scaleOfTimes() {
    return OptionalDouble.empty();
  }

  /**
   * Frames that the network sees in a picture, one below the other.
   *
   * @return 1 unless it is one of videos
   */
  default int frames() {
    return 1;
  }

  /**
   * Whether it can be told what was done to its pictures: its {@link Network#knownChannels} are some.
   *
   * @return false unless it can
   */
  default boolean hearsOfChanges() {
    return false;
  }

  /**
   * What it is for.
   *
   * @return telling noise from data, unless it is something else
   */
  default Role role() {
    return Role.DENOISER;
  }

  /**
   * Whether it attends to what encoders say of samples.
   *
   * @return false unless it can be told texts
   */
  default boolean attends() {
    return false;
  }

  /**
   * The folder whose text encoders learn with it, beside which it trains adapters.
   *
   * @return empty unless it does
   */
  default Optional<String> adaptsTextsOf() {
    return Optional.empty();
  }

  /**
   * Tokens of a text that it must have.
   *
   * @return 0 if it takes any number
   */
  default int tokens() {
    return 0;
  }

  /**
   * What it reads of texts itself, without an encoder.
   *
   * @return empty unless it does
   */
  default Optional<TextRows> reads() {
    return Optional.empty();
  }

  /**
   * What is said of every picture in place of captions.
   *
   * @return texts, of which one is drawn each time; empty for what captions say
   */
  default List<String> says() {
    return List.of();
  }

  /**
   * What people call it.
   *
   * @return such as {@code U-Net}
   */
  String noun();

  /**
   * Whether it was taught by others before, so that a few samples teach it something.
   *
   * @return false unless it is
   */
  default boolean learnsFromFew() {
    return false;
  }

  /**
   * Smaller networks of this kind, for data that this one does not fit.
   *
   * @return the most similar one first; none unless the kind offers some
   */
  default List<NetworkSettings> simpler() {
    return List.of();
  }
}
