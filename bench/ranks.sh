#!/usr/bin/env bash
# Measures two processes of one thread each that share a run over Open MPI, beside one process with two
# threads, which ends in the same bits; and how long they take to add up gradients.
#
#   bench/ranks.sh [ROUNDS [STEPS]]     images per second of a U-Net of dim 32, batch 64 (4 x 16), in turn
#   bench/ranks.sh --exchange [ROUNDS]  16 MiB of gradients: between processes, between two network namespaces
#                                       of this machine, which needs root, and at 1 Gbit/s between them
#
# ROUNDS is 3 unless told, STEPS 12, of which the first 4 are for the just-in-time compiler. Tables have medians,
# and over rounds the median ratio. What else runs on the machine counts, too: its load is told.
#
#   BRUME_JAVA          the java to run, instead of JAVA_HOME's or the one on the path
#   BRUME_JAVA_OPTIONS  further flags for the JVM
set -euo pipefail
home=$(cd "$(dirname "$0")/.." && pwd)

fail() {
  echo "ranks: $*" >&2
  exit 1
}

exchange=
case ${1:-} in
  -h | --help) sed -n '/^#!/d; /^#/!q; s/^# \{0,1\}//p' "$0"; exit ;;
  --exchange) exchange=1; shift ;;
esac
rounds=${1:-3}
steps=${2:-12}
first=4
[[ $rounds =~ ^[1-9][0-9]{0,2}$ ]] || fail "expected a number of rounds, got $rounds; -h tells more"
[[ $steps =~ ^[1-9][0-9]{0,3}$ ]] && [ "$steps" -gt "$first" ] ||
  fail "expected more than $first steps, got $steps"
mpirun=$(command -v mpirun.openmpi || command -v mpirun) ||
  fail "expected Open MPI, found no mpirun; apt-get install openmpi-bin"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
two=("$mpirun" --oversubscribe --bind-to none -np 2)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$home/brume" --version > /dev/null # built, before many would at once
echo "load $(cut -d ' ' -f 1-3 /proc/loadavg 2> /dev/null || uptime), $(nproc) cores" >&2

median() {
  sort -g | awk '{ x[NR] = $1 } END { if (NR == 0) exit 1; print NR % 2 ? x[(NR + 1) / 2] : (x[NR / 2] + x[NR / 2 + 1]) / 2 }'
}

# Images per second, of the median step: train NAME OPTIONS COMMAND...
train() {
  local run=$folder/$1
  # shellcheck disable=SC2086  # the options are words
  "${@:3}" train --device cpu --data fashion-mnist --patch 1 --network unet --dim 32 --mults 1,2,4 --batch 16 --accumulate 4 \
    --steps "$steps" --checkpoint-every "$steps" --sample-every 0 --samples 0 --quiet $2 --run "$run" \
    > "$folder/said" 2>&1 || { cat "$folder/said" >&2; fail "training failed: ${*:3}"; }
  sed -n 's/.*"seconds":\([0-9.eE-]*\).*/\1/p' "$run/log.jsonl" | tail -n +$((first + 1)) | median |
    awk '{ printf "%.2f\n", 64 / $1 }'
}

# A figure of a line of JSON: figure NAME LINE
figure() {
  sed -n 's/.*"'"$1"'":\([0-9.]*\).*/\1/p' <<< "$2"
}

# Adds up often: exchange WHERE COMMAND...
exchange() {
  local line
  line=$("${@:2}" bench ranks --ranks mpi --size 16 --times 15 --json 2> "$folder/said") || {
    cat "$folder/said" >&2
    echo "ranks: $1 is left out" >&2
    return 0
  }
  printf '| %s | %s | %s | %s | %s |\n' "$1" "$(figure ordered_ms "$line")" "$(figure allreduce_ms "$line")" \
    "$(figure ratio "$line")" "$(figure memory_mib "$line")"
}

if [ -n "$exchange" ]; then
  echo "| two ranks, 16 MiB | ordered, ms | MPI_Allreduce, ms | ratio | memory, MiB |"
  echo "| --- | ---: | ---: | ---: | ---: |"
  for _ in $(seq "$rounds"); do
    exchange "one machine" "${two[@]}" "$home/brume"
    exchange "two namespaces" "$home/bench/namespaces.sh" "$home/brume"
    exchange "two namespaces, 1 Gbit/s" "$home/bench/namespaces.sh" --rate 1gbit "$home/brume"
  done
  exit
fi

echo "| round | one process, two threads, images/s | two ranks, one thread each, images/s | ratio |"
echo "| ---: | ---: | ---: | ---: |"
for round in $(seq "$rounds"); do
  measure_one() { one=$(train "one-$round" "--threads 2" "$home/brume"); }
  measure_two() { shared=$(train "two-$round" "--threads 1 --ranks mpi" "${two[@]}" "$home/brume"); }
  if [ $((round % 2)) = 1 ]; then measure_one; measure_two; else measure_two; measure_one; fi
  ratio=$(awk -v a="$shared" -v b="$one" 'BEGIN { printf "%.3f", a / b }')
  echo "$ratio" >> "$folder/ratios"
  echo "| $round | $one | $shared | $ratio |"
done
echo "median ratio $(median < "$folder/ratios")"
