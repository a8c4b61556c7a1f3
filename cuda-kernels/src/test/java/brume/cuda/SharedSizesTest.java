package brume.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes that a kernel and its launch must agree on have the same name and value in both. */
class SharedSizesTest {

  @ParameterizedTest
  @CsvSource({
    "gemm.cu, PtxProducts, PART",
    "gemm.cu, CudaMatmul, LAYERS",
    "tile.cuh, Tile, THREADS",
    "tile.cuh, Tile, DEPTH",
    "optimizer.cu, TensorGroups, CHUNK",
    "optimizer.cu, TensorGroups, TABLE_BYTES",
    "rows.cuh, StridedRows, MAX_AXES",
    "strided.cu, StridedMoves, MAX_AXES",
    "attention.cu, CudaSoftmax, WIDTH",
    "attention.cu, CudaSoftmax, HEIGHT",
    "attention.cu, CudaSoftmax, PART",
    "channel_sums.cu, ChannelSums, THREADS",
    "group_norm.cu, CudaGroupNorm, THREADS",
    "rms_norm.cu, CudaNormalization, THREADS",
    "rms_norm.cu, CudaNormalization, TILE",
    "short_attention.cu, CudaShortAttention, LANES",
    "short_attention.cu, CudaShortAttention, WARPS",
    "linear_attention.cu, CudaLinearAttention, LANES",
    "linear_attention.cu, CudaLinearAttention, WARPS",
    "linear_attention.cu, CudaLinearAttention, POSITIONS"
  })
  void kernelsAndTheirLaunchesAgree(String source, String launch, String name)
      throws IOException, ReflectiveOperationException {
    String text = Files.readString(Path.of("src/main/cuda", source));
    Matcher declared = Pattern.compile("(?m)^const(?:expr)? int (?:.*, )?" + name + " = (\\d+)")
        .matcher(text);
    assertTrue(declared.find(), source + " declares no " + name);
    Field field = Class.forName("brume.cuda." + launch).getDeclaredField(name);
    field.setAccessible(true);
    assertEquals(field.getInt(null), Integer.parseInt(declared.group(1)), source + ": " + name);
  }
}
