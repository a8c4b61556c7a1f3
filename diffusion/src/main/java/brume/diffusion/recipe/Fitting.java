package brume.diffusion.recipe;

import brume.diffusion.network.NetworkSettings;
import java.util.ArrayList;
import java.util.List;

/** Defaults that fit the data. */
public final class Fitting {

  private Fitting() {}

  /**
   * The recipe with a {@linkplain NetworkSettings#simpler simpler} network or smaller patches where
   * samples of its size do not fit the ones it has.
   *
   * @param recipe as a preset has it
   * @return as much like it as the data allow; unchanged if it fits, or nothing would
   */
  public static Recipe toData(Recipe recipe) {
    List<NetworkSettings> networks = new ArrayList<>();
    networks.add(recipe.network());
    networks.addAll(recipe.network().simpler());
    for (int patch = recipe.patch(); patch >= 1; patch--) {
      for (NetworkSettings network : networks) {
        Recipe candidate = recipe.withPatch(patch).with(network);
        if (fits(candidate)) {
          return candidate;
        }
      }
    }
    return recipe;
  }

  private static boolean fits(Recipe recipe) {
    try {
      recipe.checked();
      return true;
    } catch (IllegalArgumentException misfit) {
      return false;
    }
  }
}
