package brume.diffusion.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings engine on settings of a drawing. */
class SettingsTest {

  private static final JsonMapper JSON = new JsonMapper();

  enum Color {
    RED,
    DARK_BLUE
  }

  interface Figure {}

  record Circle(
      @About(value = "Radius.", min = 0, max = 9) double radius, @About("Color.") Color color)
      implements Figure {}

  record Square(@About(value = "Side.", min = 1) int side) implements Figure {
    Square {
      SettingException.unless(side != 13, "{side}: expected luck, got %d", side);
    }
  }

  record Framed(@About("Inside.") Figure inside, @About("Gap.") double gap) implements Figure {
    Framed {
      if (gap == 7) {
        throw new IllegalArgumentException("gap: expected no 7");
      }
    }
  }

  record Paper(
      @About(value = "Width.", min = 1, option = "paper-width") int width,
      @About(value = "Note.", optional = true) String note) {}

  record Drawing(
      @About("Seed.") long seed,
      Paper paper,
      @About("What is drawn.") Figure figure,
      @About(value = "Sizes.", min = 1) List<Integer> sizes,
      @About(value = "Weights.", optional = true) List<Double> weights,
      @About("Bold.") boolean boldLines) {}

  private static Catalog<Figure> catalog() {
    return Catalog.of("figure", "figures", Figure.class)
        .add("circle", new Circle(1, Color.RED), "Round.", "Euclid")
        .add("square", new Square(2), "Not round.", "")
        .add("framed", new Framed(new Square(3), 0.5), "Something in a frame.", "");
  }

  private static final Drawing BASE = new Drawing(
      5, new Paper(100, ""), new Circle(2, Color.DARK_BLUE), List.of(1, 2), List.of(), true);

  private final Settings engine = new Settings(List.of(catalog()));

