package brume.diffusion.web;

import brume.diffusion.image.GifFrames;
import brume.diffusion.recipe.Comparison;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.report.Curve;
import brume.diffusion.report.GrowingLog;
import brume.diffusion.report.LogLine;
import brume.diffusion.report.RunFiles;
import brume.diffusion.report.RunReport;
import brume.diffusion.run.RunFolder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which address shows what:
 *
 * <pre>
 *   /  /page/NAME  /library/NAME              the page itself
 *   /api/runs                                 all runs, and how far they are
 *   /api/runs/RUN                             one of them
 *   /api/runs/RUN/curve  .../curve/FIRST/LAST   its log, or some steps of it, finer
 *   /api/runs/RUN/pictures/NAME               a picture of its folder
 *   /api/runs/RUN/frames  .../frames/N        its denoising, frame by frame
 *   /api/differences/RUN/RUN...               what differs between recipes
 *   /api/drawing  .../samples.png  .../frames/N   what is being drawn: GET, POST to begin, DELETE to cancel
 * </pre>
 */
final class Routes {

  private static final JsonMapper JSON = new JsonMapper();
  private static final int MOST_ASKED = 1 << 14; // bytes

  private final Runs runs;
  private final Desk desk;
  private final PageFiles page = new PageFiles();
  private final Map<Path, GrowingLog> logs = new ConcurrentHashMap<>();

  Routes(Runs runs, Desk desk) {
    this.runs = runs;
    this.desk = desk;
  }

  /** Reads all logs, the newest first, so that nobody who opens the page has to wait for them. */
  void readAhead() {
    try {
      List<RunFolder> found = new ArrayList<>(runs.all().values());
      found.sort(Comparator.comparingLong(Routes::lastWorkedOn).reversed());
      for (RunFolder folder : found) {
        log(folder).read(Curve::tag);
      }
    } catch (IOException | UncheckedIOException unreadable) {
      return; // which is told once somebody asks for it
    }
  }

  private static long lastWorkedOn(RunFolder folder) {
    try {
      return folder.lastWorkedOn().toMillis();
    } catch (IOException unknown) {
      return 0;
    }
  }

  Answer answer(HttpExchange asked) throws IOException {
    List<String> path = path(asked);
    boolean api = path.size() >= 2 && path.get(0).equals("api");
    if (!api) {
      return page.answer(path);
    }
    List<String> rest = path.subList(2, path.size());
    return switch (path.get(1)) {
      case "runs" -> rest.isEmpty() ? all() : run(rest);
      case "differences" -> differences(rest);
      case "drawing" -> drawing(asked, rest);
      default -> Answer.nothingHere();
    };
  }

