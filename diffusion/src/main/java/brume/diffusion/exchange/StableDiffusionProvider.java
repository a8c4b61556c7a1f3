package brume.diffusion.exchange;

import brume.diffusion.network.Pretrained;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** {@link StableDiffusionFolder} for runs that learn with its parts. */
public final class StableDiffusionProvider implements Pretrained.Provider {

  @Override
  public boolean knows(Path place) throws IOException {
    return StableDiffusionFolder.isOne(place);
  }

  @Override
  public Pretrained open(Path folder) throws IOException {
    return StableDiffusionFolder.open(folder, Optional.empty());
  }
}
