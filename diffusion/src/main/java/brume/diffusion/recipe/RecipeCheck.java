package brume.diffusion.recipe;

import brume.diffusion.network.Latents;
import brume.diffusion.network.Task;
import brume.diffusion.objective.Conditions;
import brume.diffusion.objective.Objectives;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.Clippings;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.settings.SettingException;
import brume.nn.Role;
import brume.tensor.Text;
import java.nio.file.Path;

/**
 * What settings of a recipe must have in common so that its parts fit together.
 *
 * @param recipe each setting of which is in its range
 */
record RecipeCheck(Recipe recipe) {

  // Of the first and the last time, as the network sees them.
  private static final double LEAST_APART = 0.1, MOST_APART = 100;

  /** Refuses what would only spoil training. */
  void requireTrainable() {
    TrainedProcess back = recipe.process().create(Clipping.none());
    SettingException.unless(
        recipe.sampler().create(back).drawsFromNoise(),
        "{sampler}: expected one that draws the samples which are shown, such as ddim, got one that finds the"
            + " noise of a picture");
    recipe.objective().requireTrainable(back);
    SettingException.unless(
        recipe.objective().shows() || recipe.samples().count() == 0,
        "{samples.count}: expected 0 with {objective} %s, which draws none, got %d",
        Objectives.CATALOG.of(recipe.objective()).name(),
        recipe.samples().count());
    SettingException.unless(
        recipe.training().batch() >= recipe.objective().leastBatch(),
        "{training.batch}: expected %d or more with {objective} %s, which compares samples of a batch, got %d",
        recipe.objective().leastBatch(),
        Objectives.CATALOG.of(recipe.objective()).name(),
        recipe.training().batch());
    requireTimesApart(back);
  }

  /** Refuses a network to which all times of a process would look the same, or like chance. */
  private void requireTimesApart(TrainedProcess back) {
    double spread = back.either(numbered -> Double.NaN, continuous -> continuous.spread());
    double scale = recipe.network().scaleOfTimes().orElse(Double.NaN), seen = scale * spread;
    SettingException.unless(
        !(seen < LEAST_APART || seen > MOST_APART),
        "{timeScale}: expected about %s with this {process}, whose network is told times that lie %s apart, got"
            + " %s",
        Math.pow(10, Math.rint(Math.log10(3 / spread))),
        Text.of("%.1f", spread),
        scale);
  }

  /** Refuses what does not fit together. */
  void requireFitting() {
    TrainedProcess back = recipe.reverse();
    requireDefined(back);
    requireRoles();
    requireAdaptedTexts();
    recipe.condition().requireFitting(recipe.data().shape());
    requireFrames();
    requireLatents();
    requireAugmentable();
    recipe.objective().create(recipe.process().create(Clipping.none()));
    recipe.guidance().requireEffect(recipe.sampler().create(back));
    recipe.rate().create(recipe.training().steps());
    Task task = recipe.task();
    SettingException.unless(
        task.height() % recipe.patch() == 0 && task.width() % recipe.patch() == 0,
        "{patch}: expected a divisor of height and width, %dx%d, got %d",
        task.height(),
        task.width(),
        recipe.patch());
    recipe.network().requireFitting(task.inPatches(recipe.patch()));
    SettingException.unless(
        !recipe.guidance().asksTwice()
            || task.classes() > 0
            || recipe.condition().says(),
        "{guidance}: expected none, as the network is told no classes; train it with {condition} labels");
    SettingException.unless(
        !recipe.guidance().asksTwice()
            || recipe.condition().dropsLabels()
            || recipe.network().learnsFromFew(),
        "{guidance}: expected none or 1, as {condition.drop} 0 has not taught the network what to say"
            + " where nothing is told");
    SettingException.unless(
        recipe.bestOf() == 1
            || recipe.condition().says()
            || recipe.condition().drawnBy().isPresent(),
        "{bestOf}: expected 1 with a network that is told no texts, which pictures could fit, got %d",
        recipe.bestOf());
  }

