#!/usr/bin/env bash
# Measures kernels and steps: with JMH, or, with --profile, kernels inside of steps.
#
#   bench/jmh.sh [ARGUMENTS OF JMH]          for example ConvolutionBench -p threads=1,2
#   bench/jmh.sh --table [ARGUMENTS OF JMH]  a table with each row as a part of the roofline, for which
#                                            Roofline is measured first, in a minute, with times of its
#                                            own; JMH's log goes to bench/target/jmh.log or to its -o FILE
#   bench/jmh.sh --lines [ARGUMENTS OF JMH]  one line of JSON for each row
#   bench/jmh.sh --profile [SHAPE [STEPS]]   where the time of a training and of a sampling step goes
#   bench/jmh.sh --exchange                  what adding up gradients would cost many machines, on paper
#   bench/jmh.sh --compare FILE              the tables of what compare.sh or compare-ops.sh wrote
#   bench/jmh.sh --behind FILE PART          the peers in such a file that did less than a part, 0.6 for
#                                            example, of what the best did, and at which work
#
# SHAPE is batch, size, channels, dim and its multiples, as in 32x28x1x32x1-2-4; or a preset whose network
# is told texts, such as shapes-text.
#
#   BRUME_JAVA          the java to run, instead of JAVA_HOME's or the one on the path
#   BRUME_JAVA_OPTIONS  further flags for the JVM
set -euo pipefail
home=$(cd "$(dirname "$0")/.." && pwd)

fail() {
  echo "jmh: $*" >&2
  exit 1
}

main=org.openjdk.jmh.Main
case ${1:-} in
  --table)
    main=brume.bench.Report
    shift
    [[ " $* " == *" -o "* ]] || set -- -o "$home/bench/target/jmh.log" "$@"
    ;;
  --profile)
    main=brume.bench.KernelProfile
    shift
    [[ ${1:-1x1x1x1x1} =~ ^(([0-9]+x){4}[0-9-]+|[a-z][a-z0-9-]*)$ ]] ||
      fail "--profile: expected a shape such as 32x28x1x32x1-2-4 or the preset shapes-text, got $1"
    [[ ${2:-1} =~ ^[1-9][0-9]*$ ]] || fail "--profile: expected a number of steps, got $2"
    ;;
  --lines) main=brume.bench.Report ;;
  --exchange) main=brume.bench.ExchangeCost ;;
  --compare | --behind)
    main=brume.bench.Comparison
    [ "$1" = --compare ] || main=brume.bench.Behind
    [ $# -gt 1 ] || fail "$1: expected a file of figures, got none"
    [ -f "$2" ] || fail "$1: expected a file of figures, found none at $2"
    shift
    [ $main = brume.bench.Comparison ] || [[ ${2:-} =~ ^0?\.[0-9]+$ ]] ||
      fail "--behind: expected a part such as 0.6, got ${2:-none}"
    ;;
esac

stamp=$home/bench/target/built
if [ ! -e "$stamp" ] ||
  [ -n "$(find "$home"/pom.xml "$home"/*/pom.xml "$home"/*/src/main -newer "$stamp" -print -quit)" ]; then
  (cd "$home" && mvn -B -ntp -q -Dmaven.test.skip=true package -pl bench -am) >&2
  touch "$stamp"
fi

# The flags of ./brume; JMH hands them on to the processes that measure.
# shellcheck disable=SC2086  # the options are words
exec "${BRUME_JAVA:-${JAVA_HOME:+$JAVA_HOME/bin/}java}" --add-modules jdk.incubator.vector \
  -XX:+UseSerialGC -XX:MaxNewSize=16m -XX:ObjectAlignmentInBytes=64 ${BRUME_JAVA_OPTIONS:-} \
  -cp "$home/bench/target/classes:$home/bench/target/lib/*" "$main" "$@"
