package brume.cuda.library;

import static jcuda.jcudnn.JCudnn.cudnnConvolutionBackwardData;
import static jcuda.jcudnn.JCudnn.cudnnConvolutionBackwardFilter;
import static jcuda.jcudnn.JCudnn.cudnnConvolutionBiasActivationForward;
import static jcuda.jcudnn.JCudnn.cudnnConvolutionForward;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionBackwardDataAlgorithm_v7;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionBackwardDataWorkspaceSize;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionBackwardFilterAlgorithm_v7;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionBackwardFilterWorkspaceSize;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionForwardAlgorithm_v7;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionForwardWorkspaceSize;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import jcuda.Pointer;
import jcuda.jcudnn.cudnnConvolutionBwdDataAlgo;
import jcuda.jcudnn.cudnnConvolutionBwdDataAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionBwdFilterAlgo;
import jcuda.jcudnn.cudnnConvolutionBwdFilterAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionFwdAlgo;
import jcuda.jcudnn.cudnnConvolutionFwdAlgoPerf;
import jcuda.jcudnn.cudnnHandle;

/**
 * The calls of cuDNN for each pass. Of its algorithms only those are taken that multiply plainly and
 * add in a fixed order: Winograd's and Fourier's lose digits, the others use atomics. Whether they
 * multiply in TF32 is not theirs to choose, but said in the descriptor of the convolution.
 */
enum JCudnnPass {
  FORWARD(
      cudnnConvolutionFwdAlgo.CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM,
      cudnnConvolutionFwdAlgo.CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM,
      cudnnConvolutionFwdAlgo.CUDNN_CONVOLUTION_FWD_ALGO_GEMM) {
    @Override
    int offers(cudnnHandle handle, JCudnnDescriptors d, int[] count, Offer[] offers) {
      var found = new cudnnConvolutionFwdAlgoPerf[MOST];
      Arrays.setAll(found, i -> new cudnnConvolutionFwdAlgoPerf());
      int status = cudnnGetConvolutionForwardAlgorithm_v7(
          handle, d.x, d.w, d.convolution, d.y, MOST, count, found);
      Arrays.setAll(offers, i -> new Offer(found[i].algo, found[i].status));
      return status;
    }

    @Override
    int workspace(cudnnHandle handle, JCudnnDescriptors d, int algorithm, long[] bytes) {
      return cudnnGetConvolutionForwardWorkspaceSize(
          handle, d.x, d.w, d.convolution, d.y, algorithm, bytes);
    }

    @Override
    int run(
        cudnnHandle handle,
        JCudnnDescriptors d,
        int algorithm,
        Pointer x,
        Pointer w,
        Pointer y,
        Pointer workspace,
        long bytes,
        Pointer beta) {
      return cudnnConvolutionForward(
          handle,
          ONE.pointer(),
          d.x,
          x,
          d.w,
          w,
          d.convolution,
          algorithm,
          workspace,
          bytes,
          beta,
          d.y,
          y);
    }

    @Override
    String name(int algorithm) {
      return cudnnConvolutionFwdAlgo.stringFor(algorithm);
    }
  },

  INPUT_GRADIENT(cudnnConvolutionBwdDataAlgo.CUDNN_CONVOLUTION_BWD_DATA_ALGO_1) {
    @Override
    int offers(cudnnHandle handle, JCudnnDescriptors d, int[] count, Offer[] offers) {
      var found = new cudnnConvolutionBwdDataAlgoPerf[MOST];
      Arrays.setAll(found, i -> new cudnnConvolutionBwdDataAlgoPerf());
      int status = cudnnGetConvolutionBackwardDataAlgorithm_v7(
          handle, d.w, d.y, d.convolution, d.x, MOST, count, found);
      Arrays.setAll(offers, i -> new Offer(found[i].algo, found[i].status));
      return status;
    }

    @Override
    int workspace(cudnnHandle handle, JCudnnDescriptors d, int algorithm, long[] bytes) {
      return cudnnGetConvolutionBackwardDataWorkspaceSize(
          handle, d.w, d.y, d.convolution, d.x, algorithm, bytes);
    }

    @Override
    int run(
        cudnnHandle handle,
        JCudnnDescriptors d,
        int algorithm,
        Pointer w,
        Pointer dy,
        Pointer dx,
        Pointer workspace,
        long bytes,
        Pointer beta) {
      return cudnnConvolutionBackwardData(
          handle,
          ONE.pointer(),
          d.w,
          w,
          d.y,
          dy,
          d.convolution,
          algorithm,
          workspace,
          bytes,
          beta,
          d.x,
          dx);
    }

    @Override
    String name(int algorithm) {
      return cudnnConvolutionBwdDataAlgo.stringFor(algorithm);
    }
  },

