#!/usr/bin/env bash
# Builds Brume and prints what gpu-check.sh needs of it, a line each: folders of classes, the tests' too,
# and the jars they use, with JUnit's launcher. A script that packs a Java runtime, JCuda with its
# natives, and whatever it is told into the folder .gpu/ then makes all that a machine without a JDK
# needs to check its GPU:
#
#   pack.sh $(cuda-kernels/gpu-jars.sh)
#
#   cuda-kernels/gpu-jars.sh --jcuda     prints JCuda and its natives, too
#
# The commit is noted in .gpu/commit, for the report, and what kernels write on the emulator in .gpu/bits.
set -euo pipefail
cd "$(dirname "$0")/.."

jcuda=
case "$*" in
  "") ;;
  --jcuda) jcuda=yes ;;
  *) echo "gpu-jars: expected nothing or --jcuda, got $*" >&2; exit 2 ;;
esac

made=$PWD/cuda-kernels/target/gpu
mkdir -p "$made" .gpu
{
  git log -1 --format='%h of %cs, "%s"' 2> /dev/null || echo "unknown"
  [ -z "$(git status --porcelain -uno 2> /dev/null)" ] || echo "with changes not committed"
} | paste -sd ' ' > .gpu/commit

platform=$(sed -n 's|.*<junit.version>5\(.*\)</junit.version>.*|1\1|p' pom.xml)
console=junit-platform-console-standalone
{
  mvn -B -ntp -q ${jcuda:+-Pcuda} test-compile dependency:build-classpath -pl tests -am \
    -Dmdep.includeScope=test -Dmdep.outputFile="$made/classpath"
  [ -e "$made/$console-$platform.jar" ] ||
    mvn -B -ntp -q -N dependency:copy -Dartifact="org.junit.platform:$console:$platform" \
      -DoutputDirectory="$made"
} >&2

# Of the tests the classes only: golden numbers are read where they lie in the sources.
rm -rf "$made/tests"
mkdir "$made/tests"
(cd tests/target/test-classes && find . -name '*.class' | tar -cT -) | tar -xC "$made/tests"

classes=()
for folder in */target/classes "${made#"$PWD/"}/tests"; do
  [ ! -d "$folder" ] || classes+=("$folder")
done
java -cp "$(printf '%s:' "${classes[@]}")$(cat "$made/classpath")" brume.diffusion.cli.Main \
  ptx save .gpu/bits >&2

printf '%s\n' "${classes[@]}"
# Folders of classes stand above, JUnit is in its launcher, and no test on a GPU looks at classes or
# drives a browser.
tr ':' '\n' < "$made/classpath" | grep '\.jar$' |
  grep -v '/org/junit/\|/archunit\|/commons-math3/\|/seleniumhq/\|/opentelemetry/\|/bytebuddy/\|/guava/' |
  if [ -n "$jcuda" ]; then cat; else grep -v '/org/jcuda/'; fi
echo "$made/$console-$platform.jar"
