package brume.diffusion.data.augment;

import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.SettingException;
import brume.tensor.Shape;
import brume.tensor.random.RandomKey;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** What may be done to pictures before they are learned from, by name. */
public final class Augmentations {

  /** All of them. */
  public static final Catalog<AugmentationSettings> CATALOG = Catalog.of(
          "augmentation", "augmentations", AugmentationSettings.class)
      .add("none", new None(), "Pictures are learned from as they are.", "Ho et al. (2020)")
      .add(
          "edm",
          new Edm(
              0.12,
              List.of(
                  Change.MIRROR,
                  Change.FLIP,
                  Change.SCALE,
                  Change.ROTATE,
                  Change.STRETCH,
                  Change.SHIFT)),
          "Pictures are changed by chance, and the network is told how; samples show none of it.",
          "Karras et al. (2022), EDM, appendix F.2")
      .add(
          "grayscale",
          new Grayscale(0.5),
          "Some pictures lose their colors, so that what is seen of forms does not lean on them; for networks that"
              + " look at pictures, as those that draw would draw gray ones, too.",
          "Chen et al. (2020), SimCLR, appendix A");

  private Augmentations() {}

  /** Nothing. */
  public record None() implements AugmentationSettings {
    @Override
    public int told() {
      return 0;
    }

    @Override
    public void requireFitting(Shape sample, int frames) {}

    @Override
    public Optional<Augmentation> create(Shape sample, RandomKey key) {
      return Optional.empty();
    }
  }

  /**
   * Changes that are drawn for each picture, each with the same probability.
   *
   * @param probability of each change but {@link Change#MIRROR}, which half of the pictures are whatever it
   *     is, as in EDM
   * @param changes which there are; in whatever order, they are done in that of {@link Change}
   */
  public record Edm(
      @About(
              value = "Probability of each change; of mirror always one half.",
              min = 0,
              max = 1,
              option = "augment-probability")
          double probability,
      @About(value = "What may be done to pictures.", option = "augment-by") List<Change> changes)
      implements AugmentationSettings {

    /** Copies the list. {@inheritDoc} */
    public Edm {
      changes = List.copyOf(changes);
    }

    @Override
    public int told() {
      return changes.stream().mapToInt(Change::told).sum();
    }

    @Override
    public void requireFitting(Shape sample, int frames) {
      int height = sample.dim(0), width = sample.dim(1), channels = sample.dim(2);
      SettingException.unless(
          frames == 1 && height > 1 && width > 1,
          "{augmentation}: expected none with {data} that are no pictures, got edm");
      SettingException.unless(
          changes.stream().distinct().count() == changes.size(),
          "{augmentation.changes}: expected each change once, got one twice");
      SettingException.unless(
          probability > 0 || changes.contains(Change.MIRROR),
          "{augmentation.probability}: expected more than 0, which changes nothing, got 0; choose"
              + " {augmentation} none");
      SettingException.unless(
          height == width || !changes.contains(Change.TURN),
          "{augmentation.changes}: expected no turn, as pictures of %dx%d are not square",
          height,
          width);
      for (Change change : changes) {
        SettingException.unless(
            change.hasEffectOn(channels),
            "{augmentation.changes}: expected no %s, which pictures of %d channel%s do not have",
            change.option(),
            channels,
            channels == 1 ? "" : "s");
      }
    }

    @Override
    public Optional<Augmentation> create(Shape sample, RandomKey key) {
      return Optional.of(
          new RandomChanges(new Raster(sample), EnumSet.copyOf(changes), probability, key));
    }
  }

  /**
   * Some pictures without their colors.
   *
   * @param probability that a picture loses them
   */
  public record Grayscale(
      @About(
              value = "Probability that a picture loses its colors.",
              min = 0,
              max = 1,
              option = "augment-probability")
          double probability)
      implements AugmentationSettings {

    @Override
    public int told() {
      return 0;
    }

    @Override
    public void requireFitting(Shape sample, int frames) {
      SettingException.unless(
          frames == 1 && sample.dim(0) > 1 && sample.dim(1) > 1,
          "{augmentation}: expected none with {data} that are no pictures, got grayscale");
      SettingException.unless(
          sample.dim(2) == 3,
          "{augmentation}: expected none with pictures that have no colors, got grayscale");
      SettingException.unless(
          probability > 0,
          "{augmentation.probability}: expected more than 0, which changes nothing, got 0; choose"
              + " {augmentation} none");
    }

    @Override
    public Optional<Augmentation> create(Shape sample, RandomKey key) {
      return Optional.of(new Grays(new Raster(sample), probability, key));
    }
  }
}
