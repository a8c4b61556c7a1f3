package brume.diffusion.settings;

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
   * Smallest legal number, of each element where it is a list.
   *
   * @return inclusive
   */
  double min() default Double.NEGATIVE_INFINITY;

  /**
   * Largest legal number, of each element where it is a list.
   *
   * @return inclusive
   */
  double max() default Double.POSITIVE_INFINITY;

  /**
   * Name of the option where that of the component would be taken or unclear.
   *
   * @return without dashes, or empty for the component's name in kebab case
   */
  String option() default "";

  /**
   * Whether a list may be empty or a text blank.
   *
   * @return true if nothing is a value, too
   */
  boolean optional() default false;

  /**
   * Whether it stands in files only and has no option.
   *
   * @return true for what a program notes there
   */
  boolean fileOnly() default false;
}
