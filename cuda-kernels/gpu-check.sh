#!/usr/bin/env bash
# Checks Brume on this machine's GPU and writes down what it finds.
#
#   cuda-kernels/gpu-check.sh [OPTIONS]
#
#   -p PARTS    of smoke,tests,parity,determinism,endurance,capture,steps; all unless told
#   -l LEVELS   of driver,cublas,cudnn: what the GPU may use; each is checked. All unless told
#   -o FILE     the report; bench/results/DATE-GPU.md unless told. What it holds already stays
#   -s STEPS    of the long training, 1000 unless told; at all levels but the last a fifth of them
#   -t SECONDS  after which a command is stopped and counts as failed, 1500 unless told
#   -d DEVICE   cuda unless told; emulator or cpu to try the script itself
#   -q          tiny sizes, for that
#   -h          prints this
#
# Parts: smoke runs the smoke test packed with .gpu/; tests the tests tagged gpu; parity compares
# operations and gradients at the sizes of real networks with the CPU; determinism trains twice;
# endurance trains for long; capture repeats a step as a CUDA graph; steps measures training and
# sampling beside PyTorch, in exact single precision and in TF32, if PYTHON (python3) has it.
#
# Everything needed may lie in .gpu/ (see gpu-jars.sh): then neither JDK nor Maven is needed. Without
# that folder Brume is built first. The report grows while the check runs, so one that is stopped leaves
# what it found; commands' own output lies beside it in a .log, times of steps in a .jsonl. Exit status
# is 1 if anything failed, also if DEVICE cannot be opened, which leaves no report; 2 for wrong options.
set -euo pipefail
cd "$(dirname "$0")/.."
home=$PWD

usage() {
  echo "gpu-check: $*; -h tells more" >&2
  exit 2
}

number() {
  [[ $2 =~ ^[1-9][0-9]*$ ]] || usage "$1: expected a number, got $2"
}

parts=smoke,tests,parity,determinism,endurance,capture,steps
levels=driver,cublas,cudnn
report='' steps=1000 limit=1500 device=cuda tiny=''
[ "${1:-}" != --help ] || set -- -h
while getopts :p:l:o:s:t:d:qh option; do
  case $option in
    p) parts=$OPTARG ;;
    l) levels=$OPTARG ;;
    o) report=$OPTARG ;;
    s) steps=$OPTARG; number -s "$steps" ;;
    t) limit=$OPTARG; number -t "$limit" ;;
    d) device=$OPTARG ;;
    q) tiny=yes ;;
    h) sed -n '/^#!/d; /^#/!q; s/^# \{0,1\}//p' cuda-kernels/gpu-check.sh; exit ;;
    :) usage "-$OPTARG: expected a value, got none" ;;
    *) usage "expected -p, -l, -o, -s, -t, -d, -q or -h, got -$OPTARG" ;;
  esac
done
shift $((OPTIND - 1))
[ $# -eq 0 ] || usage "expected options only, got $*"
for part in ${parts//,/ }; do
  case $part in
    smoke | tests | parity | determinism | endurance | capture | steps) ;;
    *) usage "-p: expected smoke, tests, parity, determinism, endurance, capture or steps, got $part" ;;
  esac
done
for level in ${levels//,/ }; do
  case $level in
    driver | cublas | cudnn) ;;
    *) usage "-l: expected driver, cublas or cudnn, got $level" ;;
  esac
done

if [ -n "$tiny" ]; then
  step_network=1x4x1x8x1-2
  parity_networks=$step_network
  capture_networks=$step_network
  sizes=(--repeats 2 --settled 2)
else
  step_network=16x32x3x64x1-2-4-8
  parity_networks=$step_network,16x64x3x64x1-2-4-8
  capture_networks=$step_network,32x28x1x32x1-2-4
  sizes=()
fi

