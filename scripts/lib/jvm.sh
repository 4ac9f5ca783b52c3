# shellcheck shell=sh
# Sourced by the launchers (dash, bash): finds the JVM and the code, and keeps the caller's JVM settings out.
#
# Sets: thermos_home, java, native. Every function prints one line and exits 69 (EX_UNAVAILABLE) when
# something is missing.

thermos_home=$(dirname "$(dirname "$(readlink -f "$0")")")
target=$thermos_home/target
native=$target/classes/native/linux-$(uname -m)/thermos-native

# Says why nothing can be started, and exits. Usage: unavailable MESSAGE [ARGUMENT...], the latter those of the program.
# An executor learns it too: a runner leaves such lines in its log directory. The task's processes may have put
# something else there, which is removed, never written through.
unavailable() {
  message=$1
  shift
  echo "thermos: $message" >&2
  for argument; do
    case $0:$argument in
      */thermos-runner:--log_dir=*)
        note=${argument#--log_dir=}/thermos_runner.failure
        rm -f "$note"
        (set -C && echo "$message" > "$note")
        ;;
    esac
  done
  exit 69
}

# What the agent's environment says about JVMs is meant for others.
unset JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS

# The JVM takes the encoding of file names from the locale, and an agent gives none. What we start gets the
# caller's locale back (LauncherEnvironment).
export THERMOS_LC_ALL="${LC_ALL:-}" LC_ALL=C.UTF-8

if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
  java=$JAVA_HOME/bin/java
elif ! java=$(command -v java); then
  unavailable "cannot find a JVM: install JDK 17 or later, or set JAVA_HOME" "$@"
fi

if [ ! -e "$target/thermos.jar" ] || [ ! -x "$native" ]; then
  "$thermos_home/scripts/build" >&2 || unavailable "cannot build $thermos_home" "$@"
fi

# Builds if one of these files, or of those below these directories, is newer than what was built.
build_if_newer() {
  if [ -n "$(find "$@" -newer "$target/thermos.jar" -type f -print -quit)" ]; then
    "$thermos_home/scripts/build" >&2 || exit 69
  fi
}

# Prints the class path made of the project's jar and the named libraries.
class_path() {
  path=$target/thermos.jar
  for library in "$@"; do
    path=$path:$target/lib/$library.jar
  done
  echo "$path"
}

# The flags of a JVM that is small before it is fast, and sleeps when it has nothing to do: one compiler, the serial
# collector, no perf data file, none of the JVM's own wake-ups (four a second otherwise), and a class archive whose
# pages stay shared because it is not moved.
# shellcheck disable=SC2034 # Used by those who source this.
lean_flags="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms4m -Xmx256m -Xss256k -XX:ReservedCodeCacheSize=12m \
-XX:-UsePerfData -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -XX:AsyncDeflationInterval=60000 \
-XX:GuaranteedSafepointInterval=0 -XX:+IgnoreUnrecognizedVMOptions -XX:+ExitOnOutOfMemoryError \
-Xshare:auto -Xlog:disable -Xlog:all=error:stderr -Xlog:cds*=off:stderr"

# Prints the flag that names a program's class archive, which any other JVM than the one it was made with ignores
# without a word. While scripts/archive-classes trains the programs, the flag has it made. Usage: class_archive PROGRAM
class_archive() {
  if [ -d "$target/archive/training" ]; then
    echo "-XX:ArchiveClassesAtExit=$target/archive/$1.jsa"
  else
    echo "-XX:SharedArchiveFile=$target/archive/$1.jsa"
  fi
}
