#!/usr/bin/env bash
# Measures Brume beside PyTorch: steps of the same U-Nets and products of the same matrices on the
# same machine, alternated.
#
#   PYTHON=~/peer/bin/python bench/compare.sh [-o FILE] [ROUNDS [FILTER]]
#   bench/compare.sh --table FILE
#
# needs a Python with torch and numpy (pip install torch numpy). Every one of the ROUNDS, 3 unless told,
# runs Brume, PyTorch and PyTorch with channels last once for each piece of work, in processes of their
# own; the tables have medians over rounds, smallest and largest values in parentheses, and ratios of
# Brume to the better of the two PyTorch layouts, round by round. What was measured is added to FILE,
# line by line, as further rounds if it has some, and --table prints the tables of such a file again.
#
# FILTER is a regular expression: only work that it finds is done, for example 'training dim 32',
# 'sampling.*batch 1$' or 'products'.
#
# Memory is the largest resident set of a process that does nothing but training steps, engine and
# runtime included, as the system counts it.
#
#   THREADS             of the steps; one per core unless told. Products are measured on 1 and on 2
#   JDKS                folders of JDKs to run Brume on, with blanks between; the launcher's unless told
#   BRUME_JAVA_OPTIONS  further flags for the JVM
set -euo pipefail
home=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-python3}
threads=${THREADS:-$(nproc)}
# shellcheck source=bench/recording.sh
. "$home/bench/recording.sh"

results=$home/bench/target/compare-$(date +%Y%m%d-%H%M%S).jsonl
case ${1:-} in
  -h | --help) explain; exit ;;
  --table) tables "${2:-}"; exit ;;
  -o) results=${2:-}; [ -n "$results" ] || fail "-o: expected a file, got none"; shift 2 ;;
esac
rounds=${1:-3}
filter=${2:-.}
need_rounds
need_torch
prepare

small="--dim 32 --mults 1,2,4 --size 28 --channels 1"
narrow="--dim 16 --mults 1,2,4 --size 28 --channels 1"
large="--dim 64 --mults 1,2,4,8 --size 32 --channels 3"
# What to do, the options both engines know, steps, and steps before for Brume's compiler and PyTorch.
steps=(
  "training;$small --batch 32;9;20;3"
  "training;$narrow --batch 64;5;8;2"
  "training;$large --batch 16;4;6;1"
  "sampling;$small --batch 64;5;8;2"
  "sampling;$narrow --batch 64;5;8;2"
  "sampling;$large --batch 64;3;4;1"
  "sampling;$small --batch 1;60;600;10"
  "sampling;$narrow --batch 1;60;600;10"
  "sampling;$large --batch 1;40;200;5"
)
products="1x512x512x512xNN,1x1024x1024x1024xNN,1x2048x2048x2048xNN"

for round in $(seq $((last + 1)) $((last + rounds))); do
  for step in "${steps[@]}"; do
    IFS=';' read -r work options count before peer_before <<< "$step"
    shape=${options//--/}
    [[ "$work $shape" =~ $filter ]] || continue
    echo "round $round: $work $shape" >&2
    # shellcheck disable=SC2206  # the options are words
    options=($options --measure "$work" --threads "$threads" --steps "$count")
    record_brume "$work" "$shape" "$home/brume" bench step "${options[@]}" --warmup "$before" --json
    options+=(--warmup "$peer_before")
    record "PyTorch" "$work" "$shape" peer torch_unet "${options[@]}"
    record "PyTorch, channels last" "$work" "$shape" peer torch_unet "${options[@]}" --channels-last
  done
  if [[ products =~ $filter ]]; then
    echo "round $round: products" >&2
    record_brume kernels "" "$home/bench/jmh.sh" --lines 'Roofline.fma[A-Z]'
    record_brume kernels "" "$home/bench/jmh.sh" --lines MatmulBench \
      -p "shape=$products" -p threads=1,2 -wi 2 -w 500ms -i 3 -r 500ms
    asked=$(cat "$output")
    record "PyTorch" kernels "" peer torch_ops <<< "$asked"
  fi
done
echo "figures: $results" >&2
tables "$results"
