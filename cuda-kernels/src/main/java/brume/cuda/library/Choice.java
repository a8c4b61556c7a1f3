package brume.cuda.library;

import brume.tensor.kernel.BackendOption;
import brume.tensor.kernel.BackendOptions;
import java.util.Arrays;

/** Options that are constants of an enum. */
final class Choice {

  private Choice() {}

  /**
   * What the user asked for.
   *
   * @param option whose values are the constants, as their {@code toString} names them
   * @param options what was chosen
   * @param otherwise the constant if nothing was
   * @throws IllegalArgumentException if something else was
   */
  static <E extends Enum<E>> E asked(BackendOption option, BackendOptions options, E otherwise) {
    E[] all = otherwise.getDeclaringClass().getEnumConstants();
    return options
        .of(option)
        .flatMap(name ->
            Arrays.stream(all).filter(each -> each.toString().equals(name)).findFirst())
        .orElse(otherwise);
  }
}
