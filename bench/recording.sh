# What compare.sh and compare-ops.sh share: engines run one after the other, and what they print is added
# to $results, a line of JSON each. To be sourced, with $home, $python, $results and $round set.

log=$(mktemp)
output=$(mktemp)
trap 'rm -f "$log" "$output"' EXIT

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

# Refuses what is no number of rounds, an unknown option for example.
need_rounds() {
  [[ $rounds =~ ^[1-9][0-9]*$ ]] || fail "expected a number of rounds, got $rounds; -h tells more"
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
  local engine=$1 work=$2 shape=$3 figures
  shift 3
  "$@" 2> "$log" > "$output" ||
    { cat "$log" >&2; fail "$engine failed: $*"; }
  while IFS= read -r figures; do
    printf '{"round":%d,"engine":"%s","work":"%s","shape":"%s","figures":%s}\n' \
      "$round" "$engine" "$work" "$shape" "$figures" >> "$results"
  done < "$output"
}

# The same for Brume on each JDK: record_brume WORK SHAPE COMMAND...
record_brume() {
  local jdk java release
  for jdk in ${JDKS:-""}; do
    java=${jdk:+$jdk/bin/java}
    java=${java:-${BRUME_JAVA:-${JAVA_HOME:+$JAVA_HOME/bin/}java}}
    release=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
    BRUME_JAVA=$java record "Brume, JDK $release" "$@"
  done
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
