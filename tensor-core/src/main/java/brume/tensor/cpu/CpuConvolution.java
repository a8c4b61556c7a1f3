package brume.tensor.cpu;

import static brume.tensor.HeapStorage.floats;
import static brume.tensor.HeapStorage.writableFloats;
import static brume.tensor.cpu.gemm.Tile.COLUMNS;
import static brume.tensor.cpu.gemm.Tile.WIDE;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.cpu.gemm.FewRows;
import brume.tensor.cpu.gemm.Gemm;
import brume.tensor.cpu.gemm.Matrix;
import brume.tensor.cpu.gemm.PackedMatrix;
import brume.tensor.cpu.gemm.Panels;
import brume.tensor.cpu.gemm.RowTiles;
import brume.tensor.cpu.gemm.Tile;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.cpu.patches.Bands;
import brume.tensor.cpu.patches.PatchGeometry;
import brume.tensor.cpu.patches.PatchPanels;
import brume.tensor.cpu.patches.Patches;
import brume.tensor.cpu.patches.UnfoldedPatches;
import brume.tensor.cpu.winograd.Winograd;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.ConvolutionKernels;
import java.util.Arrays;
import java.util.Optional;

/**
 * Convolution on the CPU, as products of patches and filters.
 *
 * <ul>
 *   <li>Forward, A is the patches of x, B the filters.
 *   <li>The input gradient of stride one is the same with the patches of dy and turned filters. With
 *       other strides the gradients of all patches are multiplied out and added where they overlap.
 *   <li>The filter gradient has dy as A, transposed, and the patches of x as B: one long sum over all
 *       pixels of the batch.
 * </ul>
 *
 * <p>Where {@link Winograd} is faster it does all three. But of a few pixels, no more than one or two
 * small images have, transforming the filters takes longer than {@link FewRows} takes for everything;
 * that is the only choice that depends on the batch and changes the bits.
 */
final class CpuConvolution implements ConvolutionKernels {

  private final Workers workers;
  private final FloatPool pool;
  private final CpuMatmul matmul;
  private final Gemm gemm;
  private final Winograd winograd;

  CpuConvolution(Workers workers, FloatPool pool, CpuMatmul matmul) {
    this.workers = workers;
    this.pool = pool;
    this.matmul = matmul;
    gemm = new Gemm(pool);
    winograd = new Winograd(workers, pool);
  }

  @Override
  public void conv2d(ConvGeometry at, Tensor x, Tensor w, Tensor y) {
    float[] xs = floats(x), ys = writableFloats(y);
    int pixels = at.n() * at.oh() * at.ow();
    if (at.isPointwise()) {
      Matrix image = Matrix.of(xs, 0, at.cin()), result = Matrix.of(ys, 0, at.cout());
      matmul.multiplyByRows(pixels, at.cout(), at.cin(), image, w, result);
      return;
    }
    PatchGeometry patches = PatchGeometry.ofForward(at);
    int groups = patches.groups(), channels = at.cout() / groups, depth = patches.depth();
    if (groups == 1 && FewRows.suits(pixels, channels, depth)) {
      multiplyFew(patches, xs, w, channels, ys);
      return;
    }
    if (Winograd.suits(patches, at.cout())) {
      Panels plain = Widened.panels(w, 0, depth, channels, pool);
      if (!w.dtype().isHalf() && Winograd.keeps(patches, channels)) {
        winograd.multiplyKept(patches, xs, w, plain, matmul.kept(), channels, ys);
        return;
      }
      PackedMatrix again = matmul.keptPanels(w, channels, depth);
      winograd.multiply(patches, xs, again == null ? plain : again, channels, ys);
      return;
    }
    PackedMatrix[] filters = new PackedMatrix[groups];
    PackedMatrix again = groups == 1 ? matmul.keptPanels(w, channels, depth) : null;
    for (int g = 0; g < groups; g++) {
      if (again != null) {
        filters[g] = again;
        continue;
      }
      Panels ofGroup = Widened.panels(w, g * channels * depth, depth, channels, pool);
      filters[g] = new PackedMatrix(ofGroup, channels, depth, workers, pool);
    }
    multiplyPatches(patches, xs, filters, channels, ys);
  }

