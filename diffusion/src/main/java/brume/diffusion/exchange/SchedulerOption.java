package brume.diffusion.exchange;

import brume.diffusion.settings.SettingException;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** An option of a scheduler of diffusers and the settings of a sampler that it stands for, both ways. */
interface SchedulerOption {

  /** Puts the settings that the option stands for. */
  void read(Options file, ObjectNode sampler) throws IOException;

  /**
   * Puts the option that stands for the settings.
   *
   * @throws SettingException if it has no value for them
   */
  void write(Part sampler, ObjectNode file);

  /** A number that is the same here and there. */
  static SchedulerOption number(String option, double usual, String setting) {
    return new SchedulerOption() {
      @Override
      public void read(Options file, ObjectNode sampler) throws IOException {
        sampler.put(setting, file.number(option, usual));
      }

      @Override
      public void write(Part sampler, ObjectNode file) {
        file.set(option, sampler.take(setting));
      }
    };
  }

  /** An option that has but this number here. */
  static SchedulerOption fixed(String option, double only) {
    return new SchedulerOption() {
      @Override
      public void read(Options file, ObjectNode sampler) throws IOException {
        if (file.number(option, only) != only) {
          throw file.wrong(option, Text.of("%s", only));
        }
      }

      @Override
      public void write(Part sampler, ObjectNode file) {
        file.put(option, only);
      }
    };
  }

  /** A number that an option of the process is, too. */
  static SchedulerOption like(String option, double usual, String setting) {
    return new SchedulerOption() {
      @Override
      public void read(Options file, ObjectNode sampler) throws IOException {
        sampler.put(setting, file.number(option, usual));
      }

      @Override
      public void write(Part sampler, ObjectNode file) {
        double expected = file.path(option).asDouble(),
            got = sampler.take(setting).asDouble();
        SettingException.unless(
            got == expected,
            "{%s}: expected %s, which the process has, for diffusers, got %s",
            setting,
            expected,
            got);
      }
    };
  }

  /** The order of a method, from 1 up to the largest. */
  static SchedulerOption order(int usual, int largest) {
    return new SchedulerOption() {
      @Override
      public void read(Options file, ObjectNode sampler) throws IOException {
        int order = file.integer("solver_order", usual);
        if (order < 1 || order > largest) {
          throw file.wrong("solver_order", "1 to " + largest);
        }
        sampler.put("order", order);
      }

      @Override
      public void write(Part sampler, ObjectNode file) {
        int order = sampler.take("order").intValue();
        SettingException.unless(
            order <= largest, "{order}: expected 1 to %d for diffusers, got %d", largest, order);
        file.put("solver_order", order);
      }
    };
  }

  /** A setting that steps of first order do not have: a file may say it all the same. */
  static SchedulerOption unlessFirst(String setting, Object usual, SchedulerOption option) {
    return new SchedulerOption() {
      @Override
      public void read(Options file, ObjectNode sampler) throws IOException {
        option.read(file, sampler);
        if (file.integer("solver_order", 2) == 1) {
          sampler.set(setting, node(usual));
        }
      }

      @Override
      public void write(Part sampler, ObjectNode file) {
        option.write(sampler, file);
      }
    };
  }

  /** A yes or no that is the same here and there. */
  static SchedulerOption flag(String option, boolean usual, String setting) {
    return new SchedulerOption() {
      @Override
      public void read(Options file, ObjectNode sampler) throws IOException {
        sampler.put(setting, file.flag(option, usual));
      }

      @Override
      public void write(Part sampler, ObjectNode file) {
        file.set(option, sampler.take(setting));
      }
    };
  }

  /** A yes or no there that is one of two names here. */
  static SchedulerOption either(
      String option, boolean usual, String setting, String yes, String no) {
    return new SchedulerOption() {
      @Override
      public void read(Options file, ObjectNode sampler) throws IOException {
        sampler.put(setting, file.flag(option, usual) ? yes : no);
      }

      @Override
      public void write(Part sampler, ObjectNode file) {
        file.put(option, named(sampler, setting, List.of(yes, no)).equals(yes));
      }
    };
  }