  private Drawing read(String json) {
    return engine.read(tree(json), BASE);
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json.replace('\'', '"'));
    } catch (IOException wrong) {
      throw new IllegalArgumentException(wrong);
    }
  }

  private void refused(String json, String sentence) {
    assertEquals(
        sentence, assertThrows(SettingException.class, () -> read(json)).getMessage());
  }

  // ---- Layers -----------------------------------------------------------------------------------

  @Test
  void allIsWrittenAndComesBack() {
    ObjectNode written = engine.write(BASE);
    assertEquals(
        tree("""
            {'seed': 5, 'paper': {'width': 100, 'note': ''},
             'figure': {'kind': 'circle', 'radius': 2.0, 'color': 'dark-blue'},
             'sizes': [1, 2], 'weights': [], 'boldLines': true}
            """)
            .toString(),
        written.toString());
    Drawing other = new Drawing(
        0,
        new Paper(1, "x"),
        new Framed(new Circle(3, Color.RED), 1),
        List.of(7),
        List.of(.5),
        false);
    assertEquals(BASE, engine.read(written, other));
    assertEquals(other, engine.read(engine.write(other), BASE));
  }

  @Test
  void whatIsMissingStaysAsItIs() {
    assertEquals(BASE, read("{}"));
    assertEquals(
        new Drawing(9, new Paper(100, "new"), BASE.figure(), List.of(1, 2), List.of(), true),
        read("{'seed': 9, 'paper': {'note': 'new'}}"));
  }

  @Test
  void theSameKindKeepsItsSettingsAndAnotherBeginsWithItsDefaults() {
    assertEquals(
        new Circle(3, Color.DARK_BLUE), read("{'figure': {'radius': 3}}").figure());
    assertEquals(
        new Circle(3, Color.DARK_BLUE),
        read("{'figure': {'kind': 'circle', 'radius': 3}}").figure());
    assertEquals(new Square(2), read("{'figure': {'kind': 'square'}}").figure());
    assertEquals(new Square(2), read("{'figure': 'square'}").figure());
    assertEquals(BASE.figure(), read("{'figure': 'circle'}").figure());
  }

  @Test
  void choicesMayStandInChoices() {
    assertEquals(
        new Framed(new Circle(4, Color.RED), 0.5),
        read("{'figure': {'kind': 'framed', 'inside': {'kind': 'circle', 'radius': 4}}}")
            .figure());
    assertEquals(
        new Framed(new Framed(new Square(3), 2), 0.5),
        read("{'figure': {'kind': 'framed', 'inside': {'kind': 'framed', 'gap': 2}}}")
            .figure());
  }

  // ---- What is refused --------------------------------------------------------------------------

  @Test
  void unknownKeysAreRefusedWithTheNearest() {
    refused(
        "{'sead': 1}",
        "settings: expected one of the settings seed, paper, figure, sizes, weights, boldLines, got"
            + " 'sead'; did you mean seed");
    refused(
        "{'paper': {'height': 1}}",
        "{paper}: expected one of the settings width, note, got 'height'");
    refused(
        "{'figure': {'kind': 'square', 'radius': 1}}",
        "{figure}: expected one of the settings kind, side, got 'radius'");
    refused(
        "{'figure': {'kind': 'cirkle'}}",
        "{figure}: expected one of circle, square, framed, got cirkle; did you mean circle");
    refused("{'figure': {'kind': 3}}", "{figure}: expected the name of a kind, got 3");
    refused("{'figure': 3}", "{figure}: expected an object with settings, got 3");
    refused("{'paper': []}", "{paper}: expected an object with settings, got []");
    refused("[]", "expected an object with settings, got []");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'seed': '5'} | {seed}: expected a whole number, got \"5\"",
        "{'seed': 5.0} | {seed}: expected a whole number, got 5.0",
        "{'seed': null} | {seed}: expected a whole number, got null",
        "{'seed': 99999999999999999999} | {seed}: expected a whole number, got 99999999999999999999",
        "{'paper': {'width': 0}} | {paper.width}: expected 1 or more, got 0",
        "{'paper': {'width': 9999999999}} | {paper.width}: expected a whole number from 1 to 2147483647, got 9999999999",
        "{'figure': {'radius': 10}} | {figure.radius}: expected 0 to 9, got 10",
        "{'figure': {'radius': -1e-9}} | {figure.radius}: expected 0 to 9, got -0.000000001",
        "{'figure': {'radius': 1e999}} | {figure.radius}: expected 0 to 9, got Infinity",
        "{'figure': {'radius': 'NaN'}} | {figure.radius}: expected a number, got \"NaN\"",
        "{'figure': {'radius': true}} | {figure.radius}: expected a number, got true",
        "{'figure': {'color': 'bleu'}} | {figure.color}: expected one of red, dark-blue, got bleu",
        "{'figure': {'color': 1}} | {figure.color}: expected one of red, dark-blue, got 1",
        "{'sizes': []} | {sizes}: expected at least one value, got none",
        "{'sizes': 1} | {sizes}: expected a list, each a whole number, got 1",
        "{'sizes': [1, 0]} | {sizes}: expected 1 or more, got 0",
        "{'sizes': [1, 'x']} | {sizes}: expected a whole number, got \"x\"",
        "{'boldLines': 1} | {boldLines}: expected true or false, got 1",
        "{'boldLines': 'true'} | {boldLines}: expected true or false, got \"true\"",
        "{'paper': {'note': 1}} | {paper.note}: expected a text, got 1",
      })
  void valuesAreOfTheirTypeAndInTheirRange(String json, String sentence) {
    refused(json, sentence);
  }

  @Test
  void constantsAreReadInAnySpellingAndEmptyWhereTheyMayBe() {
    for (String spelling : List.of("dark-blue", "DARK_BLUE", "Dark-Blue")) {
      Figure figure =
          read("{'figure': {'kind': 'circle', 'color': '" + spelling + "'}}").figure();
      assertEquals(Color.DARK_BLUE, ((Circle) figure).color());
    }
    assertEquals(List.of(), read("{'weights': []}").weights());
    assertEquals(List.of(1.0, 0.5), read("{'weights': [1, 0.5]}").weights());
  }

  @Test
  void whatARecordRefusesIsSaid() {
    refused("{'figure': {'kind': 'square', 'side': 13}}", "{side}: expected luck, got 13");
    refused("{'figure': {'kind': 'framed', 'gap': 7}}", "{figure}: gap: expected no 7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\": 1} {}",
        "{\"a\": 1, \"a\": 2}",
        "[1]",
        "",
        "{\"a\": NaN}",
        "{'a': 1}",
        "{\"a\": 1,}"
      })
  void filesHoldOneObjectAndNothingElse(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    IOException said = assertThrows(
        IOException.class, () -> SettingsFile.read(new ByteArrayInputStream(bytes), "file"));
    assertEquals("file: expected ", said.getMessage().substring(0, 15));
  }

  // ---- One by one -------------------------------------------------------------------------------

  @Test
  void kindsComeBeforeTheirSettings() {
    Drawing framed = read("{'figure': {'kind': 'framed', 'inside': 'circle'}}");
    assertEquals(
        List.of(
            "seed",
            "paper.width",
            "paper.note",
            "figure",
            "figure.inside",
            "figure.inside.radius",
            "figure.inside.color",
            "figure.gap",
            "sizes",
            "weights",
            "boldLines"),
        engine.list(framed).stream().map(Setting::key).toList());
    assertEquals(
        List.of(
            "--seed 5",
            "--paper-width 100",
            "--note ",
            "--figure framed",
            "--inside circle",
            "--radius 1",
            "--color red",
            "--gap 0.5",
            "--sizes 1,2",
            "--weights ",
            "--bold-lines on"),
        engine.list(framed).stream().map(s -> s.option() + " " + s.plain()).toList());
  }

  /** Each setting, as a person would write it, laid over other settings by its words. */
  @Test
  void whatIsPrintedCanBeReadAgain() {
    Drawing other =
        new Drawing(0, new Paper(1, "x"), new Square(1), List.of(7), List.of(.5), false);
    ObjectNode words = JSON.createObjectNode();
    for (Setting setting : engine.list(BASE)) {
      Settings.put(setting, setting.parse(setting.plain()), words);
    }
    words.withObjectProperty("paper").put("note", "");
    assertEquals(BASE, engine.read(words, other));
  }

  @ParameterizedTest
  @CsvSource({
    "seed,1e3,1000",
    "seed,7,7",
    "seed,-2.0,-2",
    "boldLines,off,false",
    "boldLines,YES,true"
  })
  void wordsBecomeValues(String key, String word, String json) {
    assertEquals(json, setting(key).parse(word).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "seed,1.5,'expected a whole number, got ''1.5'''",
    "seed,99999999999999999999,'expected a whole number, got ''99999999999999999999'''",
    "boldLines,maybe,'expected true or false, got ''maybe'''",
    "sizes,'1,x','expected a whole number, got ''x'''"
  })
  void wordsThatAreNoneAreRefused(String key, String word, String sentence) {
    assertEquals(
        sentence,
        assertThrows(SettingException.class, () -> setting(key).parse(word)).getMessage());
  }

  private Setting setting(String key) {
    return engine.list(BASE).stream()
        .filter(s -> s.key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void numbersAreWrittenAlikeEverywhere() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG"));
      refused(
          "{'paper': {'width': 9999999999}}",
          "{paper.width}: expected a whole number from 1 to 2147483647, got 9999999999");
      refused("{'figure': {'radius': 10}}", "{figure.radius}: expected 0 to 9, got 10");
    } finally {
      Locale.setDefault(before);
    }
  }

  // ---- Catalogs ---------------------------------------------------------------------------------

  record Star(@About(value = "Points.", min = 3) int points) implements Figure {}

  @Test
  void anOwnKindIsOneCallAway() {
    Catalog<Figure> mine = catalog().add("star", new Star(5), "Mine.", "");
    Settings settings = new Settings(List.of(mine));
    Drawing drawn = settings.read(tree("{'figure': {'kind': 'star', 'points': 7}}"), BASE);
    assertEquals(new Star(7), drawn.figure());
    assertEquals("star", settings.write(drawn).path("figure").path("kind").asText());
  }

  @Test
  void namesAndClassesAreTakenOnce() {
    assertThrows(
        IllegalArgumentException.class, () -> catalog().add("circle", new Star(5), "", ""));
    assertThrows(IllegalArgumentException.class, () -> catalog()
        .add("disc", new Circle(1, Color.RED), "", ""));
    assertThrows(
        IllegalArgumentException.class, () -> catalog().add("A star", new Star(5), "", ""));
    assertThrows(
        IllegalArgumentException.class, () -> catalog().add("none", new Figure() {}, "", ""));
    assertThrows(IllegalArgumentException.class, () -> engine.write(withStar()));
  }

  private static Drawing withStar() {
    return new Drawing(0, new Paper(1, ""), new Star(5), List.of(1), List.of(), false);
  }

  // ---- Sentences --------------------------------------------------------------------------------

  @Test
  void sentencesNameWhatPeopleKnow() {
    SettingException said =
        new SettingException("{groups}: expected a divisor of {network.dim}, got 3 {of these}");
    assertEquals(
        "--groups: expected a divisor of --network.dim, got 3 {of these}",
        said.sentence(key -> "--" + key));
  }

  @ParameterizedTest
  @CsvSource({
    "cosin, '; did you mean cosine'",
    "COSINE, '; did you mean cosine'",
    "liner, '; did you mean linear'",
    "quadratic, ''",
    "x, ''"
  })
  void guessesAreNear(String word, String guess) {
    assertEquals(guess, Guess.of(word, List.of("linear", "cosine")));
  }
}