  FILTER_GRADIENT(cudnnConvolutionBwdFilterAlgo.CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1) {
    @Override
    int offers(cudnnHandle handle, JCudnnDescriptors d, int[] count, Offer[] offers) {
      var found = new cudnnConvolutionBwdFilterAlgoPerf[MOST];
      Arrays.setAll(found, i -> new cudnnConvolutionBwdFilterAlgoPerf());
      int status = cudnnGetConvolutionBackwardFilterAlgorithm_v7(
          handle, d.x, d.y, d.convolution, d.w, MOST, count, found);
      Arrays.setAll(offers, i -> new Offer(found[i].algo, found[i].status));
      return status;
    }

    @Override
    int workspace(cudnnHandle handle, JCudnnDescriptors d, int algorithm, long[] bytes) {
      return cudnnGetConvolutionBackwardFilterWorkspaceSize(
          handle, d.x, d.y, d.convolution, d.w, algorithm, bytes);
    }

    @Override
    int run(
        cudnnHandle handle,
        JCudnnDescriptors d,
        int algorithm,
        Pointer x,
        Pointer dy,
        Pointer dw,
        Pointer workspace,
        long bytes,
        Pointer beta) {
      return cudnnConvolutionBackwardFilter(
          handle,
          ONE.pointer(),
          d.x,
          x,
          d.y,
          dy,
          d.convolution,
          algorithm,
          workspace,
          bytes,
          beta,
          d.w,
          dw);
    }

    @Override
    String name(int algorithm) {
      return cudnnConvolutionBwdFilterAlgo.stringFor(algorithm);
    }
  };

  private static final int MOST = 16; // algorithms of a pass, in all kinds of arithmetic
  private static final Scalar ONE = new Scalar(1);
  private static final Scalar ZERO = new Scalar(0);

  private final Set<Integer> exact;

  JCudnnPass(Integer... exact) {
    this.exact = Set.of(exact);
  }

  /** What cuDNN says of one algorithm: its number, and 0 if it can compute the convolution. */
  record Offer(int algorithm, int status) {}

  static JCudnnPass of(Dnn.Pass pass) {
    return switch (pass) {
      case FORWARD -> FORWARD;
      case INPUT_GRADIENT -> INPUT_GRADIENT;
      case FILTER_GRADIENT -> FILTER_GRADIENT;
    };
  }

  /**
   * The exact algorithms that cuDNN offers for the convolution, the fastest first, as it guesses.
   *
   * @throws brume.cuda.driver.CudaException if it refuses the convolution
   */
  final List<Integer> ranking(cudnnHandle handle, JCudnnDescriptors d) {
    Offer[] offers = new Offer[MOST];
    int[] count = new int[1];
    String call = "cudnnGetConvolutionAlgorithm of the pass " + this;
    try {
      JCudnn.check(call, offers(handle, d, count, offers));
    } catch (ArrayIndexOutOfBoundsException unwritten) {
      // JCuda reads the count of offers even if cuDNN has refused before it wrote one.
      throw JCudnn.refusal(call, "refused before an offer was made", unwritten);
    }
    return IntStream.range(0, Math.max(0, Math.min(MOST, count[0])))
        .mapToObj(i -> offers[i])
        .filter(offer -> offer.status == 0 && exact.contains(offer.algorithm))
        .map(Offer::algorithm)
        .distinct()
        .toList();
  }

  /** Asks for offers, the fastest first; returns cuDNN's status. */
  abstract int offers(cudnnHandle handle, JCudnnDescriptors d, int[] count, Offer[] offers);

  /** Asks how many bytes an algorithm needs; the status is not 0 if it cannot do it after all. */
  abstract int workspace(cudnnHandle handle, JCudnnDescriptors d, int algorithm, long[] bytes);

  /**
   * Computes, and adds beta times what the result held; returns cuDNN's status.
   */
  abstract int run(
      cudnnHandle handle,
      JCudnnDescriptors d,
      int algorithm,
      Pointer first,
      Pointer second,
      Pointer result,
      Pointer workspace,
      long bytes,
      Pointer beta);

  /** The factor of what a result held. */
  static Pointer factorOfOld(Dnn.Plus plus) {
    return plus.old() ? ONE.pointer() : ZERO.pointer();
  }

  /** Whether {@link #runBiased} takes the algorithm: of those without an activation it does only this one. */
  final boolean addsBias(int algorithm) {
    return this == FORWARD
        && algorithm == cudnnConvolutionFwdAlgo.CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM;
  }

  /** Computes y with its bias, and with a residual if there is one; returns cuDNN's status. */
  static int runBiased(
      cudnnHandle handle,
      JCudnnDescriptors d,
      int algorithm,
      Pointer x,
      Pointer w,
      Pointer y,
      Pointer workspace,
      long bytes,
      Dnn.Plus plus) {
    boolean added = plus.residual() != 0;
    return cudnnConvolutionBiasActivationForward(
        handle,
        ONE.pointer(),
        d.x,
        x,
        d.w,
        w,
        d.convolution,
        algorithm,
        workspace,
        bytes,
        added ? ONE.pointer() : ZERO.pointer(),
        d.y,
        added ? new Address(plus.residual()) : y,
        d.bias,
        new Address(plus.bias()),
        d.identity,
        d.y,
        y);
  }

  /** NVIDIA's name of an algorithm. */
  abstract String name(int algorithm);
}