  /**
   * Names there and here, in pairs. Where there are several for one of here, the first is written, and the
   * others are what diffusers replaces by it.
   */
  static SchedulerOption choice(String option, String setting, String... pairs) {
    Map<String, String> names = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      names.put(pairs[i], pairs[i + 1]);
    }
    return new SchedulerOption() {
      @Override
      public void read(Options file, ObjectNode sampler) throws IOException {
        sampler.put(setting, file.choice(option, pairs[0], names));
      }

      @Override
      public void write(Part sampler, ObjectNode file) {
        String value = named(sampler, setting, List.copyOf(names.values()));
        names.entrySet().stream()
            .filter(name -> name.getValue().equals(value))
            .findFirst()
            .ifPresent(name -> file.put(option, name.getKey()));
      }
    };
  }

  /** An option that has but these values here, of which the first is the usual one. */
  static SchedulerOption only(String option, String... values) {
    List<String> known = List.of(values);
    return new SchedulerOption() {
      @Override
      public void read(Options file, ObjectNode sampler) throws IOException {
        if (!known.contains(file.text(option, known.get(0)))) {
          throw file.wrong(option, known.size() == 1 ? known.get(0) : "one of " + names());
        }
      }

      @Override
      public void write(Part sampler, ObjectNode file) {
        String said = file.path(option).asText(known.get(0));
        SettingException.unless(
            known.contains(said),
            "{sampler}: expected %s to be one of %s for it in diffusers, got %s",
            option,
            names(),
            said);
        file.put(option, said);
      }

      private String names() {
        return String.join(", ", new TreeSet<>(known));
      }
    };
  }

  /** A lower bound there that is none: minus infinity, which is no number of JSON and left to default. */
  static SchedulerOption unbounded(String option) {
    return new SchedulerOption() {
      @Override
      public void read(Options file, ObjectNode sampler) throws IOException {
        JsonNode bound = file.tree().path(option);
        if (file.has(option) && bound.asDouble() != Double.NEGATIVE_INFINITY) {
          throw file.wrong(option, "-Infinity");
        }
      }

      @Override
      public void write(Part sampler, ObjectNode file) {
        // Left out.
      }
    };
  }

  /** The weight of the second derivative, which there is as published and has an effect in third order. */
  static SchedulerOption thirdOrder() {
    return new SchedulerOption() {
      @Override
      public void read(Options file, ObjectNode sampler) throws IOException {
        sampler.put("thirdOrder", file.integer("solver_order", 2) == 3 ? "published" : "exact");
      }

      @Override
      public void write(Part sampler, ObjectNode file) {
        String got = sampler.take("thirdOrder").asText();
        SettingException.unless(
            sampler.take("order").asInt() != 3 || got.equals("published"),
            "{thirdOrder}: expected published for diffusers, got %s",
            got);
      }
    };
  }

  /** A setting for which there is no option, as there is but one way. */
  static SchedulerOption always(String setting, Object value) {
    JsonNode only = node(value);
    return new SchedulerOption() {
      @Override
      public void read(Options file, ObjectNode sampler) {
        sampler.set(setting, only);
      }

      @Override
      public void write(Part sampler, ObjectNode file) {
        JsonNode got = sampler.take(setting);
        boolean same = got.isNumber() ? got.asDouble() == only.asDouble() : got.equals(only);
        SettingException.unless(
            same, "{%s}: expected %s for diffusers, got %s", setting, only.asText(), got.asText());
      }
    };
  }

  /** A setting for which there is no option, and which may be another as its caller decides. */
  static SchedulerOption asCalled(String setting, Object usual) {
    return new SchedulerOption() {
      @Override
      public void read(Options file, ObjectNode sampler) {
        sampler.set(setting, node(usual));
      }

      @Override
      public void write(Part sampler, ObjectNode file) {
        sampler.take(setting);
      }
    };
  }

  /** What is weighed follows from what is predicted; data are not known to it. */
  static SchedulerOption velocities() {
    return new SchedulerOption() {
      @Override
      public void read(Options file, ObjectNode sampler) throws IOException {
        sampler.put(
            "velocities",
            file.choice(
                "prediction_type", "epsilon", Map.of("epsilon", false, "v_prediction", true)));
      }

      @Override
      public void write(Part sampler, ObjectNode file) {
        String expected = sampler.take("velocities").booleanValue() ? "v_prediction" : "epsilon";
        String said = file.path("prediction_type").asText();
        SettingException.unless(
            said.equals(expected),
            "{velocities}: expected off with {predict} epsilon and on with v for diffusers, got it with %s",
            said);
      }
    };
  }

  /** Steps of PNDM lead equally far, which is from level to level where times are equally far apart. */
  static SchedulerOption stride() {
    return new SchedulerOption() {
      @Override
      public void read(Options file, ObjectNode sampler) throws IOException {
        boolean equal = !file.text("timestep_spacing", "leading").equals("leading");
        if (equal && !file.flag("skip_prk_steps", false)) {
          throw file.wrong("timestep_spacing", "leading without skip_prk_steps");
        }
        sampler.put("stride", equal ? "equal" : "level");
      }

      @Override
      public void write(Part sampler, ObjectNode file) {
        sampler.take("stride");
      }
    };
  }

  /** Orders of the last steps. */
  static SchedulerOption ending() {
    return new SchedulerOption() {
      @Override
      public void read(Options file, ObjectNode sampler) throws IOException {
        boolean lower = file.flag("lower_order_final", true);
        boolean euler = file.flag("euler_at_final", false);
        if (euler && !lower) {
          throw file.wrong("lower_order_final", "true with euler_at_final");
        }
        sampler.put("ending", euler ? "euler" : lower ? "lower" : "full");
      }

      @Override
      public void write(Part sampler, ObjectNode file) {
        String ending = sampler.take("ending").textValue();
        file.put("lower_order_final", !ending.equals("full"));
        file.put("euler_at_final", ending.equals("euler"));
      }
    };
  }

  /** The same of solvers that have no way to end with a step of first order. */
  static SchedulerOption plainEnding() {
    return either("lower_order_final", true, "ending", "lower", "full");
  }

  /** Whether the last group has a step of first order, as one that ends with data has to. */
  static SchedulerOption lastGroup() {
    return new SchedulerOption() {
      @Override
      public void read(Options file, ObjectNode sampler) throws IOException {
        boolean data = file.text("final_sigmas_type", "zero").equals("zero");
        sampler.put("lowerAtEnd", file.flag("lower_order_final", false) || data);
      }

      @Override
      public void write(Part sampler, ObjectNode file) {
        boolean lower = sampler.take("lowerAtEnd").booleanValue();
        SettingException.unless(
            lower || !sampler.take("end").asText().equals("data"),
            "{lowerAtEnd}: expected on with {end} data for diffusers, got off");
        file.put("lower_order_final", lower);
      }
    };
  }

  /** Steps that are not corrected; there may be none. */
  static SchedulerOption uncorrected() {
    return new SchedulerOption() {
      @Override
      public void read(Options file, ObjectNode sampler) throws IOException {
        List<Integer> steps =
            file.has("disable_corrector") && !file.isEmptyList("disable_corrector")
                ? file.integers("disable_corrector", List.of())
                : List.of();
        steps.forEach(sampler.putArray("uncorrected")::add);
      }

      @Override
      public void write(Part sampler, ObjectNode file) {
        file.set("disable_corrector", sampler.take("uncorrected"));
      }
    };
  }

  private static String named(Part sampler, String setting, List<String> known) {
    String value = sampler.take(setting).asText();
    SettingException.unless(
        known.contains(value),
        "{%s}: expected one of %s for diffusers, got %s",
        setting,
        String.join(", ", new TreeSet<>(known)),
        value);
    return value;
  }

  private static JsonNode node(Object value) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    if (value instanceof Boolean flag) {
      return nodes.booleanNode(flag);
    }
    if (value instanceof Integer number) {
      return nodes.numberNode(number.intValue());
    }
    return value instanceof Number number
        ? nodes.numberNode(number.doubleValue())
        : nodes.textNode(Text.of("%s", value));
  }
}
