# What compare.sh and compare-ops.sh share: engines run one after the other, and what they print is added
# to $results, a line of JSON each. To be sourced, with $home, $python, $results and $round set.

log=$(mktemp)
output=$(mktemp)
spent=$(mktemp)
trap 'rm -f "$log" "$output" "$spent"' EXIT

# What Brume runs on.
javas=()
for jdk in ${JDKS:-}; do
  javas+=("$jdk/bin/java")
done
[ ${#javas[@]} -gt 0 ] || javas=("${BRUME_JAVA:-${JAVA_HOME:+$JAVA_HOME/bin/}java}")

fail() {
  echo "compare: $*" >&2
  exit 1
}

# Prints the head of the script.
explain() {
  sed -n '/^#!/d; /^#/!q; s/^# \{0,1\}//p' "$0"
}

need_torch() {
  "$python" -c 'import torch' 2> /dev/null ||
    fail "expected a Python with PyTorch, $python has none; set PYTHON"
}

# Refuses what is no number of rounds, an unknown option for example: need_rounds [LEAST]
need_rounds() {
  [[ $rounds =~ ^[0-9]{1,4}$ ]] && [ "$((10#$rounds))" -ge "${1:-1}" ] ||
    fail "expected a number of rounds, got $rounds; -h tells more"
  rounds=$((10#$rounds))
}

# Builds what is measured, makes the folder of the results, and finds the last round in them.
prepare() {
  mkdir -p "$(dirname "$results")"
  touch "$results"
  last=$(sed -n 's/^{"round":\([0-9]*\).*/\1/p' "$results" | sort -n | tail -n 1)
  last=${last:-0}
  "$home/bench/jmh.sh" -l > "$log" 2>&1 || { cat "$log" >&2; exit 1; }
}

# Adds what an engine prints: record ENGINE WORK SHAPE COMMAND...
record() {
  try_record "$@" || { cat "$log" >&2; fail "$1 failed: ${*:4}"; }
}

# The same, for an engine that may fail; $log then says why.
try_record() {
  local engine=$1 work=$2 shape=$3 figures before others
  shift 3
  times > "$spent"
  before=$(busy_with_others)
  "$@" 2> "$log" > "$output" || return 1
  times > "$spent"
  others=$(awk -v before="$before" -v after="$(busy_with_others)" 'BEGIN {
    split(before, b, " "); split(after, a, " ")
    if (a[2] > b[2]) printf "%.2f", (a[1] - b[1]) / (a[2] - b[2]); else print "null" }')
  while IFS= read -r figures; do
    printf '{"round":%d,"engine":"%s","work":"%s","shape":"%s","others":%s,"figures":%s}\n' \
      "$round" "$engine" "$work" "$shape" "$others" "$figures" >> "$results"
  done < "$output"
}

# Seconds for which cores have been busy with anything but what this shell has run, which $spent tells, and the time. On
# Linux only.
busy_with_others() {
  [ -r /proc/stat ] || return 0
  awk -v now="${EPOCHREALTIME/,/.}" -v ticks="$(getconf CLK_TCK)" '
    FILENAME == "/proc/stat" { print ($2 + $3 + $4 + $7 + $8 + $9) / ticks - own, now; exit }
    FNR == 2 { gsub(/s/, ""); for (i = 1; i <= 2; i++) { split($i, t, "m"); own += 60 * t[1] + t[2] } }
  ' "$spent" /proc/stat
}

# Adds what is measured on, and how many programs want it at the moment.
record_machine() {
  local cpu load
  cpu=$(sed -n 's/^model name.*: //p' /proc/cpuinfo 2> /dev/null | head -n 1)
  load=$(cut -d ' ' -f 1 /proc/loadavg 2> /dev/null || uptime | sed 's/.*average[s]*: *\([0-9]*[.,][0-9]*\).*/\1/')
  printf '{"round":%d,"engine":"machine","work":"machine","shape":"","figures":{"cpu":"%s","cores":%d,"load":%s}}\n' \
    "$round" "${cpu:-$(uname -m)}" "$(nproc)" "${load/,/.}" >> "$results"
}

# The same for Brume on each JDK: record_brume WORK SHAPE COMMAND...
record_brume() {
  local java
  for java in "${javas[@]}"; do
    record_brume_on "$java" "$@"
  done
}

# On one of them: record_brume_on JAVA WORK SHAPE COMMAND...
record_brume_on() {
  local release
  release=$("$1" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
  BRUME_JAVA=$1 record "Brume, JDK $release" "${@:2}"
}

# Runs a script of bench/peers: peer NAME OPTIONS...
peer() {
  "$python" "$home/bench/peers/$1.py" "${@:2}"
}

# Prints the tables of a file: tables FILE
tables() {
  [ -n "$1" ] || fail "--table: expected a file of figures, got none"
  [ -f "$1" ] || fail "--table: expected a file of figures, found none at $1"
  "$home/bench/jmh.sh" --compare "$1"
}
