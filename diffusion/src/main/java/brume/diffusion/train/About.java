package brume.diffusion.train;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a setting means and which values it may have: one source for options, files and checks. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface About {

  /**
   * What it means, with its unit.
   *
   * @return a sentence
   */
  String value();

  /**
   * Smallest legal number.
   *
   * @return inclusive
   */
  double min() default Double.NEGATIVE_INFINITY;

  /**
   * Largest legal number.
   *
   * @return inclusive
   */
  double max() default Double.POSITIVE_INFINITY;
}
