#!/bin/sh
# Fetches libchdb (the embedded ClickHouse) from the npm registry into
# ${MILLRACE_CACHE:-$HOME/.cache/millrace}/chdb/<version>/libchdb.so.
#
# Safe to run again and again: it returns at once when the library is there, and
# a library appears under its final name only when it is whole.
#
# CHDB_VERSION overrides the pinned version. Prints one line; exits 1 with the
# reason when the library cannot be had.
set -eu

version=${CHDB_VERSION:-26.7.3-stable.1}
cache=${MILLRACE_CACHE:-${HOME:?set HOME or MILLRACE_CACHE}/.cache/millrace}

fail() {
	echo "chdb: $*" >&2
	exit 1
}

case "$(uname -s)/$(uname -m)" in
Linux/x86_64 | Linux/amd64) package=@chdb/lib-linux-x64-gnu ;;
Linux/aarch64 | Linux/arm64) package=@chdb/lib-linux-arm64-gnu ;;
Darwin/x86_64) package=@chdb/lib-darwin-x64 ;;
Darwin/arm64) package=@chdb/lib-darwin-arm64 ;;
*) fail "there is no build of libchdb for $(uname -s)/$(uname -m); use a ClickHouse server of your own" ;;
esac

target=$cache/chdb/$version
library=$target/libchdb.so # macOS builds carry this name too
if [ -s "$library" ]; then
	echo "chdb $version: $library"
	exit 0
fi

command -v npm >/dev/null 2>&1 ||
	fail "npm is missing (it is how libchdb is distributed); install Node.js with npm, or put libchdb.so at $library yourself"
mkdir -p "$target" || fail "cannot create $target"

free_kib=$(df -Pk "$target" | awk 'NR == 2 { print $4 }')
if [ "${free_kib:-0}" -lt 1048576 ]; then
	fail "$target has $((free_kib / 1024)) MiB free; 1024 MiB are needed while unpacking"
fi

# Two runs at once each work in a folder of their own; the last rename wins.
work=$(mktemp -d "$target/.fetch.XXXXXX") || fail "cannot create a folder in $target"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

echo "chdb $version: fetching $package (about 170 MiB) ..." >&2
if ! (cd "$work" && npm pack --loglevel=error "$package@$version" >name 2>log); then
	sed 's/^/  /' "$work/log" >&2
	fail "npm could not get $package@$version"
fi
(cd "$work" && tar -xzf "$(tail -n 1 name)" package/libchdb.so) ||
	fail "$package@$version does not unpack or holds no libchdb.so"
mv -f "$work/package/libchdb.so" "$library"
echo "chdb $version: $library"
