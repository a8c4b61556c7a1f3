package brume.nn.text;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.Pass;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The layers of a tower, one behind the other. */
final class ClipLayers {

  private final List<ClipLayer> layers = new ArrayList<>();

  ClipLayers(Parameters at, TransformerConfig config) {
    for (int i = 0; i < config.layers(); i++) {
      layers.add(new ClipLayer(at.child("layers." + i), config));
    }
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
