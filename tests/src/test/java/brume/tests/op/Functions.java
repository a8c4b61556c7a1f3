package brume.tests.op;

import static java.util.stream.Collectors.toMap;

import brume.autograd.Differentiable;
import brume.autograd.Variable;
import brume.autograd.function.pointwise.Pointwise;
import brume.tensor.kernel.Backends;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The differentiable functions: records of module autograd that implement {@link Differentiable}. */
final class Functions {

  private Functions() {}

  /** The code of each of Brume's, by the name it has on the tape. */
  static Map<String, Set<? extends JavaCodeUnit>> all() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("brume.autograd")
            .stream()
            .filter(type -> type.isAssignableTo(Differentiable.class) && !type.isInterface())
            .flatMap(Functions::in)
            .collect(toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new));
  }

  /** A record is a function, except the one that has a static method for each of many. */
  private static Stream<Map.Entry<String, Set<? extends JavaCodeUnit>>> in(JavaClass type) {
    if (!type.isEquivalentTo(Pointwise.class)) {
      return Stream.of(Map.entry(type.getSimpleName(), type.getCodeUnits()));
    }
    return type.getMethods().stream()
        .filter(Functions::isPublicAndStatic)
        .map(method -> Map.entry(type.getSimpleName() + "." + method.getName(), Set.of(method)));
  }

  private static boolean isPublicAndStatic(JavaMember member) {
    return member.getModifiers().containsAll(Set.of(JavaModifier.PUBLIC, JavaModifier.STATIC));
  }

  /** The function a case is about: that of the last step, which a variable prints first. */
  static String of(OpCase op) {
    Variable y = op.function().apply(op.on(Backends.reference(), OpCase::normal));
    return y.toString().substring(0, y.toString().indexOf(' '));
  }
}
