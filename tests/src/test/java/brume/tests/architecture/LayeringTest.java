package brume.tests.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import brume.autograd.Differentiable;
import brume.tensor.kernel.BackendProvider;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.KernelTracer;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Data flows downward; each package knows only what lies below it. */
@AnalyzeClasses(packages = "brume", importOptions = ImportOption.DoNotIncludeTests.class)
class LayeringTest {

  @ArchTest
  static final ArchRule DATA_FLOWS_DOWNWARD = layeredArchitecture()
      .consideringOnlyDependenciesInLayers()
      .withOptionalLayers(true)
      .layer("tensor")
      .definedBy("brume.tensor..")
      .layer("cuda")
      .definedBy("brume.cuda..")
      .layer("autograd")
      .definedBy("brume.autograd..")
      .layer("nn")
      .definedBy("brume.nn..")
      .layer("diffusion")
      .definedBy("brume.diffusion..")
      .whereLayer("diffusion")
      .mayNotBeAccessedByAnyLayer()
      .whereLayer("nn")
      .mayOnlyBeAccessedByLayers("diffusion")
      .whereLayer("autograd")
      .mayOnlyBeAccessedByLayers("nn", "diffusion")
      .whereLayer("cuda")
      .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule PACKAGES_FORM_NO_CYCLES =
      slices().matching("brume.(**)").should().beFreeOfCycles();

  // ---- Inside diffusion: who may see whom -------------------------------------------------------

  private static final Map<String, List<String>> SEEN_BY_ROOMS = Map.ofEntries(
      Map.entry("settings", List.of()),
      Map.entry("image", List.of()),
      Map.entry("ranks", List.of()),
      Map.entry("metric", List.of("settings")),
      Map.entry("text", List.of("settings")),
      Map.entry("process", List.of("settings")),
      Map.entry("network", List.of("settings")),
      Map.entry("optimize", List.of("settings")),
      Map.entry("likelihood", List.of("process")),
      Map.entry("objective", List.of("settings", "process", "likelihood")),
      Map.entry("sampler", List.of("settings", "process")),
      Map.entry("guidance", List.of("settings", "process", "objective", "sampler")),
      Map.entry("sink", List.of("image")),
      Map.entry("data", List.of("settings", "image", "metric")),
      Map.entry(
          "recipe",
          List.of(
              "settings",
              "data",
              "network",
              "process",
              "objective",
              "optimize",
              "sampler",
              "guidance")),
      Map.entry(
          "run",
          List.of(
              "settings",
              "image",
              "text",
              "data",
              "network",
              "process",
              "likelihood",
              "objective",
              "optimize",
              "sampler",
              "guidance",
              "sink",
              "ranks",
              "recipe")),
      Map.entry(
          "evaluation",
          List.of("image", "data", "metric", "process", "objective", "sampler", "recipe", "run")),
      Map.entry("tensorboard", List.of("settings", "recipe", "run")),
      Map.entry("report", List.of("settings", "data", "objective", "recipe", "run")),
      Map.entry("web", List.of("image", "data", "recipe", "run", "report")),
      Map.entry(
          "exchange",
          List.of(
              "settings",
              "image",
              "text",
              "data",
              "network",
              "process",
              "sampler",
              "recipe",
              "run")),
      Map.entry(
          "pipeline",
          List.of(
              "settings",
              "image",
              "data",
              "process",
              "sampler",
              "guidance",
              "recipe",
              "run",
              "text",
              "exchange")));

  @ArchTest
  static void roomsSeeOnlyWhatLiesBelow(JavaClasses classes) {
    requireArrows(classes, "brume.diffusion.", SEEN_BY_ROOMS);
  }

  private static void requireArrows(
      JavaClasses classes, String house, Map<String, List<String>> seenByRooms) {
    seenByRooms.forEach((room, seen) -> {
      List<String> allowed = new ArrayList<>();
      allowed.add(house + room + "..");
      seen.forEach(other -> allowed.add(house + other + ".."));
      noClasses()
          .that()
          .resideInAPackage(house + room + "..")
          .should()
          .dependOnClassesThat(resideInAPackage(house + ".")
              .and(resideOutsideOfPackages(allowed.toArray(new String[0]))))
          .check(classes);
    });
  }

  @ArchTest
  static final ArchRule EVERY_ROOM_HAS_ITS_ARROWS = classes()
      .that()
      .resideInAPackage("brume.diffusion..")
      .should()
      .resideInAnyPackage(Stream.concat(SEEN_BY_ROOMS.keySet().stream(), Stream.of("cli"))
          .map(room -> "brume.diffusion." + room + "..")
          .toArray(String[]::new));

  // ---- Inside tensor-core -----------------------------------------------------------------------

  @ArchTest
  static final ArchRule TENSORS_KNOW_NOTHING_OF_OURS = noClasses()
      .that()
      .resideInAPackage("brume.tensor")
      .should()
      .dependOnClassesThat(resideInAPackage("brume..").and(resideOutsideOfPackage("brume.tensor")));

  @ArchTest
  static final ArchRule KERNELS_KNOW_TENSORS_AND_RANDOM_KEYS = noClasses()
      .that()
      .resideInAPackage("brume.tensor.kernel")
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage(
          "brume.tensor.math..",
          "brume.tensor.io..",
          "brume.tensor.reference..",
          "brume.tensor.cpu..");

  @ArchTest
  static final ArchRule RANDOM_KEYS_KNOW_NOTHING_OF_OURS = noClasses()
      .that()
      .resideInAPackage("brume.tensor.random..")
      .should()
      .dependOnClassesThat(
          resideInAPackage("brume..").and(resideOutsideOfPackage("brume.tensor.random..")));

