#!/bin/sh
# Fetches Apache Flink for the benchmarks that run beside it, into
# ${MILLRACE_CACHE:-$HOME/.cache/millrace}/flink/<version>: one folder of jars,
# which is the class path of a cluster and of its SQL gateway.
#
#   the distribution's lib folder       PyPI's apache-flink-libraries, with pip
#   the SQL gateway, the Kafka connector  Maven
#
# No test needs it. Each file has to have the hash that stands here. Safe to run
# again and again: it returns at once when all is there, and the folder appears
# only when it is whole. Prints one line; exits 1 with the reason when Flink
# cannot be had.
set -eu

version=2.2.1
wheel=74dc5546fbd9add8fbcdf1222a237e09491f9b80296241aef8676ec56f8e686e
gateway=fde5f0f6e868c84de01312a4922404f9571c68a6d879e91fc602bbafa5d735aa
connector_version=5.0.0-2.2
connector=5605c691d11a501382c383fecba37a7a552467da5ab7ba904ef5d6f3d62c5616

cache=${MILLRACE_CACHE:-${HOME:?set HOME or MILLRACE_CACHE}/.cache/millrace}
target=$cache/flink/$version

fail() {
	echo "flink: $*" >&2
	exit 1
}

if [ -d "$target" ]; then
	echo "flink $version: $target"
	exit 0
fi

# Debian's pip comes without a command named python.
python=
for candidate in python3 python; do
	if command -v "$candidate" >/dev/null 2>&1 && "$candidate" -m pip --version >/dev/null 2>&1; then
		python=$candidate
		break
	fi
done
[ -n "$python" ] || fail "pip is missing (it is how Flink's jars are distributed); install Python 3 with pip"
command -v mvn >/dev/null 2>&1 || fail "Maven is missing; build/install-test-parts.sh installs it"

mkdir -p "$cache/flink" "$cache/jars" || fail "cannot create $cache/flink"
free_kib=$(df -Pk "$cache/flink" | awk 'NR == 2 { print $4 }')
if [ "${free_kib:-0}" -lt 1048576 ]; then
	fail "$cache/flink has $((free_kib / 1024)) MiB free; 1024 MiB are needed while unpacking"
fi

# Two runs at once each work in a folder of their own; the first rename wins.
work=$(mktemp -d "$cache/flink/.fetch.XXXXXX") || fail "cannot create a folder in $cache/flink"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

echo "flink $version: fetching apache-flink-libraries (about 300 MiB) ..." >&2
echo "apache-flink-libraries==$version --hash=sha256:$wheel" >"$work/requirements.txt"
if ! "$python" -m pip download --quiet --disable-pip-version-check --no-cache-dir --no-deps --require-hashes \
	--dest "$work/download" --requirement "$work/requirements.txt" >"$work/log" 2>&1; then
	tail -n 5 "$work/log" | sed 's/^/  /' >&2
	fail "pip could not get apache-flink-libraries $version"
fi
"$python" -m zipfile -e "$work/download/apache_flink_libraries-$version-py2.py3-none-any.whl" "$work/wheel" ||
	fail "apache-flink-libraries $version does not unpack"
mkdir "$work/$version"
mv "$work/wheel/pyflink/lib"/*.jar "$work/$version/" || fail "apache-flink-libraries $version holds no jars"

# maven GROUP:ARTIFACT:VERSION FILE SHA256
maven() {
	echo "flink $version: fetching $1 ..." >&2
	# One Maven runs at a time on the machine: its repository is not made for two.
	if ! flock "$cache/jars/maven.lock" mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
		"-Dartifact=$1" "-DoutputDirectory=$work/$version" >"$work/log" 2>&1; then
		tail -n 5 "$work/log" | sed 's/^/  /' >&2
		fail "Maven could not get $1"
	fi
	echo "$3  $work/$version/$2" | sha256sum -c --status || fail "$1 is not the file that is pinned here"
}
command -v flock >/dev/null 2>&1 || flock() { shift && "$@"; }
maven "org.apache.flink:flink-sql-gateway:$version" "flink-sql-gateway-$version.jar" "$gateway"
maven "org.apache.flink:flink-sql-connector-kafka:$connector_version" "flink-sql-connector-kafka-$connector_version.jar" "$connector"

chmod 644 "$work/$version"/*
# mv would put the folder into one that another run has just made.
"$python" -c 'import os, sys; os.rename(*sys.argv[1:])' "$work/$version" "$target" 2>"$work/log" || [ -d "$target" ] ||
	fail "cannot create $target: $(tail -n 1 "$work/log")"
echo "flink $version: $target"
