package brume.nn.text;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.Pass;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The layers of a tower, one behind the other. */
final class ClipLayers {

  private final List<ClipLayer> layers;

  ClipLayers(Parameters at, TransformerConfig config) {
    List<ClipLayer> built = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      built.add(new ClipLayer(at.child("layers." + i), config));
    }
    this.layers = List.copyOf(built);
  }

  private ClipLayers(List<ClipLayer> layers) {
    this.layers = layers;
  }

  /** The same layers in a tower that is being built. */
  ClipLayers rebuilt() {
    return new ClipLayers(layers.stream().map(ClipLayer::rebuilt).toList());
  }

  /** What goes in, and what comes out of each layer. */
  List<Variable> states(Variable x, Optional<Variable> added, Pass pass) {
    List<Variable> states = new ArrayList<>(List.of(x));
    for (ClipLayer layer : layers) {
      states.add(layer.forward(states.get(states.size() - 1), added, pass));
    }
    return states;
  }
}