  // ---- Backends are found, never named ----------------------------------------------------------

  @ArchTest
  static final ArchRule NOBODY_NAMES_THE_REFERENCE = onlyItselfKnows("brume.tensor.reference..");

  @ArchTest
  static final ArchRule NOBODY_NAMES_THE_CPU = onlyItselfKnows("brume.tensor.cpu..");

  @ArchTest
  static final ArchRule NOBODY_NAMES_CUDA = onlyItselfKnows("brume.cuda..");

  @ArchTest
  static final ArchRule BACKENDS_EXPORT_ONLY_THEIR_PLUG_INS = classes()
      .that()
      .resideInAnyPackage("brume.tensor.reference", "brume.tensor.cpu", "brume.cuda")
      .and()
      .arePublic()
      .should()
      .implement(BackendProvider.class)
      .orShould()
      .implement(KernelTracer.class);

  @ArchTest
  static final ArchRule ONLY_THE_CPU_USES_THE_VECTOR_API = noClasses()
      .that()
      .resideOutsideOfPackages("brume.tensor.cpu..", "brume.bench..")
      .should()
      .dependOnClassesThat()
      .resideInAPackage("jdk.incubator..");

  @ArchTest
  static final ArchRule ONLY_CUDA_USES_JCUDA = noClasses()
      .that()
      .resideOutsideOfPackage("brume.cuda..")
      .should()
      .dependOnClassesThat()
      .resideInAPackage("jcuda..");

  @ArchTest
  static final ArchRule ONLY_RANKS_CALL_NATIVE_LIBRARIES = noClasses()
      .that()
      .resideOutsideOfPackage("brume.diffusion.ranks..")
      .should()
      .dependOnClassesThat()
      .resideInAPackage("com.sun.jna..");

  // ---- Families of the CPU's kernels ------------------------------------------------------------

  private static final Map<String, List<String>> SEEN_BY_FAMILIES = Map.of(
      "loop", List.of(),
      "gemm", List.of("loop"),
      "patches", List.of("loop", "gemm"),
      "winograd", List.of("loop", "gemm", "patches"),
      "attention", List.of("loop", "gemm"),
      "norm", List.of("loop"));

  @ArchTest
  static void familiesSeeOnlyWhatLiesBelow(JavaClasses classes) {
    requireArrows(classes, "brume.tensor.cpu.", SEEN_BY_FAMILIES);
  }

  @ArchTest
  static final ArchRule FAMILIES_OF_KERNELS_HAVE_ONE_DOOR = classes()
      .that()
      .resideInAnyPackage(
          "brume.tensor.cpu.winograd", "brume.tensor.cpu.attention", "brume.tensor.cpu.norm")
      .and()
      .arePublic()
      .should()
      .haveNameMatching(".*\\.(Winograd|CpuAttention|CpuNormalization)");

  // ---- Who may call kernels ---------------------------------------------------------------------

  @ArchTest
  static final ArchRule LAYERS_COMPUTE_THROUGH_FUNCTIONS = noClasses()
      .that()
      .resideInAPackage("brume.nn..")
      .and()
      .resideOutsideOfPackage("brume.nn.optim..")
      .should()
      .dependOnClassesThat()
      .haveNameMatching("brume\\.tensor\\.kernel\\..*Kernels")
      .allowEmptyShould(true);

  @ArchTest
  static final ArchRule DIFFUSION_DRAWS_AND_COPIES_BUT_COMPUTES_WITH_NETWORKS = noClasses()
      .that()
      .resideInAPackage("brume.diffusion..")
      .should()
      .dependOnClassesThat()
      .haveNameMatching("brume\\.tensor\\.kernel\\.(?!Random|Indexing|Elementwise).*Kernels")
      .allowEmptyShould(true);

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_LINE_CHOOSES_A_BACKEND = noClasses()
      .that()
      .resideOutsideOfPackages("brume.tensor.kernel", "brume.diffusion.cli..", "brume.bench..")
      .should()
      .dependOnClassesThat()
      .areAssignableTo(Backends.class);

  /** Only what others read who offer no other way: AWT, the logger, JCuda. */
  @ArchTest
  static final ArchRule CHOICES_ARE_PASSED_AND_NOT_LEFT_IN_PROPERTIES = noClasses()
      .that()
      .haveNameNotMatching("brume\\.diffusion\\.(image\\.Headless|cli\\.Main)")
      .and()
      .haveNameNotMatching("brume\\.cuda\\.library\\.Natives")
      .should()
      .callMethod(System.class, "setProperty", String.class, String.class);

  /** But for the order of pictures, which runs of earlier versions go on with. */
  @ArchTest
  static final ArchRule RANDOM_NUMBERS_COME_FROM_KEYS = noClasses()
      .that()
      .doNotHaveSimpleName("Batches")
      .should()
      .dependOnClassesThat()
      .haveNameMatching("java\\.util\\.(Splittable)?Random");

  // ---- Forms and names --------------------------------------------------------------------------

  @ArchTest
  static final ArchRule STEPS_ARE_RECORDS =
      classes().that().implement(Differentiable.class).should().beRecords();

  @ArchTest
  static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS = noClasses()
      .should()
      .haveNameMatching(".*(Utils?|Helpers?|Managers?|Impl|Info)")
      .orShould()
      .haveNameMatching(".*\\.Abstract[A-Z].*");

  private static ArchRule onlyItselfKnows(String backend) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(backend, "brume.bench..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(backend);
  }
}
