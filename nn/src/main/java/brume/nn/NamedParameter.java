package brume.nn;

import brume.autograd.Variable;

/**
 * A parameter and what others call it.
 *
 * @param path its place in the tree of layers, in the words of the system the network comes from,
 *     such as {@code downs.0.0.block1.proj.weight}
 * @param variable its numbers
 * @param layout how that system orders them
 */
public record NamedParameter(String path, Variable variable, StoredLayout layout) {

  NamedParameter under(String parent) {
    return new NamedParameter(parent + "." + path, variable, layout);
  }
}
