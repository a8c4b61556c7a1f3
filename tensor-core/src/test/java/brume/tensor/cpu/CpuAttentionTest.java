package brume.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.AttentionGeometry;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.MatmulGeometry;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuAttentionTest {

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "4, 3",
    "700, 7",
    "3, 9",
    "200, 33",
    "49, 49",
    "10, 1000",
    "3, 1030",
    "2, 4101"
  })
  void softmaxEqualsItsDefinition(int rows, int c) {
    Parity.check(Text.of("softmax %d %d", rows, c), (backend, in) -> {
      Tensor x = in.normal(rows, c), dy = in.normal(rows, c), y = x.like(), dx = x.like();
      backend.attention().softmax(x, y);
      backend.attention().softmaxGrad(y, dy, dx);
      return c == 1 ? List.of(y) : List.of(y, dx);
    });
  }

  @Test
  void softmaxBearsAnyNumber() {
    Parity.check("softmax", (backend, in) -> {
      float[] values = {
        1e30f, 0, -1e30f, 100, -100, 0, 0, 0, 0, -100, -100, -100, 88, 3e38f, -3e38f, 0, 1, 2
      };
      Tensor x = in.of(Shape.of(2, 9), values), y = x.like(), dx = x.like();
      backend.attention().softmax(x, y);
      backend.attention().softmaxGrad(y, x, dx);
      return List.of(y);
    });
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1", "2, 3, 7, 9", "3, 4, 49, 32", "1, 2, 256, 16", "2, 1, 33, 3"})
  void attentionEqualsItsDefinition(int n, int heads, int l, int d) {
    AttentionGeometry at = AttentionGeometry.packed(Shape.of(n, l, 3 * heads * d), heads);
    double scale = 1 / Math.sqrt(d);
    Parity.check("attention " + at, 4e-6, (backend, in) -> {
      Tensor qkv = in.normalAbout(0, 1, n, l, 3 * heads * d), dy = in.normal(n, l, heads * d);
      Tensor y = dy.like(), p = in.empty(n, heads, l, l), dqkv = qkv.like();
      backend.attention().attention(at, qkv, qkv, qkv, scale, y, p);
      backend.attention().attentionGrad(at, qkv, qkv, qkv, scale, p, dy, dqkv, dqkv, dqkv);
      return List.of(y, p, dqkv);
    });
  }

  /** Blocks of queries, the last one ragged, of heads that tiles do not fit; and too few for blocks. */
  @ParameterizedTest
  @CsvSource({"2, 3, 500, 400, 20", "1, 2, 700, 77, 40", "1, 1, 250, 1100, 9", "2, 2, 30, 50, 8"})
  void attentionWithoutItsWeightsHasTheSameBits(int n, int heads, int lq, int lk, int d) {
    Shape queries = Shape.of(n, lq, heads * d), keys = Shape.of(n, lk, heads * d);
    AttentionGeometry at = AttentionGeometry.separate(queries, keys, keys, heads);
    double scale = 1 / Math.sqrt(d);
    Parity.check("attend " + at, 4e-6, (backend, in) -> {
      Tensor q = in.normal(n, lq, heads * d), k = in.normal(n, lk, heads * d);
      Tensor v = in.normal(n, lk, heads * d), y = q.like(), expected = q.like();
      backend.attention().attend(at, q, k, v, scale, y);
      backend.attention().attention(at, q, k, v, scale, expected, in.empty(n, heads, lq, lk));
      assertArrayEquals(expected.toDoubles(), y.toDoubles());
      return List.of(y);
    });
  }

  /** Rows of keys in eights, but not in whole vectors of sixteen, are lengthened on the way. */
  @ParameterizedTest
  @CsvSource({"2, 24, 16", "64, 40, 8", "5, 8, 4", "70, 104, 3"})
  void rowsThatFillNoVectorHaveTheBitsOfProductsAndSoftmax(int lq, int lk, int d) {
    Backend cpu = Backends.cpu();
    Shape queries = Shape.of(1, lq, d), keys = Shape.of(1, lk, d), square = Shape.of(1, lq, lk);
    AttentionGeometry at = AttentionGeometry.separate(queries, keys, keys, 1);
    try (Scope scope = Scope.open()) {
      Tensor q = normal(cpu, 0, queries), k = normal(cpu, 1, keys), v = normal(cpu, 2, keys);
      Tensor y = q.like(), p = q.like(square), expected = q.like(), weights = q.like(square);
      cpu.attention().attention(at, q, k, v, 0.5, y, p);
      cpu.matmul().matmul(MatmulGeometry.single(lq, lk, d, false, true), 0.5, q, k, 0, weights);
      cpu.attention().softmax(weights, weights);
      cpu.matmul().matmul(MatmulGeometry.single(lq, d, lk, false, false), 1, p, v, 0, expected);
      assertArrayEquals(weights.toFloats(), p.toFloats());
      assertArrayEquals(expected.toFloats(), y.toFloats());

      Tensor dy = normal(cpu, 3, queries), dq = q.like(), dk = k.like(), dv = v.like();
      cpu.attention().attentionGrad(at, q, k, v, 0.5, p, dy, dq, dk, dv);
      Tensor ds = q.like(square), expectedOfK = k.like();
      cpu.matmul().matmul(MatmulGeometry.single(lq, lk, d, false, true), 1, dy, v, 0, ds);
      cpu.attention().softmaxGrad(p, ds, ds);
      cpu.matmul().matmul(MatmulGeometry.single(lq, d, lk, false, false), 0.5, ds, k, 0, expected);
      cpu.matmul()
          .matmul(MatmulGeometry.single(lk, d, lq, true, false), 0.5, ds, q, 0, expectedOfK);
      assertArrayEquals(expected.toFloats(), dq.toFloats());
      assertArrayEquals(expectedOfK.toFloats(), dk.toFloats());
    }
  }

  private static Tensor normal(Backend cpu, long seed, Shape shape) {
    Tensor x = Tensor.empty(cpu, shape);
    cpu.random().normal(RandomKey.of(seed), 0, x);
    return x;
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1", "2, 3, 7, 9", "5, 4, 49, 32", "1, 2, 784, 16", "4, 1, 300, 3"})
  void linearAttentionEqualsItsDefinition(int n, int heads, int l, int d) {
    AttentionGeometry at = AttentionGeometry.packed(Shape.of(n, l, 3 * heads * d), heads);
    Parity.check("linearAttention " + at, 4e-6, (backend, in) -> {
      Tensor qkv = in.normal(n, l, 3 * heads * d), dy = in.normal(n, l, heads * d);
      Tensor y = dy.like(), qhat = dy.like(), khat = dy.like(), dqkv = qkv.like();
      Tensor context = in.empty(n, heads, d, d);
      backend.attention().linearAttention(at, qkv, qkv, qkv, 0.3, y, qhat, khat, context);
      backend
          .attention()
          .linearAttentionGrad(at, qkv, 0.3, qhat, khat, context, dy, dqkv, dqkv, dqkv);
      return List.of(y, qhat, khat, context, dqkv);
    });
  }

  @Test
  void queriesMayBeOtherThanKeysInNumberAndPlace() {
    int heads = 3, d = 5;
    Shape q = Shape.of(2, 11, heads * d), k = Shape.of(2, 6, heads * d);
    AttentionGeometry at = AttentionGeometry.separate(q, k, k, heads);
    Parity.check("attention " + at, 4e-6, (backend, in) -> {
      Tensor qs = in.normal(2, 11, 15), ks = in.normal(2, 6, 15), vs = in.normal(2, 6, 15);
      Tensor dy = in.normal(2, 11, 15), y = dy.like(), p = in.empty(2, 3, 11, 6);
      Tensor dq = qs.like(), dk = ks.like(), dv = vs.like();
      backend.attention().attention(at, qs, ks, vs, 0.4, y, p);
      backend.attention().attentionGrad(at, qs, ks, vs, 0.4, p, dy, dq, dk, dv);
      Tensor z = dy.like(), qhat = qs.like(), khat = ks.like(), c = in.empty(2, 3, 5, 5);
      Tensor eq = qs.like(), ek = ks.like(), ev = vs.like();
      backend.attention().linearAttention(at, qs, ks, vs, 0.4, z, qhat, khat, c);
      backend.attention().linearAttentionGrad(at, vs, 0.4, qhat, khat, c, dy, eq, ek, ev);
      return List.of(y, p, dq, dk, dv, z, qhat, khat, c, eq, ek, ev);
    });
  }

  @Test
  void hugeKeysLeaveLinearAttentionFinite() {
    AttentionGeometry at = AttentionGeometry.packed(Shape.of(1, 9, 12), 1);
    try (PaddedBackend cpu = new PaddedBackend(1);
        Scope scope = Scope.open()) {
      Tensor qkv = new Parity.Inputs(cpu, new Random(1)).normalAbout(0, 1e4, 1, 9, 12);
      Tensor y = Tensor.empty(cpu, Shape.of(1, 9, 4)), qhat = y.like(), khat = y.like();
      Tensor context = Tensor.empty(cpu, Shape.of(1, 1, 4, 4));
      cpu.attention().linearAttention(at, qkv, qkv, qkv, 1, y, qhat, khat, context);
      for (float value : y.toFloats()) {
        assertTrue(Float.isFinite(value));
      }
    }
  }

  @Test
  void scratchComesBackToThePool() {
    AttentionGeometry at = AttentionGeometry.packed(Shape.of(2, 20, 48), 2);
    try (PaddedBackend cpu = new PaddedBackend(2);
        Scope scope = Scope.open()) {
      Parity.Inputs in = new Parity.Inputs(cpu, new Random(1));
      Tensor qkv = in.normal(2, 20, 48), dy = in.normal(2, 20, 16), y = dy.like();
      Tensor p = in.empty(2, 2, 20, 20), dqkv = qkv.like();
      cpu.attention().attention(at, qkv, qkv, qkv, 1, y, p);
      cpu.attention().attentionGrad(at, qkv, qkv, qkv, 1, p, dy, dqkv, dqkv, dqkv);
      assertEquals(cpu.pool.allocatedBytes(), cpu.pool.idleBytes());
    }
  }
}
