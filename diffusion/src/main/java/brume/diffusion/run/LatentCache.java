package brume.diffusion.run;

import brume.autograd.Variable;
import brume.diffusion.data.Batches;
import brume.diffusion.data.Crop;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.ImagesSettings;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.data.augment.Augmentations;
import brume.diffusion.network.Latents;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.settings.SettingException;
import brume.diffusion.settings.SettingsFile;
import brume.nn.NamedParameter;
import brume.nn.autoencoder.Posterior;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What an autoencoder says of the pictures of a run, kept in the run's folder: each is encoded the first time
 * it is seen, by itself, so that what is kept does not depend on the batch. Kept are mean and logarithm of
 * the variance, so that latents are drawn anew each time, as without it.
 *
 * <p>{@code latents.f32} has for each picture of the set 2·h·w·c numbers, mean first, and a 1 once they are
 * there, all as little-endian floats; {@code latents.json} says of which data and of which autoencoder.
 */
final class LatentCache implements AutoCloseable {

  private static final float THERE = 1;

  private final Batches order;
  private final Dataset data;
  private final AutoencoderRun encoder;
  private final Device device;
  private final Shape latent; // (1, h, w, c)
  private final FileChannel file;

  private LatentCache(
      Batches order,
      Dataset data,
      AutoencoderRun encoder,
      Device device,
      Shape latent,
      FileChannel file) {
    this.order = order;
    this.data = data;
    this.encoder = encoder;
    this.device = device;
    this.latent = latent;
    this.file = file;
  }

  /**
   * Refuses a run whose pictures are not the same each time they are seen, or are seen by others, too.
   *
   * @throws SettingException with what to leave out
   */
  static void requireSteady(Recipe recipe) {
    SettingException.unless(
        recipe.latents() instanceof Latents.Encoded,
        "--cache-latents: expected with {latents} autoencoder, got another");
    boolean moves = recipe.data() instanceof ImagesSettings images && images.crop() == Crop.RANDOM;
    SettingException.unless(
        !recipe.data().flip() && !moves && recipe.augmentation() instanceof Augmentations.None,
        "--cache-latents: expected pictures that are the same each time, got some that are mirrored, cut or changed"
            + " anew; leave {data.flip}, {data.crop} random and {augmentation} out");
    SettingException.unless(
        recipe.condition().pictures().isEmpty(),
        "--cache-latents: expected another {condition} than picture, whose encoder looks at every picture, too");
  }

  /**
   * Opens what is there, or begins anew where it is of other data or of another autoencoder.
   *
   * @param run its folder
   * @param latent (h, w, c)
   * @param order of the pictures
   * @param data in which they are
   * @param encoder what is asked
   * @param device where it is
   * @throws IOException if files cannot be read or written
   */
  static LatentCache open(
      RunFolder run,
      Shape latent,
      Batches order,
      Dataset data,
      AutoencoderRun encoder,
      Device device)
      throws IOException {
    Path note = run.path().resolve("latents.json"), numbers = run.path().resolve("latents.f32");
    ObjectNode wanted = JsonNodeFactory.instance.objectNode();
    wanted.put("data", data.fingerprint()).put("autoencoder", fingerprint(encoder));
    wanted.put("pictures", data.size()).put("latents", latent.toString());
    JsonNode there = Files.exists(note) ? SettingsFile.read(note) : wanted.objectNode();
    if (!there.equals(wanted)) {
      Files.deleteIfExists(numbers);
      SettingsFile.write(note, wanted);
    }
    FileChannel file = FileChannel.open(
        numbers, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    Shape one = Shape.of(1, latent.dim(0), latent.dim(1), latent.dim(2));
    return new LatentCache(order, data, encoder, device, one, file);
  }

  private static String fingerprint(AutoencoderRun encoder) throws IOException {
    StringBuilder sums = new StringBuilder();
    for (NamedParameter parameter : encoder.autoencoder().parameters()) {
      float[] values = parameter.variable().value().toFloats();
      ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
      bytes.asFloatBuffer().put(values);
      sums.append(Sha256.of(bytes.array()));
    }
    return Sha256.of(sums.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Latents of the pictures at consecutive positions of the order.
   *
   * @param position of the first one
   * @param count N
   * @param first its number within the step
   * @param key of what is drawn by chance, as of {@link LatentSpace#of}
   * @return (N, h, w, c), owned by the innermost scope
   * @throws IOException if a picture or the file cannot be read
   */
  Tensor of(long position, int count, long first, RandomKey key) throws IOException {
    int size = latent.size();
    float[] means = new float[count * size], logVariances = new float[count * size];
    for (int n = 0; n < count; n++) {
      float[] kept = kept(order.index(position + n));
      System.arraycopy(kept, 0, means, n * size, size);
      System.arraycopy(kept, size, logVariances, n * size, size);
    }
    Shape all = Shape.of(count, latent.dim(1), latent.dim(2), latent.dim(3));
    Posterior said = new Posterior(
        Variable.constant(Tensor.of(device, all, means)),
        Variable.constant(Tensor.of(device, all, logVariances)));
    return encoder.drawn(said, first, key);
  }

  /** Mean and logarithm of the variance, and a 1. */
  private float[] kept(int index) throws IOException {
    float[] numbers = new float[2 * latent.size() + 1];
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    long place = (long) index * bytes.capacity();
    while (bytes.hasRemaining() && file.read(bytes, place + bytes.position()) > 0) {}
    bytes.rewind();
    bytes.asFloatBuffer().get(numbers);
    if (numbers[numbers.length - 1] == THERE) {
      return numbers;
    }
    encode(index, numbers);
    bytes.asFloatBuffer().put(numbers);
    while (bytes.hasRemaining()) {
      file.write(bytes, place + bytes.position());
    }
    return numbers;
  }

  private void encode(int index, float[] into) throws IOException {
    float[] picture = new float[data.pictureLength()];
    data.read(index, false, picture, 0);
    try (Scope scope = Scope.open()) {
      Shape one = Shape.of(1, data.height(), data.width(), data.channels());
      Posterior said = encoder.posterior(PictureTensor.of(device, one, picture));
      System.arraycopy(said.mean().value().toFloats(), 0, into, 0, latent.size());
      System.arraycopy(
          said.logVariance().value().toFloats(), 0, into, latent.size(), latent.size());
    }
    into[into.length - 1] = THERE;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
