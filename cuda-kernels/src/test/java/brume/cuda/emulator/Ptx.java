package brume.cuda.emulator;

import brume.cuda.driver.Arguments;
import brume.cuda.driver.Grid;
import brume.cuda.driver.KernelModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Small kernels for tests, and memory for them. */
final class Ptx {

  private Ptx() {}

  /**
   * A kernel {@code k} of two pointers and a size: in %rd1 what it reads, in %rd2 what it writes, in %r1
   * the size, in %r2 its thread's number in the block, in %rd3 and %rd4 the thread's words of both.
   */
  static String kernel(String body) {
    return """
        .version 7.0
        .target sm_80
        .address_size 64
        .visible .entry k(.param .u64 p0, .param .u64 p1, .param .u32 p2) {
          .reg .pred %p<10>; .reg .b16 %rs<10>; .reg .b32 %r<40>; .reg .f32 %f<40>;
          .reg .b64 %rd<40>; .reg .f64 %fd<20>;
          .shared .align 16 .b8 tile[256];
          ld.param.u64 %rd1, [p0];
          ld.param.u64 %rd2, [p1];
          ld.param.u32 %r1, [p2];
          mov.u32 %r2, %tid.x;
          mad.wide.u32 %rd3, %r2, 4, %rd1;
          mad.wide.u32 %rd4, %r2, 4, %rd2;
        BODY
          ret;
        }
        """
        .replace("BODY", body);
  }

  /** A file from the tests' resources. */
  static String resource(String name) {
    try (InputStream in = Ptx.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException(name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** Runs {@link #kernel} in one block, a thread for every input, and returns what it wrote. */
  static int[] run(String body, int... input) {
    return run(body, input.length, input);
  }

  /** The same with another number of threads, and of words written. */
  static int[] run(String body, int threads, int[] input) {
    EmulatedDriver driver = EmulatedDriver.open(1 << 20);
    KernelModule module = driver.load("test.ptx", kernel(body));
    long in = upload(driver, input);
    long out = driver.allocate(4L * threads);
    driver.launch(
        module.kernel("k"), Grid.of(1, threads), new Arguments().i64(in, out).i32(input.length));
    return download(driver, out, threads);
  }

  static long upload(EmulatedDriver driver, int... words) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * words.length).order(ByteOrder.nativeOrder());
    bytes.asIntBuffer().put(words);
    long address = driver.allocate(bytes.capacity());
    driver.upload(bytes, address);
    return address;
  }

  static long upload(EmulatedDriver driver, float... values) {
    int[] words = new int[values.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = Float.floatToRawIntBits(values[i]);
    }
    return upload(driver, words);
  }

  static int[] download(EmulatedDriver driver, long address, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.nativeOrder());
    driver.download(address, bytes);
    int[] words = new int[count];
    bytes.asIntBuffer().get(words);
    return words;
  }

  static float[] downloadFloats(EmulatedDriver driver, long address, int count) {
    int[] words = download(driver, address, count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = Float.intBitsToFloat(words[i]);
    }
    return values;
  }
}
