#!/usr/bin/env bash
# Checks Brume on this machine's GPU and writes down what it finds.
#
#   cuda-kernels/gpu-check.sh [OPTIONS]
#
#   -p PARTS    of machine,smoke,kernels,quick,speed,profile,convolutions,peers,tests,parity,determinism,
#               endurance,capture,steps; all unless told, in this order: the first ones tell most
#   -l LEVELS   of driver,cublas,cudnn: what the GPU may use; each is checked. All unless told
#   -o FILE     the report; bench/results/DATE-GPU.md unless told. What it holds already stays
#   -s STEPS    of the long training, 1000 unless told; at all levels but the last a fifth of them
#   -t SECONDS  a part may take, 230 unless told; what it has not done by then counts as failed
#   -d DEVICE   cuda unless told; emulator or cpu to try the script itself
#   -q          tiny sizes, for that
#   -h          prints this
#
# Parts: machine tells what is here, and which settings of the environment change what libraries do; smoke
# runs the smoke test packed with .gpu/; kernels compares every kernel with the emulator, bit by bit; quick
# checks operations, gradients, determinism and capture at a small shape, waiting after every launch; speed
# measures steps at 64x64; profile measures each kernel of such a step; convolutions lists which algorithm
# was the fastest for each; peers measures PyTorch beside, also in bfloat16 and compiled, if PYTHON (python3)
# has it; tests runs the tests tagged gpu; parity compares operations and gradients at the sizes of real
# networks with the CPU; determinism trains twice; endurance trains for long; capture repeats a step as a
# CUDA graph; steps measures training and sampling at several sizes, exact and in TF32.
#
# Where a command may take ten minutes at most, call it part by part and level by level, with the same FILE:
#
#   cuda-kernels/gpu-check.sh -o FILE -p machine,smoke,kernels
#   cuda-kernels/gpu-check.sh -o FILE -p quick
#   cuda-kernels/gpu-check.sh -o FILE -p tests -l cudnn -t 500
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

all_parts=machine,smoke,kernels,quick,speed,profile,convolutions,peers,tests,parity,determinism,endurance,capture,steps
parts=$all_parts
levels=driver,cublas,cudnn
report='' steps=1000 limit=230 device=cuda tiny=''
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
  case ,$all_parts, in
    *,"$part",*) ;;
    *) usage "-p: expected parts of $all_parts, got $part" ;;
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
  quick_network=$step_network
  speed_network="--dim 8 --mults 1,2 --size 4 --channels 1 --batch 1 --warmup 1 --steps 1"
  sizes=(--repeats 2 --settled 2)
