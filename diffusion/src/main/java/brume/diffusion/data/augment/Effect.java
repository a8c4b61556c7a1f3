package brume.diffusion.data.augment;

/** What a change does to a picture, by what it acts on. */
sealed interface Effect {

  /** Pixels change places: nothing is computed. */
  @FunctionalInterface
  non-sealed interface OnPlaces extends Effect {
    /**
     * Where the pixel that comes to a place was before.
     *
     * @param drawn numbers of the change
     * @param raster of the picture
     * @param y row of the place
     * @param x column of the place
     * @return where its values begin
     */
    int source(double[] drawn, Raster raster, int y, int x);
  }

  /** The plane is mapped on itself, about the middle of the picture. */
  @FunctionalInterface
  non-sealed interface OnPlane extends Effect {
    /**
     * The way back: to places before the change.
     *
     * @param drawn numbers of the change
     * @param raster of the picture
     * @return 3×3, for (x, y, 1) in pixels from the middle
     */
    Matrix inverse(double[] drawn, Raster raster);
  }

  /** The color of every pixel changes in the same way. */
  @FunctionalInterface
  non-sealed interface OnColors extends Effect {
    /**
     * New colors of old ones.
     *
     * @param drawn numbers of the change
     * @return 4×4, for (red, green, blue, 1) in [−1, 1]
     */
    Matrix map(double[] drawn);
  }
}
