package brume.tensor;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.kernel.Backends;
import org.junit.jupiter.api.Test;

class ScopeTest {

  private static final Device DEVICE = Backends.reference();

  @Test
  void tensorsBelongToTheInnermostScope() {
    try (Scope outer = Scope.open()) {
      Tensor outside = number();
      try (Scope inner = Scope.open()) {
        Tensor inside = number();
        assertEquals(1, inner.size());
        assertEquals(1, outer.size());
        inner.close();
        assertTrue(inside.isFreed());
        assertFalse(outside.isFreed());
      }
    }
  }

  @Test
  void closingFreesWhatTheScopeOwns() {
    long before = DEVICE.liveBytes();
    Tensor t;
    try (Scope scope = Scope.open()) {
      t = Tensor.empty(DEVICE, Shape.of(2, 3));
      assertEquals(before + 48, DEVICE.liveBytes());
    }
    assertTrue(t.isFreed());
    assertEquals(before, DEVICE.liveBytes());
  }

  @Test
  void keptTensorsMoveToTheEnclosingScope() {
    try (Scope outer = Scope.open()) {
      Tensor kept;
      try (Scope inner = Scope.open()) {
        kept = inner.keep(number());
      }
      assertFalse(kept.isFreed());
      assertEquals(1, outer.size());
      outer.close();
      assertTrue(kept.isFreed());
    }
  }

  @Test
  void keepingAViewKeepsTheNumbers() {
    try (Scope outer = Scope.open()) {
      Tensor view;
      try (Scope inner = Scope.open()) {
        view = inner.keep(Tensor.of(DEVICE, Shape.of(2), 3f, 4f).reshape(Shape.of(2, 1)));
      }
      assertEquals(4, view.toDoubles()[1]);
    }
  }

  @Test
  void keptTensorsAreNotReleasedEarly() {
    try (Scope outer = Scope.open();
        Scope inner = Scope.open()) {
      Tensor kept = inner.keep(number());
      Tensor other = number();
      kept.release("early");
      other.release("early");
      assertFalse(kept.isFreed());
      assertTrue(other.isFreed());
    }
  }

  @Test
  void theOutermostScopeKeepsNothing() {
    try (Scope scope = Scope.open()) {
      Tensor t = Tensor.empty(DEVICE, Shape.of(2, 3));
      Exception e = assertThrows(IllegalStateException.class, () -> scope.keep(t));
      assertEquals(
          "keep: expected a scope inside another one, got the outermost; tensor (2, 3) has nowhere"
              + " to go",
          e.getMessage());
    }
  }

  @Test
  void withoutAScopeNoTensorIsMade() {
    long before = DEVICE.liveBytes();
    Exception e =
        assertThrows(IllegalStateException.class, () -> Tensor.empty(DEVICE, Shape.of(2, 3)));
    assertEquals(
        "tensor (2, 3): expected an open scope to own it, got none; use try (Scope scope ="
            + " Scope.open())",
        e.getMessage());
    assertEquals(before, DEVICE.liveBytes());
  }

  @Test
  void freedTensorsSayWhereTheyWereFreed() {
    Tensor t;
    try (Scope scope = Scope.open()) {
      t = Tensor.empty(DEVICE, Shape.of(2, 3));
    }
    Exception e = assertThrows(IllegalStateException.class, t::toFloats);
    assertEquals(
        "tensor (2, 3) was freed when its scope closed in"
            + " ScopeTest.freedTensorsSayWhereTheyWereFreed; keep it with scope.keep(...)",
        e.getMessage());
  }

  @Test
  void whereTheyWereFreedMayBeToldBeforehand() {
    Tensor t;
    try (Scope scope = Scope.open("some place")) {
      t = Tensor.empty(DEVICE, Shape.of(2, 3));
    }
    Exception e = assertThrows(IllegalStateException.class, t::toFloats);
    assertEquals(
        "tensor (2, 3) was freed when its scope closed in some place; keep it with scope.keep(...)",
        e.getMessage());
  }

  @Test
  void scopesCloseFromTheInsideOut() {
    try (Scope outer = Scope.open()) {
      try (Scope inner = Scope.open()) {
        Exception e = assertThrows(IllegalStateException.class, outer::close);
        assertEquals(
            "scope: expected to be closed by its own thread after the scopes opened inside it",
            e.getMessage());
      }
    }
  }

  @Test
  void closingTwiceIsClosingOnce() {
    try (Scope outer = Scope.open()) {
      Tensor t = number();
      try (Scope inner = Scope.open()) {
        inner.close();
      }
      assertFalse(t.isFreed());
    }
  }

  @Test
  void eachThreadHasItsOwnScopes() throws InterruptedException {
    try (Scope scope = Scope.open()) {
      Throwable[] seen = new Throwable[1];
      Thread other = new Thread(() -> seen[0] = catching());
      other.start();
      other.join();
      assertTrue(seen[0] instanceof IllegalStateException, "the other thread has no open scope");
      assertDoesNotThrow(ScopeTest::number);
    }
  }

  private static Throwable catching() {
    return assertThrows(Throwable.class, ScopeTest::number);
  }

  private static Tensor number() {
    return Tensor.of(DEVICE, Shape.of(), 1f);
  }
}
