#!/usr/bin/env bash
# Measures Brume's kernels beside PyTorch's: convolutions with both gradients, normalizations,
# attention, matrix products, Adam and random numbers at the shapes of a U-Net, alternated.
#
#   PYTHON=~/peer/bin/python bench/compare-ops.sh [-o FILE] [ROUNDS [FILTER [SHAPE]]]
#   bench/compare-ops.sh --table FILE
#
# needs a Python with torch and numpy (pip install torch numpy). Every one of the ROUNDS, 1 unless told,
# measures the roofline, and then family by family Brume's benchmarks with JMH and the same work with
# PyTorch in both memory layouts; it takes about five minutes. FILTER is a regular expression that finds
# benchmarks, 'ConvolutionBench.filterGrad' or 'Attention|Optimizer', and SHAPE, 32x28x32x32x3x1 for
# example, stands in the place of their own shapes, so that a row can be measured alone. What was
# measured is added to FILE, line by line, as further rounds if it has some, and --table prints the
# table of such a file again.
#
# All benchmarks of a family run in one process, as kernels do in a network: first they are warmed up,
# one after the other, then each is measured three times, and the median counts.
#
# A kernel's rate is that of its definition, in GFLOP/s, or, where arithmetic is not what counts, the
# bytes it has to read and write, in GB/s; the percentage is that of min(peak, intensity * bandwidth).
#
#   THREADS             one per core unless told
#   JDKS                folders of JDKs to run Brume on, with blanks between; java's own unless told
#   BRUME_JAVA_OPTIONS  further flags for the JVM
set -euo pipefail
home=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-python3}
threads=${THREADS:-0}
# shellcheck source=bench/recording.sh
. "$home/bench/recording.sh"

results=$home/bench/target/compare-ops-$(date +%Y%m%d-%H%M%S).jsonl
case ${1:-} in
  -h | --help) explain; exit ;;
  --table) tables "${2:-}"; exit ;;
  -o) results=${2:-}; [ -n "$results" ] || fail "-o: expected a file, got none"; shift 2 ;;
esac
rounds=${1:-1}
filter=${2:-.}
shape=${3:-}
need_rounds
need_torch
prepare

# Families, and how often each of their benchmarks is warmed up, the more often the fewer they are.
families=("Convolution;2" "Matmul;3" "Normalization;4" "Attention;7" "Random;8" "Optimizer;8")
all=$(sed -n 's/^brume\.bench\.\([A-Za-z]*Bench\.\)/\1/p' "$log" | grep -v UNetStep)
benchmarks=$(grep -E "$filter" <<< "$all") ||
  fail "expected FILTER to find a benchmark, $filter finds none of these:"$'\n'"$all"

for round in $(seq $((last + 1)) $((last + rounds))); do
  echo "round $round: roofline" >&2
  record_brume kernels "" "$home/bench/jmh.sh" --lines Roofline -wi 3 -w 200ms -i 3 -r 200ms
  for family in "${families[@]}"; do
    IFS=';' read -r family warmups <<< "$family"
    [ -z "$shape" ] || warmups=12 # alone, without others that compile the same
    found=$(grep "^${family}Bench" <<< "$benchmarks" | sed 's/$/$/' | paste -sd '|') || continue
    echo "round $round: $family" >&2
    record_brume kernels "" "$home/bench/jmh.sh" --lines "$found" ${shape:+-p "shape=$shape"} \
      -p "threads=$threads" -f 0 -wm BULK -wi "$warmups" -w 300ms -i 3 -r 200ms
    asked=$(cat "$output")
    record "PyTorch" kernels "" peer torch_ops --warmup 0.15 --seconds 0.15 <<< "$asked"
    record "PyTorch, channels last" kernels "" peer torch_ops --warmup 0.15 --seconds 0.15 \
      --channels-last <<< "$asked"
  done
done
echo "figures: $results" >&2
tables "$results"