  private void requireRoles() {
    SettingException.unless(
        recipe.objective().teaches(recipe.network().role()),
        "{network}: expected one that %s with {objective} %s, got one that %s",
        recipe.objective().role().sentence(),
        Objectives.CATALOG.of(recipe.objective()).name(),
        recipe.network().role().sentence());
    SettingException.unless(
        !recipe.objective().tellsClasses() || recipe.condition() instanceof Conditions.None,
        "{condition}: expected none with {objective} classifier, which must find out what it would be told, got"
            + " another");
    SettingException.unless(
        recipe.objective().role() == Role.DENOISER
            || recipe.condition() instanceof Conditions.None && recipe.patch() == 1,
        "{condition}: expected none, and {patch} 1, with {objective} %s, which is told nothing, got others",
        Objectives.CATALOG.of(recipe.objective()).name());
    SettingException.unless(
        recipe.network().attends() == recipe.condition().says(),
        "{condition}: expected %s",
        recipe.network().attends()
            ? "text, picture, or super-resolution with {condition.texts}, with this {network}, which attends to what is"
                + " said, got another"
            : "another than text and picture, and no {condition.texts}, with this {network}, which attends to nothing;"
                + " choose a network such as unet2d-condition");
  }

  /** Refuses adapters of text encoders that are not asked. */
  private void requireAdaptedTexts() {
    recipe
        .network()
        .adaptsTextsOf()
        .ifPresent(folder -> SettingException.unless(
            recipe.condition().texts().filter(texts -> isSame(texts, folder)).isPresent(),
            "{network.textLayers}: expected none with a {condition} that does not come from the folder that is"
                + " adapted, %s, as its text encoders would learn nothing, got some",
            folder));
  }

  private static boolean isSame(String one, String other) {
    return Path.of(one)
        .toAbsolutePath()
        .normalize()
        .equals(Path.of(other).toAbsolutePath().normalize());
  }

  private void requireLatents() {
    if (recipe.latents() instanceof Latents.Pixels) {
      return;
    }
    SettingException.unless(
        recipe.objective().role() == Role.DENOISER && !recipe.objective().tellsClasses(),
        "{latents}: expected pixels with {objective} %s, which learns from pictures, got another",
        Objectives.CATALOG.of(recipe.objective()).name());
    SettingException.unless(
        recipe.clipping() instanceof Clippings.None,
        "{clipping}: expected none with {latents}, which have no range as pixels have, got another");
    SettingException.unless(
        recipe.condition().channels(1) == 0,
        "{condition}: expected another than super-resolution with {latents}, whose pictures are not seen, got it");
    SettingException.unless(
        recipe.frames() == 1, "{latents}: expected pixels with videos, got another");
    SettingException.unless(
        recipe.latents().shows() || recipe.samples().count() == 0,
        "{samples.count}: expected 0 with these {latents}, of which no picture can be made, got %d",
        recipe.samples().count());
  }

  private void requireAugmentable() {
    recipe.augmentation().requireFitting(recipe.data().shape(), recipe.frames());
    SettingException.unless(
        recipe.augmentation().told() == 0 || recipe.network().hearsOfChanges(),
        "{augmentation}: expected none with this {network}, which cannot be told what was done to pictures, got"
            + " another");
  }

  private void requireFrames() {
    SettingException.unless(
        recipe.data().frames() == 1
            || recipe.network().frames() == 1
            || recipe.data().frames() == recipe.network().frames(),
        "{network.frames}: expected as many frames as the videos of {data} have, %d, got %d",
        recipe.data().frames(),
        recipe.network().frames());
    SettingException.unless(
        recipe.frames() == 1 || recipe.condition().channels(1) == 0,
        "{condition}: expected none or labels with videos, whose frames would run into each other, got another");
  }

  private static void requireDefined(TrainedProcess process) {
    try {
      process.requireDefined();
    } catch (IllegalArgumentException undefined) {
      String sentence = String.valueOf(undefined.getMessage());
      throw new SettingException("{predict}" + sentence.replaceFirst("^[a-z]+:", ":"));
    }
  }
}