  @Override
  public void conv2dPlus(
      ConvGeometry at, Tensor x, Tensor w, Tensor bias, Optional<Tensor> residual, Tensor y) {
    if (residual.isPresent() || !at.isPointwise()) {
      ConvolutionKernels.super.conv2dPlus(at, x, w, bias, residual, y);
      return;
    }
    int pixels = at.n() * at.oh() * at.ow();
    Matrix image = Matrix.of(floats(x), 0, at.cin());
    Matrix result = Matrix.of(writableFloats(y), 0, at.cout());
    matmul.multiplyByRows(pixels, at.cout(), at.cin(), image, w, result, floats(bias));
  }

  @Override
  public void conv2dInputGrad(ConvGeometry at, Tensor w, Tensor dy, Tensor dx) {
    try (Widened ws = Widened.of(w, workers, pool)) {
      inputGrad(at, ws.floats(), floats(dy), writableFloats(dx));
    }
  }

  private void inputGrad(ConvGeometry at, float[] ws, float[] dys, float[] dxs) {
    if (at.isPointwise()) {
      Matrix gradient = Matrix.of(dys, 0, at.cout()), result = Matrix.of(dxs, 0, at.cin());
      Matrix filters = Matrix.of(ws, 0, at.cin());
      int pixels = at.n() * at.h() * at.w();
      matmul.multiply(pixels, at.cin(), at.cout(), 1, gradient, filters, 0, result);
    } else if (at.window().strideH() == 1 && at.window().strideW() == 1) {
      PatchGeometry patches = PatchGeometry.ofInputGrad(at);
      int groups = patches.groups(), channels = at.cin() / groups;
      if (Winograd.suits(patches, at.cin())) {
        winograd.multiply(patches, dys, turnedFilters(at, 0, ws), channels, dxs);
        return;
      }
      PackedMatrix[] filters = new PackedMatrix[groups];
      for (int g = 0; g < groups; g++) {
        Panels turned = turnedFilters(at, g, ws);
        filters[g] = new PackedMatrix(turned, channels, patches.depth(), workers, pool);
      }
      multiplyPatches(patches, dys, filters, channels, dxs);
    } else {
      addPatchGradients(at, ws, dys, dxs);
    }
  }

  @Override
  public void conv2dFilterGrad(ConvGeometry at, Tensor x, Tensor dy, Tensor dw) {
    float[] xs = floats(x), dys = floats(dy), dws = writableFloats(dw);
    PatchGeometry patches = PatchGeometry.ofForward(at);
    int groups = patches.groups(), channels = at.cout() / groups, depth = patches.depth();
    if (Winograd.suits(patches, at.cout())) {
      winograd.filterGrad(patches, xs, at.cout(), dys, dws);
      return;
    }
    int pixels = at.n() * at.oh() * at.ow();
    for (int g = 0; g < groups; g++) {
      Matrix gradient = Matrix.transposed(dys, g * channels, at.cout());
      Matrix result = Matrix.of(dws, g * channels * depth, depth);
      PatchPanels image = new PatchPanels(patches, g, xs);
      matmul.deep(channels, depth, pixels, gradient, image, 0, result);
    }
  }

  // ---- Patches times filters -------------------------------------------------------------------

  /** y = patches of x times filters, group by group; closes the filters. */
  private void multiplyPatches(
      PatchGeometry at, float[] x, PackedMatrix[] filters, int channels, float[] y) {
    Bands bands = Bands.of(at);
    Patches patches = Patches.of(at, bands);
    int[] rows = patches.rows();
    workers.forEach(bands.count(), task -> {
      float[] scratch = pool.take(patches.length());
      patches.fill(x, task, scratch);
      for (int g = 0; g < filters.length; g++) {
        int yRow = channels * filters.length;
        Matrix result = Matrix.of(y, bands.firstPatch(task) * yRow + g * channels, yRow);
        multiplyGroup(bands.patches(task), patches, rows, g, scratch, filters[g], channels, result);
      }
      pool.give(scratch);
    });
    for (PackedMatrix group : filters) {
      group.close();
    }
  }

