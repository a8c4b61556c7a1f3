package brume.autograd.einsum;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContractionCompilerTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ij,jk->ik                | 3 4;4 5                | Product",
        "ij,jk->ki                | 3 4;4 5                | Product",
        "ji,kj->ik                | 4 3;5 4                | Product",
        "bhid,bhjd->bhij          | 2 3 4 5;2 3 6 5        | Product",
        "bihd,bjhd->bhij          | 2 40 3 50;2 60 3 50    | Product",
        "bhij,bjhd->bihd          | 2 3 40 60;2 60 3 50    | Product",
        "bchw,oc->bohw            | 2 3 4 5;6 3            | Product",
        "bhwHW,bcHW->bchw         | 2 3 4 5 6;2 7 5 6      | Product",
        "...ij,...jk->...ik       | 3 1 20 40;5 40 30      | Product",
        "iij,jk->ik               | 3 3 4;4 5              | Product",
        "i,j->ij                  | 3;4                    | Product",
        "i,i->                    | 3;3                    | Product",
        "bihd,bjhd->bhij          | 2 4 3 5;2 6 3 5        | Gather Gather Product",
        "ij,ij->ij                | 3 4;3 4                | Multiply",
        "ij,ji->ij                | 3 4;4 3                | Gather Multiply",
        "ij,i->ij                 | 3 4;3                  | Multiply",
        "ij,jk->k                 | 3 4;4 5                | Add Product",
        "ij->                     | 3 4                    | Add",
        "iji->j                   | 3 4 3                  | Add",
        "iji->ij                  | 3 4 3                  | Gather",
        "ij->ij                   | 3 4                    | Gather",
        "ij,jk,kl->il             | 2 3;3 4;4 5            | Product Product",
        "ij,jk->ik                | 3 0;0 5                | ''",
      })
  void copiesOnlyWhatNoMatrixProductCanRead(String text, String shapes, String steps) {
    List<Shape> all = Arrays.stream(shapes.split(";")).map(this::shape).toList();
    Program program = ContractionCompiler.compile(EinsumSpec.of(text).on(all).contraction());
    assertEquals(steps, names(program));
  }

  @Test
  void gradientsOfMatrixProductsAreMatrixProducts() {
    Contraction product = EinsumSpec.of("bihd,bjhd->bhij")
        .on(List.of(Shape.of(2, 40, 3, 50), Shape.of(2, 60, 3, 50)))
        .contraction();
    assertEquals("Product", names(ContractionCompiler.compile(product.gradient(0))));
    assertEquals("Product", names(ContractionCompiler.compile(product.gradient(1))));
  }

  @Test
  void gradientsPutDiagonalsBackAndRepeatWhatWasSummed() {
    Contraction trace = EinsumSpec.of("ii").on(List.of(Shape.of(4, 4))).contraction();
    assertEquals("Gather Scatter", names(ContractionCompiler.compile(trace.gradient(0))));
    Contraction sum = EinsumSpec.of("ij->i").on(List.of(Shape.of(3, 4))).contraction();
    assertEquals("Gather", names(ContractionCompiler.compile(sum.gradient(0))));
  }

  private static String names(Program program) {
    return program.steps().stream()
        .map(step -> step.getClass().getSimpleName())
        .collect(Collectors.joining(" "));
  }

  private Shape shape(String dims) {
    return Shape.of(Arrays.stream(dims.split(" ")).mapToInt(Integer::parseInt).toArray());
  }
}
