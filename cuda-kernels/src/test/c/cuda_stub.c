/* Stands in for NVIDIA's libraries in tests of what lies on this side of them: which calls JCuda makes, with
 * what, and what happens when one is refused. Kernels and libraries compute nothing. StubGpu.java compiles
 * it three times, with -DCUDA, -DCUBLAS and -DCUDNN; only what Brume calls is there.
 *
 *   STUB_LOG     a file that gets a line for each call of interest, and how much is held after each that takes or gives back
 *   STUB_REFUSE  a file that says which calls are refused: NAME=STATUS or NAME@N=STATUS, with commas between:
 *                all calls of that name, or the N-th one since the file was changed, return the status
 *
 * Device memory is memory of the host. Time passes only in launches and convolutions, see stub_work. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int stub_status(const char *call); /* what the call shall return */
void stub_work(const char *what, double milliseconds);
void stub_hold(int more);

#define CALL(name)                    \
  do {                                \
    int status = stub_status(#name);  \
    if (status) return status;        \
  } while (0)
/* A call that does nothing; the caller's arguments stay where the calling convention puts them. */
#define NOTHING(name) \
  int name(void) { CALL(name); return 0; }
#define TAKES(name, out)    \
  int name(void **at) {     \
    CALL(name);             \
    *at = malloc(64);       \
    stub_hold(1);           \
    return 0;               \
  }
#define GIVES(name)     \
  int name(void *at) {  \
    CALL(name);         \
    free(at);           \
    stub_hold(-1);      \
    return 0;           \
  }

#ifdef CUDA
static double now; /* milliseconds */
static int held, capturing;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static FILE *log_file(void) {
  static FILE *file;
  if (!file) {
    const char *name = getenv("STUB_LOG");
    file = fopen(name ? name : "/dev/null", "a");
    setvbuf(file, NULL, _IOLBF, 0);
  }
  return file;
}

static struct Counted { char name[80]; int count; } counted[200];
static char refused[1000];

/* What shall be refused now; everything is counted anew when that changes. */
static const char *refuse(void) {
  char text[sizeof refused] = "";
  const char *name = getenv("STUB_REFUSE");
  FILE *file = name ? fopen(name, "r") : NULL;
  if (file) {
    if (!fgets(text, sizeof text, file)) text[0] = 0;
    fclose(file);
  }
  if (strcmp(text, refused)) {
    strcpy(refused, text);
    memset(counted, 0, sizeof counted);
  }
  return refused;
}

int stub_status(const char *call) {
  const size_t length = strlen(call);
  pthread_mutex_lock(&lock);
  const char *next = refuse();
  struct Counted *c = counted;
  while (c->name[0] && strcmp(c->name, call)) c++;
  if (!c->name[0]) strncpy(c->name, call, sizeof c->name - 1);
  c->count++;
  int status = 0;
  while (next && *next) {
    if (!strncmp(next, call, length) && (next[length] == '=' || next[length] == '@')) {
      char *rest = (char *)next + length;
      const long which = *rest == '@' ? strtol(rest + 1, &rest, 10) : c->count;
      if (which == c->count) status = atoi(rest + 1);
    }
    next = strchr(next, ',');
    if (next) next++;
  }
  if (status) fprintf(log_file(), "refused %s\n", call);
  pthread_mutex_unlock(&lock);
  return status;
}
void stub_work(const char *what, double milliseconds) {
  now += milliseconds;
  fprintf(log_file(), "%s %s\n", capturing ? "captured" : "work", what);
}
void stub_hold(int more) {
  pthread_mutex_lock(&lock);
  held += more;
  fprintf(log_file(), "held %d\n", held);
  pthread_mutex_unlock(&lock);
}

NOTHING(cuInit)
NOTHING(cuCtxSetCurrent)
NOTHING(cuEventSynchronize)
/* Waits a little, so that a capture may begin meanwhile, which this call then has spoiled. */
int cuStreamSynchronize(void) {
  CALL(cuStreamSynchronize);
  int spoiled = capturing;
  for (int i = 0; i < 10; i++) {
    usleep(100);
    spoiled |= capturing;
  }
  return spoiled ? 900 : 0;
}
NOTHING(cuFuncSetAttribute)
int cuDriverGetVersion(int *v) { *v = 12060; return 0; }
int cuDeviceGetCount(int *n) { *n = 1; return 0; }
int cuDeviceGet(int *d, int i) { *d = i; return 0; }
int cuDeviceGetName(char *s, int n, int d) { (void)d; snprintf(s, n, "stub"); return 0; }
int cuDeviceGetAttribute(int *v, int a, int d) {
  (void)d;
  *v = a == 75 ? 9 : a == 76 ? 0 : a == 16 ? 132 : a == 97 ? 227 << 10 : 1;
  /* compute capability 9.0, multiprocessors, shared memory */
  return 0;
}
int cuGetErrorName(int status, const char **s) { (void)status; *s = "STUB_ERROR"; return 0; }
int cuGetErrorString(int status, const char **s) { (void)status; *s = "stub error"; return 0; }
TAKES(cuDevicePrimaryCtxRetain, context)
int cuDevicePrimaryCtxRelease_v2(int d) { (void)d; CALL(cuDevicePrimaryCtxRelease_v2); stub_hold(-1); return 0; }
TAKES(cuStreamCreate, stream)
GIVES(cuStreamDestroy_v2)
static int take(void **at, size_t bytes) { *at = calloc(1, bytes); stub_hold(1); return 0; }
int cuMemAlloc_v2(void **at, size_t n) { CALL(cuMemAlloc_v2); return take(at, n); }
int cuMemAllocHost_v2(void **at, size_t n) { CALL(cuMemAllocHost_v2); return take(at, n); }
GIVES(cuMemFree_v2)
GIVES(cuMemFreeHost)
int cuMemGetInfo_v2(size_t *free, size_t *total) { *free = (size_t)4 << 30; *total = (size_t)8 << 30; return 0; }
int cuMemcpyHtoDAsync_v2(void *d, const void *s, size_t n) { CALL(cuMemcpyHtoDAsync_v2); memcpy(d, s, n); return 0; }
int cuMemcpyDtoHAsync_v2(void *d, const void *s, size_t n) { CALL(cuMemcpyDtoHAsync_v2); memcpy(d, s, n); return 0; }
int cuMemcpyDtoDAsync_v2(void *d, const void *s, size_t n) { CALL(cuMemcpyDtoDAsync_v2); memcpy(d, s, n); return 0; }
int cuMemsetD32Async(uint32_t *d, uint32_t v, size_t n) { CALL(cuMemsetD32Async); while (n--) *d++ = v; return 0; }

TAKES(cuEventCreate, event)
GIVES(cuEventDestroy_v2)
int cuEventRecord(double *event) { CALL(cuEventRecord); *event = now; return 0; }
int cuEventElapsedTime(float *ms, double *from, double *to) { CALL(cuEventElapsedTime); *ms = *to - *from; return 0; }

int cuModuleLoadDataEx(void **m, const char *image) {
  CALL(cuModuleLoadDataEx);
  *m = (void *)0x4000;
  return strstr(image, ".version") && strstr(image, ".entry") ? 0 : 218;
}
int cuModuleGetFunction(void **f, void *m, const char *name) { (void)m; *f = strdup(name); return 0; }
int cuFuncGetAttribute(int *v, int a) { *v = a == 4 ? 32 : 0; return 0; } /* registers */
int cuLaunchKernel(const char *f) { CALL(cuLaunchKernel); stub_work(f, 1); return 0; }

int cuStreamBeginCapture_v2(void) { CALL(cuStreamBeginCapture_v2); capturing = 1; return 0; }
int cuStreamEndCapture(void *s, void **g) { (void)s; capturing = 0; CALL(cuStreamEndCapture); *g = malloc(64); stub_hold(1); return 0; }
int cuGraphInstantiateWithFlags(void **e) { CALL(cuGraphInstantiateWithFlags); *e = malloc(64); stub_hold(1); return 0; }
NOTHING(cuGraphLaunch)
GIVES(cuGraphDestroy)
GIVES(cuGraphExecDestroy)
#endif

#ifdef CUBLAS
TAKES(cublasCreate_v2, handle)
GIVES(cublasDestroy_v2)
NOTHING(cublasSetStream_v2)
NOTHING(cublasSetWorkspace_v2)
NOTHING(cublasSetPointerMode_v2)
NOTHING(cublasSetMathMode)
int cublasGetVersion_v2(void *h, int *v) { (void)h; *v = 120603; return 0; }
int cublasSgemmStridedBatched(void *h, int ofA, int ofB, int m, int n, int k, const float *alpha, const void *a,
                              int lda, long long strideA, const void *b, int ldb, long long strideB,
                              const float *beta) {
  (void)h, (void)ofA, (void)ofB, (void)m, (void)n, (void)k, (void)a, (void)lda, (void)strideA, (void)b, (void)ldb, (void)strideB;
  CALL(cublasSgemmStridedBatched);
  char what[80];
  snprintf(what, sizeof what, "gemm alpha %g beta %g", *alpha, *beta);
  stub_work(what, 0.1);
  return 0;
}
#endif

#ifdef CUDNN
struct Perf { int algo, status; float time; size_t memory; int determinism, math, reserved[3]; };
size_t cudnnGetVersion(void) { return 90501; }
const char *cudnnGetErrorString(int s) { return s ? "STUB_NOT_SUPPORTED" : "CUDNN_STATUS_SUCCESS"; }
TAKES(cudnnCreate, handle)
GIVES(cudnnDestroy)
NOTHING(cudnnSetStream)
TAKES(cudnnCreateTensorDescriptor, descriptor)
TAKES(cudnnCreateFilterDescriptor, descriptor)
TAKES(cudnnCreateConvolutionDescriptor, descriptor)
TAKES(cudnnCreateActivationDescriptor, descriptor)
GIVES(cudnnDestroyTensorDescriptor)
GIVES(cudnnDestroyFilterDescriptor)
GIVES(cudnnDestroyConvolutionDescriptor)
GIVES(cudnnDestroyActivationDescriptor)
NOTHING(cudnnSetTensor4dDescriptor)
NOTHING(cudnnSetFilter4dDescriptor)
NOTHING(cudnnSetConvolution2dDescriptor)
NOTHING(cudnnSetActivationDescriptor)
NOTHING(cudnnSetConvolutionGroupCount)
NOTHING(cudnnSetConvolutionMathType)

/* All algorithms, the generic one first, which is a bad guess. */
static int offer(int asked, int *got, struct Perf *p) {
  memset(p, 0, asked * sizeof *p);
  for (int i = 0; i < 3; i++) p[i].algo = i, p[i].time = -1, p[i].memory = 4096 * i;
  *got = 3;
  return 0;
}
#define OFFERS(name)                                                                             \
  int name(void *h, void *a, void *b, void *c, void *d, int asked, int *got, struct Perf *p) {   \
    (void)h, (void)a, (void)b, (void)c, (void)d;                                                 \
    CALL(name);                                                                                  \
    return offer(asked, got, p);                                                                 \
  }
OFFERS(cudnnGetConvolutionForwardAlgorithm_v7)
OFFERS(cudnnGetConvolutionBackwardDataAlgorithm_v7)
OFFERS(cudnnGetConvolutionBackwardFilterAlgorithm_v7)
#define WORKSPACE(name)                                                               \
  int name(void *h, void *a, void *b, void *c, void *d, int algorithm, size_t *n) {   \
    (void)h, (void)a, (void)b, (void)c, (void)d;                                      \
    CALL(name);                                                                       \
    *n = algorithm == 2 ? (size_t)1 << 40 : 4096 * (size_t)algorithm;                 \
    return 0;                                                                         \
  }
WORKSPACE(cudnnGetConvolutionForwardWorkspaceSize)
WORKSPACE(cudnnGetConvolutionBackwardDataWorkspaceSize)
WORKSPACE(cudnnGetConvolutionBackwardFilterWorkspaceSize)
/* Algorithm 1 is fast but for the filters' gradient, where a launch of ours, which takes 1 ms, beats it. */
#define RUNS(name, milliseconds)                                                                       \
  int name(void *h, const float *alpha, void *a, void *b, void *c, void *d, void *e, int algorithm,    \
           void *workspace, size_t bytes, const float *beta) {                                         \
    (void)h, (void)a, (void)b, (void)c, (void)d, (void)e, (void)workspace, (void)bytes;                \
    char what[80];                                                                                     \
    CALL(name);                                                                                        \
    snprintf(what, sizeof what, #name " %d, alpha %g, beta %g", algorithm, *alpha, *beta);             \
    stub_work(what, milliseconds);                                                                     \
    return 0;                                                                                          \
  }
RUNS(cudnnConvolutionForward, algorithm == 1 ? 0.25 : 3)
RUNS(cudnnConvolutionBackwardData, 0.5)
RUNS(cudnnConvolutionBackwardFilter, 5)
int cudnnConvolutionBiasActivationForward(void *h, const float *alpha, void *a, void *b, void *c, void *d,
                                          void *e, int algorithm, void *workspace, size_t bytes,
                                          const float *beta, void *f, void *z, void *g, void *bias) {
  (void)h, (void)a, (void)b, (void)c, (void)d, (void)e, (void)workspace, (void)bytes, (void)f, (void)z, (void)g;
  char what[120];
  CALL(cudnnConvolutionBiasActivationForward);
  snprintf(what, sizeof what, "cudnnConvolutionBiasActivationForward %d, alpha %g, beta %g%s", algorithm, *alpha,
           *beta, bias ? ", bias" : "");
  stub_work(what, 0.25);
  return 0;
}
#endif