# ---- Where things are ----------------------------------------------------------------------------

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
libraries=$work/libraries
if [ -e .gpu/env.sh ]; then
  set +eu
  # shellcheck disable=SC1091  # made by the script that packs
  . .gpu/env.sh > "$libraries" 2>&1 || { cat "$libraries" >&2; exit 1; }
  set -eu
  tests=$(ls .gpu/jars/*gpu-tests.jar)
  classpath=$home/.gpu/jars/*
else
  : > "$libraries"
  echo "gpu-check: building; the first time this takes a minute, and Maven also fetches libraries" >&2
  classpath=$(cuda-kernels/gpu-jars.sh --jcuda | sed "s|^\([^/]\)|$home/\1|" | paste -sd :)
  tests=cuda-kernels/target/gpu/tests
fi
classpath=$home/tests/src/test/resources:$classpath # golden numbers are read as files
python=${PYTHON:-python3}
gpu=$device
case $device in
  cuda*) gpu=$(nvidia-smi --query-gpu=name --format=csv,noheader 2> /dev/null | head -n 1) || gpu=$device ;;
esac
if [ -z "$report" ]; then
  report=bench/results/$(date +%F)-$(tr 'A-Z ' 'a-z-' <<< "$gpu" | tr -cd 'a-z0-9-').md
fi
log=${report%.md}.log
figures=${report%.md}.jsonl

java_flags=(--add-modules jdk.incubator.vector -XX:+UseParallelGC -XX:MaxRAMPercentage=60
  -Djava.awt.headless=true)
release=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1) ||
  { echo "gpu-check: expected a java on the path, found none" >&2; exit 1; }
[ "${release:-0}" -lt 24 ] || java_flags+=(--enable-native-access=ALL-UNNAMED)

failures=0
last_level=${levels##*,}

say() {
  printf '%s\n' "$@" | tee -a "$report"
}

fail() {
  say "- FAIL $*"
  failures=$((failures + 1))
}

# Runs Brume's Java at a level with some arithmetic: brume LEVEL MATH ARGUMENTS...
brume() {
  local level=$1 math=$2
  shift 2
  timeout -k 10 "$limit" java "${java_flags[@]}" "-Dbrume.cuda.level=$level" "-Dbrume.cuda.math=$math" \
    "-Dbrume.test.gpu=$device" -cp "$classpath" "$@"
}

# Says that a command did not end by itself, if so: stopped WHAT STATUS
stopped() {
  case $2 in
    124 | 137) fail "$1: stopped after $limit s" ;;
    0 | 1) ;;
    *) fail "$1: ended with status $2; $(tail -n 1 "$log" | cut -c 1-200)" ;;
  esac
}

# Runs checks of the bench module into the report: check LEVEL CHECKS AND OPTIONS...
check() {
  local level=$1 status=0 before found
  shift
  before=$(grep -c '^- FAIL' "$report") || true
  brume "$level" exact brume.bench.gpu.GpuCheck --device "$device" \
    ${sizes[@]+"${sizes[@]}"} device "$@" 2>> "$log" | tee -a "$report" || status=${PIPESTATUS[0]}
  found=$(grep -c '^- FAIL' "$report") || true
  failures=$((failures + found - before))
  [ "$status" -ne 1 ] || [ "$found" -gt "$before" ] || status=2 # Java itself said no
  stopped "${1:-device}" "$status"
}

at_each_level() {
  local level
  for level in ${levels//,/ }; do
    say "" "### At level $level" ""
    "$@" "$level"
  done
}

# Ends here, before there is a report, if the device cannot be opened.
need_device() {
  local answer status=0 why
  answer=$(brume "${levels%%,*}" exact brume.bench.gpu.GpuCheck --device "$device" device \
    2> "$work/opening") || status=$?
  [ "$status" -ne 0 ] || return 0
  # The first sentence of the exception's message.
  why=$(sed -n 's/^- FAIL [^ ]* [A-Za-z0-9.$]*: //p' <<< "$answer" | sed 's/\. [A-Z].*//')
  why=${why:-"$device: expected an answer, got status $status; $(tail -n 1 "$work/opening")"}
  echo "gpu-check: $why; -d emulator -q tries the script without a GPU" >&2
  exit 1
}

