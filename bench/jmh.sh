#!/usr/bin/env bash
# Measures kernels with JMH; arguments are JMH's, for example: bench/jmh.sh ConvolutionBench -f 1
set -euo pipefail
cd "$(dirname "$0")/.."
mvn -B -ntp -q -Dmaven.test.skip=true package -pl bench -am
exec java --add-modules jdk.incubator.vector -XX:+UseParallelGC \
  -cp 'bench/target/classes:bench/target/lib/*' org.openjdk.jmh.Main "$@"
