package brume.diffusion.data;

import java.util.List;

/** Pictures of another set, of the same size and classes. */
interface Derived extends Dataset {

  /** The other set. */
  Dataset whole();

  @Override
  default int height() {
    return whole().height();
  }

  @Override
  default int width() {
    return whole().width();
  }

  @Override
  default int channels() {
    return whole().channels();
  }

  @Override
  default List<String> classes() {
    return whole().classes();
  }

  @Override
  default boolean captioned() {
    return whole().captioned();
  }

  @Override
  default String source() {
    return whole().source();
  }
}