# ---- Parts ---------------------------------------------------------------------------------------

machine() {
  local line
  [ ! -s "$report" ] || return 0
  say "# GPU check, $(date +%F), $gpu" "" \
    "- Brume: $(cat .gpu/commit 2> /dev/null || git log -1 --format='%h' 2> /dev/null || echo unknown)"
  nvidia-smi --query-gpu=name,driver_version,memory.total,power.limit --format=csv,noheader 2> /dev/null |
    sed 's/^/- GPU: /' | tee -a "$report" || true
  line=$(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)
  say "- CPU: $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, $line, $(uname -sr)"
  while IFS= read -r line; do
    say "- $line"
  done < "$libraries"
  line=$("$python" -c 'import torch; print(torch.__version__, "cuDNN", torch.backends.cudnn.version())' \
    2> /dev/null) || line="not found by $python"
  say "- PyTorch: $line" "" '```'
  timeout -k 10 "$limit" java "${java_flags[@]}" -cp "$classpath" brume.diffusion.cli.Main doctor 2>> "$log" |
    tee -a "$report" || true
  say '```'
}

smoke() {
  local status=0
  if [ ! -e .gpu/jars/smoke-test.jar ]; then
    say "- not run: there is no .gpu/jars/smoke-test.jar"
    return
  fi
  timeout -k 10 "$limit" java "${java_flags[@]}" -cp "$classpath" SmokeTest > "$work/smoke" 2>&1 || status=$?
  cat "$work/smoke" >> "$log"
  grep '^PASS\|^FAIL\|^SMOKE' "$work/smoke" | sed 's/^/- /' | tee -a "$report" || true
  [ "$status" -eq 0 ] || fail "smoke test, status $status: $(grep -m 1 'Exception\|Error' "$work/smoke" || true)"
}

tests_at() {
  local level=$1 status=0 verdict=PASS passed failed skipped start=$SECONDS
  check "$level"
  # The test of all levels would do again what the next ones do.
  brume "$level" exact org.junit.platform.console.ConsoleLauncher execute "--scan-class-path=$tests" \
    --include-tag=gpu --exclude-classname='.*CudaLevelsTest' --details=testfeed --disable-banner \
    --disable-ansi-colors --fail-if-no-tests "--config=jqwik.database=$work/jqwik" \
    > "$work/tests" 2>> "$log" || status=$?
  cat "$work/tests" >> "$log"
  passed=$(grep -c ' :: SUCCESSFUL$' "$work/tests") || true
  failed=$(grep -c ' :: FAILED$' "$work/tests") || true
  skipped=$(grep -c ' :: ABORTED$\| :: SKIPPED$' "$work/tests") || true
  if [ "$failed" -gt 0 ] || [ "$status" -ne 0 ]; then
    verdict=FAIL
    failures=$((failures + 1))
  fi
  say "- $verdict tests: $passed passed, $failed failed, $skipped skipped in $((SECONDS - start)) s"
  grep -A 1 ' :: FAILED$' "$work/tests" | grep -v '^--$' | sed 's/^\t/    /; s/^JUnit/  - JUnit/' | cut -c 1-300 |
    head -n 200 | tee -a "$report" || true
  stopped tests "$status"
}

parity() {
  check "$1" operations network --shape "$parity_networks"
}

determinism() {
  check "$1" determinism --shape "$step_network"
}

endurance() {
  local count=$steps
  [ -n "$tiny" ] || [ "$1" = "$last_level" ] || count=$((steps / 5))
  check "$1" endurance --shape "$step_network" --steps "$count"
}

capture() {
  check "$1" capture --shape "$capture_networks"
}