  /** The parts of a path, decoded one by one: what is decoded to a slash separates nothing. */
  private static List<String> path(HttpExchange asked) {
    return Arrays.stream(asked.getRequestURI().getRawPath().split("/"))
        .filter(part -> !part.isEmpty())
        .map(part -> URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8))
        .toList();
  }

  private GrowingLog log(RunFolder folder) {
    return logs.computeIfAbsent(folder.log(), GrowingLog::new);
  }

  private Answer all() throws IOException {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    Map<String, RunFolder> found = runs.all();
    logs.keySet().retainAll(found.values().stream().map(RunFolder::log).toList());
    for (Map.Entry<String, RunFolder> each : found.entrySet()) {
      ObjectNode run = all.addObject().put("name", each.getKey());
      try {
        RunReport report = RunReport.of(each.getValue());
        run.put("data", report.recipe().data().title());
        run.put("of", report.recipe().training().steps());
        LogLine last = GrowingLog.last(each.getValue().log());
        run.put("step", last.step());
        run.put("size", sizeOf(each.getValue().log()));
        run.put("updated", each.getValue().lastWorkedOn().toMillis());
        run.put("loss", finite(last.value(Curve.Value.LOSS)));
        run.put("state", report.state(last.step()).word());
        run.put("samples", report.samples().size());
      } catch (IOException | IllegalArgumentException unreadable) {
        run.put("state", "unreadable").put("sentence", String.valueOf(unreadable.getMessage()));
      }
    }
    return Answer.json(all, Integer.toHexString(all.toString().hashCode()));
  }

  private static long sizeOf(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private Answer run(List<String> path) throws IOException {
    Optional<RunFolder> named = runs.named(path.get(0));
    if (named.isEmpty()) {
      return Answer.refusal(404, "run: expected one that is watched, got another");
    }
    RunFolder folder = named.get();
    if (path.size() == 1) {
      return Answer.json(RunReport.of(folder).tree().put("name", path.get(0)));
    }
    String name = String.join("/", path.subList(2, path.size()));
    return switch (path.get(1)) {
      case "curve" -> curve(log(folder), path.subList(2, path.size()));
      case "pictures" -> picture(RunFiles.picture(folder, name));
      case "frames" -> frames(RunFiles.picture(folder, "denoising.gif"), name);
      default -> Answer.nothingHere();
    };
  }

  private static Answer curve(GrowingLog log, List<String> steps) throws IOException {
    if (steps.isEmpty()) {
      return log.read(Routes::curve);
    }
    if (steps.size() != 2 || !steps.stream().allMatch(step -> step.matches("[0-9]{1,9}"))) {
      return Answer.refusal(400, "steps: expected the first and the last, got others");
    }
    return curve(log.between(Integer.parseInt(steps.get(0)), Integer.parseInt(steps.get(1))));
  }

  private static Answer curve(Curve curve) throws IOException {
    return Answer.json(curve.tree(), curve.tag());
  }

  private static Answer picture(Optional<Path> file) throws IOException {
    return file.isPresent() ? Answer.file(file.get()) : Answer.nothingHere();
  }

  /** The number of frames, or one. */
  private static Answer frames(Optional<Path> gif, String number) throws IOException {
    if (gif.isEmpty() || !number.matches("[0-9]{0,4}")) {
      return Answer.nothingHere();
    }
    if (number.isEmpty()) {
      return Answer.json(
          JsonNodeFactory.instance.objectNode().put("frames", GifFrames.count(gif.get())));
    }
    return Answer.bytes("frame.png", GifFrames.png(gif.get(), Integer.parseInt(number)));
  }

  private Answer differences(List<String> names) throws IOException {
    List<Recipe> recipes = new ArrayList<>();
    for (String name : names) {
      Optional<RunFolder> folder = runs.named(name);
      if (folder.isEmpty()) {
        return Answer.nothingHere();
      }
      recipes.add(RunReport.of(folder.get()).recipe());
    }
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    for (Comparison.Difference each : Comparison.between(recipes)) {
      ObjectNode row = rows.addObject().put("key", each.key());
      each.values().forEach(row.putArray("values")::add);
    }
    return Answer.json(rows);
  }

  private Answer drawing(HttpExchange asked, List<String> path) throws IOException {
    String method = asked.getRequestMethod();
    if (method.equals("DELETE")) {
      desk.cancel();
      return Answer.json(desk.tree());
    }
    if (method.equals("POST")) {
      return begin(wish(Answer.textOf(asked, MOST_ASKED)));
    }
    if (path.isEmpty()) {
      return Answer.json(desk.tree());
    }
    return path.get(0).equals("frames")
        ? frames(desk.picture(Desk.STEPS), String.join("/", path.subList(1, path.size())))
        : picture(desk.picture(String.join("/", path)));
  }

  private static JsonNode wish(String said) {
    try {
      return JSON.readTree(said);
    } catch (JsonProcessingException broken) {
      throw new IllegalArgumentException(
          "body: expected an object of JSON, got another text", broken);
    }
  }

  private Answer begin(JsonNode said) throws IOException {
    Wish wish = Wish.of(said);
    Optional<RunFolder> folder = runs.named(wish.run());
    if (folder.isEmpty()) {
      return Answer.refusal(404, "run: expected one that is watched, got another");
    }
    return desk.begin(wish, folder.get())
        ? Answer.json(desk.tree())
        : Answer.refusal(
            409, "drawing: expected one at a time, another is being drawn; wait or cancel");
  }
}
