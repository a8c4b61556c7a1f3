package brume.diffusion.objective;

import brume.nn.Denoiser;
import brume.tensor.Shape;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.Optional;

/** Settings of what a network is told besides noisy data: a kind of {@link Conditions}. */
public interface ConditionSettings {

  /**
   * The classes that the network is told.
   *
   * @param ofData names of the classes of the data; empty if they have none
   * @return these or none of them
   * @throws IllegalArgumentException if the data have no classes and some are to be told
   */
  List<String> classes(List<String> ofData);

  /**
   * The network as it sees a batch in training.
   *
   * @param network to be trained
   * @param batch of the step
   * @param key of the step
   * @return told what there is to tell of these samples, or the network itself
   */
  Denoiser told(Denoiser network, Batch batch, RandomKey key);

  /**
   * Whether the network learns what to say where no class is told, which guidance needs.
   *
   * @return true if some labels are dropped in training
   */
  boolean dropsLabels();

  /**
   * Channels of pictures that the network sees beside the data.
   *
   * @param ofData C, channels of the data
   * @return 0 if there are none
   */
  default int channels(int ofData) {
    return 0;
  }

  /**
   * Channels of what encoders say of the samples, as the network attends to it.
   *
   * @return 0 if none says anything
   */
  default int tokenChannels() {
    return 0;
  }

  /**
   * Channels of what an encoder says of a word.
   *
   * @return 0 if no words are told, or as many as the encoder has
   */
  default int wordChannels() {
    return tokenChannels();
  }

  /**
   * Channels of the vector that an encoder makes of a picture.
   *
   * @return 0 if none is told, or as many as the encoder has
   */
  default int pictureChannels() {
    return tokenChannels();
  }

  /**
   * The same with the channels of its encoders spelled out.
   *
   * @param words of what is said of a word
   * @param pictures of the vector of a picture
   * @return the settings
   */
  default ConditionSettings withChannels(int words, int pictures) {
    return this;
  }

  /**
   * Words that are told beside what else is.
   *
   * @return none, unless the settings have some
   */
  default ToldWords words() {
    return ToldWords.none();
  }

  /**
   * The run that has learned to say something of texts.
   *
   * @return its folder, within that of the run that is told or a whole path; empty for none
   */
  default Optional<String> texts() {
    return words().from();
  }

  /**
   * Layers at the end of a text tower that are left out of what it says of words.
   *
   * @return 0 for all that it has
   */
  default int skipped() {
    return words().skipped();
  }

  /**
   * The run that has learned to make vectors of pictures.
   *
   * @return its folder, within that of the run that is told or a whole path; empty for none
   */
  default Optional<String> pictures() {
    return Optional.empty();
  }

  /**
   * The run that chooses among several pictures of a text, where it is another than the one whose words are told.
   *
   * @return its folder, within that of the run that is told or a whole path; empty for none
   */
  default Optional<String> judgedBy() {
    return words().judgedBy();
  }

  /**
   * Whether something is said of samples that a network attends to.
   *
   * @return true of texts, and of vectors of pictures
   */
  default boolean says() {
    return texts().isPresent() || pictures().isPresent();
  }

  /**
   * The run that draws what the network is told, once samples are drawn.
   *
   * @return its folder, within that of the run that is told or a whole path; empty for none
   */
  default Optional<String> drawnBy() {
    return Optional.empty();
  }

  /**
   * Refuses data of which this cannot be told.
   *
   * @param sample (H, W, C)
   * @throws IllegalArgumentException with the setting to change
   */
  default void requireFitting(Shape sample) {}
}