# Options of a step of each kind, with how many are done for warming up and measured.
step_runs() {
  local large="--dim 64 --mults 1,2,4,8 --size 32 --channels 3"
  local small="--dim 32 --mults 1,2,4 --size 28 --channels 1"
  if [ -n "$tiny" ]; then
    echo "--measure training --dim 8 --mults 1,2 --size 4 --channels 1 --batch 1 --warmup 1 --steps 1"
    echo "--measure sampling --dim 8 --mults 1,2 --size 4 --channels 1 --batch 2 --warmup 1 --steps 1"
    return
  fi
  echo "--measure training $large --batch 16 --warmup 20 --steps 20"
  echo "--measure training $large --batch 64 --warmup 10 --steps 20"
  echo "--measure training $small --batch 32 --warmup 50 --steps 50"
  echo "--measure sampling $large --batch 64 --warmup 10 --steps 20"
  echo "--measure sampling $large --batch 1 --warmup 50 --steps 50"
  echo "--measure sampling $small --batch 64 --warmup 20 --steps 50"
  echo "--measure sampling $small --batch 1 --warmup 50 --steps 100"
}

# Adds what an engine prints for each run to the figures: measured ENGINE MATH COMMAND..., with the runs
# on the standard input of the command.
measured() {
  local engine=$1 math=$2 status=0 start=$SECONDS run line
  shift 2
  "$@" < "$work/runs" > "$work/times" 2>> "$log" || status=$?
  exec 3< "$work/times"
  while IFS= read -r run; do
    line='{}'
    IFS= read -r line <&3 || line='{}'
    if [ "$line" = '{}' ]; then
      fail "$engine, $math: no time of $run"
      continue
    fi
    # Memory is that of different things: tensors, and processes.
    printf '{"round":1,"engine":"%s","work":"%s","shape":"%s","figures":%s}\n' "$engine" \
      "$(sed 's/--measure \([a-z]*\).*/\1/' <<< "$run")" \
      "$(sed 's/--measure [a-z]* //; s/ --warmup.*//; s/--//g' <<< "$run")" \
      "${line//\"peak_mib\"/\"mib\"}" >> "$work/$math.jsonl"
  done < "$work/runs"
  exec 3<&-
  stopped "$engine, $math" "$status"
  say "- $engine, $math: $((SECONDS - start)) s"
}

measured_torch() {
  local on=$device
  [ "$device" != emulator ] || on=cpu
  sed "s/^/--device $on --dtype $1 $2 /" "$work/runs" |
    timeout -k 10 "$limit" "$python" bench/peers/torch_unet.py -
}

steps() {
  local math level
  step_runs > "$work/runs"
  for math in exact tf32; do
    : > "$work/$math.jsonl"
    for level in ${levels//,/ }; do
      [ $math-$level != tf32-driver ] || continue # TF32 is the libraries'
      measured "Brume, $level" $math brume "$level" $math brume.bench.gpu.StepTimes --device "$device"
      [ "$device" = cpu ] || measured "Brume, $level, captured" $math \
        brume "$level" $math brume.bench.gpu.StepTimes --device "$device" --replay
    done
    if "$python" -c 'import torch' 2> /dev/null; then
      measured "PyTorch" $math measured_torch "${math/exact/f32}" ""
      measured "PyTorch, channels last" $math measured_torch "${math/exact/f32}" --channels-last
    fi
    [ -s "$work/$math.jsonl" ] || continue
    sed "s/^{/{\"math\":\"$math\",/" "$work/$math.jsonl" >> "$figures"
    say "" "In $([ $math = exact ] && echo "exact single precision" || echo "TF32"):" ""
    java "${java_flags[@]}" -cp "$classpath" brume.bench.Comparison "$work/$math.jsonl" 2>> "$log" |
      tee -a "$report" || fail "no table"
  done
}

# ---- All of them ---------------------------------------------------------------------------------

need_device
mkdir -p "$(dirname "$report")"
machine
for part in ${parts//,/ }; do
  start=$SECONDS
  say "" "## ${part^}"
  case $part in
    tests) at_each_level tests_at ;;
    smoke | steps) say ""; "$part" ;;
    *) at_each_level "$part" ;;
  esac
  say "" "${part^} took $((SECONDS - start)) s."
done
say "" "$failures failed, in $SECONDS s: $parts at $levels on $device."
[ "$failures" -eq 0 ]
