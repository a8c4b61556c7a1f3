package brume.tests.op;

import brume.autograd.Differentiable;
import brume.autograd.Variable;
import brume.tensor.kernel.Backends;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The records that implement {@link Differentiable}. */
final class Functions {

  private Functions() {}

  /** All of Brume's, by simple name. */
  static Map<String, JavaClass> all() {
    return new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("brume").stream()
            .filter(type -> type.isAssignableTo(Differentiable.class) && !type.isInterface())
            .collect(Collectors.toMap(
                JavaClass::getSimpleName, type -> type, (a, b) -> a, TreeMap::new));
  }

  /** The function a case is about: that of the last step, which a variable prints first. */
  static String of(OpCase op) {
    Variable y = op.function().apply(op.on(Backends.reference(), OpCase::normal));
    return y.toString().substring(0, y.toString().indexOf(' '));
  }
}