  /** y = patches of x times filters, for a few patches. */
  private void multiplyFew(PatchGeometry at, float[] x, Tensor w, int channels, float[] y) {
    int pixels = at.n() * at.oh() * at.ow(), depth = at.depth();
    float[] patches = pool.take(Shape.product(pixels, depth));
    new UnfoldedPatches(at, new Bands(at, at.n(), at.oh())).fill(x, 0, patches);
    int piece = Patches.of(at, Bands.of(at)).piece();
    matmul.multiplyFew(
        pixels,
        channels,
        new FewRows.Cuts(depth, piece, Gemm.depth(piece)),
        Matrix.of(patches, 0, depth),
        w,
        Matrix.of(y, 0, channels));
    pool.give(patches);
  }

  private void multiplyGroup(
      int m,
      Patches patches,
      int[] rows,
      int group,
      float[] scratch,
      PackedMatrix filters,
      int channels,
      Matrix y) {
    float[] edge = pool.take(Tile.edgeLength(0));
    int piece = patches.piece(), depth = Gemm.depth(piece);
    for (int j = 0; j < channels; j += WIDE) {
      int width = Math.min(WIDE, channels - j);
      for (int tap = 0; tap < patches.taps(); tap++) {
        for (int p = 0; p < piece; p += depth) {
          int shift = patches.shift(group, tap) + p, panelAt = filters.at(j, tap * piece + p);
          int k = Math.min(depth, piece - p), yAt = y.at + j;
          boolean add = tap > 0 || p > 0;
          RowTiles.multiply(
              m,
              k,
              scratch,
              rows,
              shift,
              filters.array(),
              panelAt,
              filters.step(),
              width,
              y.array,
              yAt,
              y.row,
              add,
              edge);
        }
      }
    }
    pool.give(edge);
  }

  /**
   * The filters of a group as (KH, KW, Cout) rows and Cin columns, turned by 180 degrees: row (p, q, o)
   * is {@code w[o, KH-1-p, KW-1-q, :]}.
   */
  private static Panels turnedFilters(ConvGeometry at, int group, float[] w) {
    int groups = at.window().groups(), cout = at.cout() / groups, cin = at.cin() / groups;
    int taps = at.kh() * at.kw(), filter = taps * cin, first = group * cout * filter;
    return (column, from, to, panel, into) -> {
      int next = into;
      for (int k = from; k < to; ) {
        int o = k % cout, count = Math.min(cout - o, to - k);
        int source = first + o * filter + (taps - 1 - k / cout) * cin + column;
        Panels.packRows(count, cin - column, w, source, filter, panel, next);
        next += count * COLUMNS;
        k += count;
      }
    };
  }

  // ---- Input gradients of strided convolutions -------------------------------------------------

  /** dx = sum of the gradients of all patches, image by image. */
  private void addPatchGradients(ConvGeometry at, float[] w, float[] dy, float[] dx) {
    PatchGeometry patches = PatchGeometry.ofForward(at);
    int groups = patches.groups(), channels = at.cout() / groups, depth = patches.depth();
    int pixels = at.oh() * at.ow(), image = at.h() * at.w() * at.cin();
    workers.forEach(at.n(), n -> {
      Arrays.fill(dx, n * image, (n + 1) * image, 0);
      float[] gradients = pool.take(Shape.product(pixels, depth));
      for (int g = 0; g < groups; g++) {
        Matrix a = Matrix.of(dy, n * pixels * at.cout() + g * channels, at.cout());
        Matrix filters = Matrix.of(w, g * channels * depth, depth);
        Matrix result = Matrix.of(gradients, 0, depth);
        gemm.multiply(pixels, depth, channels, 1, a, filters, 0, result);
        int at0 = n * image + g * patches.groupChannels();
        for (int k = 0; k < pixels; k++) {
          addPatch(patches, k, gradients, dx, at0);
        }
      }
      pool.give(gradients);
    });
  }

  private static void addPatch(PatchGeometry at, int k, float[] gradients, float[] dx, int image) {
    int channels = at.groupChannels(), from = k * at.depth();
    int top = k / at.ow() * at.strideH() - at.top(), left = k % at.ow() * at.strideW() - at.left();
    for (int p = 0; p < at.kh(); p++) {
      int i = top + p * at.dilationH();
      for (int q = 0; q < at.kw(); q++, from += channels) {
        int j = left + q * at.dilationW();
        if (i >= 0 && i < at.h() && j >= 0 && j < at.w()) {
          int to = image + (i * at.w() + j) * at.c();
          for (int c = 0; c < channels; c++) {
            dx[to + c] += gradients[from + c];
          }
        }
      }
    }
  }
}