else
  step_network=16x32x3x64x1-2-4-8
  parity_networks=$step_network,16x64x3x64x1-2-4-8
  capture_networks=$step_network,32x28x1x32x1-2-4
  quick_network=2x16x3x32x1-2
  speed_network="--dim 64 --mults 1,2,4,8 --size 64 --channels 3 --batch 64 --warmup 5 --steps 10"
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
stand_ins='' # whether NVIDIA's libraries are those of src/test/c
deadline=$((SECONDS + limit)) # of the part that runs
last_level=${levels##*,}

say() {
  printf '%s\n' "$@" | tee -a "$report"
}

fail() {
  say "- FAIL $*"
  failures=$((failures + 1))
}

# Runs a command for as long as the part may still take.
in_time() {
  local left=$((deadline - SECONDS))
  [ "$left" -ge 1 ] || return 124
  timeout -k 10 "$left" "$@"
}

# Runs Brume's Java at a level with some arithmetic: brume LEVEL MATH ARGUMENTS...
brume() {
  local level=$1 math=$2
  shift 2
  in_time java "${java_flags[@]}" "-Dbrume.cuda.level=$level" "-Dbrume.cuda.math=$math" \
    "-Dbrume.test.gpu=$device" -cp "$classpath" "$@"
}

# Says that a command did not end by itself, if so: stopped WHAT STATUS
stopped() {
  case $2 in
    124 | 137) fail "$1: stopped, as the part took $limit s; run it alone, or with a larger -t" ;;
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

# What libraries read from the environment, whose numbers or speed it changes.
settings() {
  local found
  found=$(env | grep -E '^(NVIDIA_|CUDA_|CUBLAS_|CUDNN_|TORCH_|BRUME_|LD_BIND_NOW)' | sort) || found=none
  say "" "Settings of the environment:" "" '```' "$found" '```'
}

# Ends here, before there is a report, if the device cannot be opened.
need_device() {
  local answer status=0 why
  answer=$(brume "${levels%%,*}" exact brume.bench.gpu.GpuCheck --device "$device" device \
    2> "$work/opening") || status=$?
  [[ $answer != *" cuda: stub,"* ]] || stand_ins=yes
  [ "$status" -ne 0 ] || return 0
  # The first sentence of the exception's message.
  why=$(sed -n 's/^- FAIL [^ ]* [A-Za-z0-9.$]*: //p' <<< "$answer" | sed 's/\. [A-Z].*//')
  why=${why:-"$device: expected an answer, got status $status; $(tail -n 1 "$work/opening")"}
  echo "gpu-check: $why; -d emulator -q tries the script without a GPU" >&2
  exit 1
}

# ---- Parts ---------------------------------------------------------------------------------------

heading() {
  [ ! -s "$report" ] || return 0
  say "# GPU check, $(date +%F), $gpu" "" \
    "- Brume: $(cat .gpu/commit 2> /dev/null || git log -1 --format='%h' 2> /dev/null || echo unknown)"
}

machine() {
  local line
  nvidia-smi --query-gpu=name,driver_version,memory.total,power.limit,clocks.sm,clocks.max.sm,clocks.mem,temperature.gpu \
    --format=csv,noheader 2> /dev/null | sed 's/^/- GPU: /' | tee -a "$report" || true
  line=$(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)
  say "- CPU: $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, $line, $(uname -sr)"
  while IFS= read -r line; do
    say "- $line"
  done < "$libraries"
  line=$("$python" -c 'import torch; print(torch.__version__, "cuDNN", torch.backends.cudnn.version())' \
    2> /dev/null) || line="not found by $python"
  say "- PyTorch: $line"
  settings
  say "" '```'
  in_time java "${java_flags[@]}" -cp "$classpath" brume.diffusion.cli.Main doctor 2>> "$log" |
    tee -a "$report" || true
  say '```'
}

smoke() {
  local status=0
  if [ ! -e .gpu/jars/smoke-test.jar ]; then
    say "- not run: there is no .gpu/jars/smoke-test.jar"
    return
  fi
  in_time java "${java_flags[@]}" -cp "$classpath" SmokeTest > "$work/smoke" 2>&1 || status=$?
  cat "$work/smoke" >> "$log"
  grep '^PASS\|^FAIL\|^SMOKE' "$work/smoke" | sed 's/^/- /' | tee -a "$report" || true
  [ "$status" -eq 0 ] || fail "smoke test, status $status: $(grep -m 1 'Exception\|Error' "$work/smoke" ||
    tail -n 1 "$work/smoke")"
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

kernels() {
  local bits=()
  [ ! -e .gpu/bits ] || bits=(--bits .gpu/bits)
  check driver kernels ${bits[@]+"${bits[@]}"}
}

quick() {
  local repeats=(--repeats 3)
  [ -z "$tiny" ] || repeats=()
  # A launch that fails is named, and cuDNN says why it refuses.
  BRUME_CUDA_DEBUG=1 CUDNN_LOGLEVEL_DBG=2 CUDNN_LOGDEST_DBG=stderr \
    check "$1" operations network determinism --shape "$quick_network" ${repeats[@]+"${repeats[@]}"}
  check "$1" capture --shape "$quick_network" ${repeats[@]+"${repeats[@]}"}
}

# Each kernel of a training step.
profile() {
  local math status=0
  for math in exact tf32; do
    [ "$math-$1" != tf32-driver ] || continue
    say "" "In $math arithmetic:" "" '```'
    # shellcheck disable=SC2086  # the options are words
    brume "$1" $math brume.diffusion.cli.Main bench step --device "$device" --measure training \
      $speed_network --profile 2>> "$log" | tee -a "$report" || status=${PIPESTATUS[0]}
    say '```'
    [ "$status" -ne 1 ] || status=2
    stopped "profile, $math" "$status"
  done
}

# Which algorithm was chosen for each convolution, and what the others took.
convolutions() {
  local file found=''
  for file in "${XDG_CACHE_HOME:-$HOME/.cache}"/brume/convolutions-*.tsv; do
    [ -e "$file" ] || continue
    found=yes
    cp "$file" "$(dirname "$report")/"
    say "" "$(head -n 1 "$file" | sed 's/^# //; s/; .*//'):" "" '```'
    tail -n +2 "$file" | cut -c 1-300 | tee -a "$report"
    say '```'
  done
  [ -n "$found" ] || say "- none: no convolution has been timed on this machine"
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

# Whether PyTorch is there and sees the device; else says in $why_no_torch why not.
torch_works() {
  why_no_torch="no PyTorch"
  "$python" -c 'import torch' 2> /dev/null || return 1
  [[ $device == cuda* ]] || return 0
  why_no_torch="a PyTorch that finds no GPU"
  "$python" -c 'import sys, torch; sys.exit(not torch.cuda.is_available())' 2> /dev/null
}

measured_torch() {
  local on=$device
  [ "$device" != emulator ] || on=cpu
  sed "s/^/--device $on --dtype $1 $2 /" "$work/runs" |
    in_time "$python" bench/peers/torch_unet.py -
}

# The figures of runs in some arithmetic, as a table: table MATH TITLE
table() {
  [ -s "$work/$1.jsonl" ] || return 0
  sed "s/^{/{\"math\":\"$1\",/" "$work/$1.jsonl" >> "$figures"
  say "" "$2:" ""
  java "${java_flags[@]}" -cp "$classpath" brume.bench.Comparison "$work/$1.jsonl" 2>> "$log" |
    tee -a "$report" || fail "no table"
}

# Brume at a level and in some arithmetic, direct and captured.
measured_brume() {
  measured "Brume, $1, $2" "$3" brume "$1" "$2" brume.bench.gpu.StepTimes --device "$device"
  [ "$device" = cpu ] || measured "Brume, $1, $2, captured" "$3" \
    brume "$1" "$2" brume.bench.gpu.StepTimes --device "$device" --replay
}

speed() {
  local level
  echo "--measure training $speed_network" > "$work/runs"
  : > "$work/speed.jsonl"
  for level in $(tr , '\n' <<< "$levels" | tac); do # what is fastest comes first
    measured_brume "$level" exact speed
    [ "$level" = driver ] || measured_brume "$level" tf32 speed
  done
  table speed "A training step"
}

peers() {
  if ! torch_works; then
    say "- not run: $python has $why_no_torch"
    return
  fi
  echo "--measure training $speed_network" > "$work/runs"
  : > "$work/peers.jsonl"
  measured "PyTorch, f32" peers measured_torch f32 ""
  measured "PyTorch, tf32, channels last" peers measured_torch tf32 --channels-last
  measured "PyTorch, bf16, channels last" peers measured_torch bf16 --channels-last
  measured "PyTorch, bf16, channels last, compiled" peers measured_torch bf16 "--channels-last --compile"
  table peers "A training step"
}

steps() {
  local math level torch=''
  step_runs > "$work/runs"
  ! torch_works || torch=yes
  for math in exact tf32; do
    : > "$work/$math.jsonl"
    for level in ${levels//,/ }; do
      [ $math-$level = tf32-driver ] || measured_brume "$level" $math $math # TF32 is the libraries'
    done
    if [ -n "$torch" ]; then
      measured "PyTorch" $math measured_torch "${math/exact/f32}" ""
      measured "PyTorch, channels last" $math measured_torch "${math/exact/f32}" --channels-last
    fi
    table $math "In $([ $math = exact ] && echo "exact single precision" || echo "TF32")"
  done
}

# ---- All of them ---------------------------------------------------------------------------------

need_device
mkdir -p "$(dirname "$report")"
heading
for part in ${parts//,/ }; do
  start=$SECONDS
  deadline=$((SECONDS + limit))
  say "" "## ${part^}"
  case $part in
    tests) at_each_level tests_at ;;
    machine | smoke | kernels | speed | convolutions | peers | steps) say ""; "$part" ;;
    *) at_each_level "$part" ;;
  esac
  say "" "${part^} took $((SECONDS - start)) s."
done
[ -z "$stand_ins" ] || say "" \
  "The libraries are stand-ins that compute nothing. What compares numbers with the CPU's, the emulator's or" \
  "golden ones fails for that reason; what compares a run with itself passes for it, and times are those of the" \
  "host. Shown is only that parts run, end and report."
say "" "$failures failed, in $SECONDS s: $parts at $levels on $device."
[ "$failures" -eq 0 ]
