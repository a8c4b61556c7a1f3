package brume.tests.golden;

import java.util.List;
import java.util.Optional;

/** All that Brume can be asked. */
final class CaseRunners {

  static final List<CaseRunner> ALL = List.of(
      new TorchOps(),
      new TimeEncodings(),
      new LucidrainsLayers(),
      new LucidrainsModels(),
      new KarrasModels(),
      new EdmModels(),
      new TqchModels(),
      new TqchLayers(),
      new BlogLayers(),
      new BlogModels(),
      new DiffusersModels(),
      new DiTRunner(),
      new Autoencoders(),
      new ConditionalUnets(),
      new Priors(),
      new JointTransformers(),
      new StoredNetworks(),
      new Adaptations(),
      new RepaintRunner(),
      new UVitModels(),
      new DiTPipelines(),
      new Optimizers(),
      new ClippedGradients(),
      new Averages(),
      new LearningRates(),
      new LucidrainsTraining(),
      new TqchTraining(),
      new ScheduleRunner(),
      new TimesRunner(),
      new LikelihoodRunner(),
      new ProcessFunctionsRunner(),
      new ReverseStepRunner(),
      new TrainingLossRunner(),
      new BoundRunner(),
      new TrajectoryRunner(),
      new GuidanceRunner(),
      new GuidanceTrajectories(),
      new ClassifierTrajectories(),
      new GuidedModels(),
      new DiffusersRunner(),
      new DiffusersPipelines(),
      new HeunRunner(),
      new SolverRunner(),
      new InverseRunner(),
      new RespacedTablesRunner(),
      new LogSnrRunner(),
      new KarrasFunctionsRunner(),
      new ContinuousLossRunner(),
      new FlowLossRunner(),
      new ChosenNoiseRunner(),
      new ContinuousTrajectoryRunner(),
      new ContinuousSchedulerRunner(),
      new TokenizerRunner(),
      new TextEncoders(),
      new TextPipelines(),
      new UnclipPipelines(),
      new PixelPipelines(),
      new ClipPicturesRunner(),
      new InceptionRunner(),
      new Metrics());

  private CaseRunners() {}

  /** The first runner that knows a case. */
  static Optional<CaseRunner> forCase(GoldenCase asked) {
    return ALL.stream().filter(runner -> runner.knows(asked)).findFirst();
  }
}
