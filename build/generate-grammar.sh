#!/usr/bin/env bash
# Generates the SQL parser from the ANTLR grammars in models/sqltext.
#
#   build/generate-grammar.sh           write models/sqltext/parser anew
#   build/generate-grammar.sh --check   compare with what is committed; exit 1 when they differ
#
# The generator comes through Maven into the cache once; ANTLR_JAR names a jar instead. Its version must be that of
# github.com/antlr4-go/antlr/v4 in go.mod: the runtime warns of, and may misread, the tables of another one. Without Java
# or Maven --check is skipped on a person's machine and fails where CI is set.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly version=4.13.1
readonly sha256=bc13a9c57a8dd7d5196888211e5ede657cb64a3ce968608697e4f668251a8487
readonly maven_plugin=org.apache.maven.plugins:maven-dependency-plugin:3.8.1
readonly grammars=models/sqltext
readonly target=models/sqltext/parser

mode=${1:-write}
cache=${MILLRACE_CACHE:-${HOME:?set HOME or MILLRACE_CACHE}/.cache/millrace}
jar=${ANTLR_JAR:-$cache/antlr/antlr4-$version-complete.jar}

fail() {
	echo "generate-grammar: $*" >&2
	exit 1
}

# Leaves a check that cannot be made: with success for a person, as a failure in CI, where nobody would read the line.
skip() {
	if [ "$mode" != --check ] || [ -n "${CI:-}" ]; then
		fail "$*"
	fi
	echo "generate-grammar: SKIPPED the freshness check of $target: $*"
	exit 0
}

generated() { # is $1 a generated file?
	grep -qE '^// Code generated .* DO NOT EDIT\.$' "$1"
}

case $mode in
write | --check) ;;
*) fail "unknown argument $mode; give nothing or --check" ;;
esac

runtime=$(awk '{ for (i = 1; i < NF; i++) if ($i == "github.com/antlr4-go/antlr/v4") { print substr($(i + 1), 2); exit } }' go.mod)
[ "$runtime" = "$version" ] || fail "go.mod has ANTLR's runtime ${runtime:-not at all}, this script generates for $version"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

command -v java >/dev/null || skip "java is missing (Debian: openjdk-17-jre-headless)"
if [ ! -s "$jar" ]; then
	[ -z "${ANTLR_JAR:-}" ] || fail "ANTLR_JAR names $jar, which is not there"
	command -v mvn >/dev/null || skip "mvn is missing (Debian: maven), and ANTLR is not in the cache yet"
	# Maven prints escape sequences even when it is quiet, hence the redirection.
	(cd "$work" && mvn -q -B "$maven_plugin:copy" -Dartifact="org.antlr:antlr4:$version:jar:complete" -DoutputDirectory="$work") >&2 ||
		fail "Maven could not get ANTLR $version"
	echo "$sha256  $work/${jar##*/}" | sha256sum --check --quiet || fail "the fetched ANTLR is not the one expected"
	mkdir -p "${jar%/*}"
	mv "$work/${jar##*/}" "$jar"
fi

# The generator writes a grammar's path as given into each file, so it runs where the grammars are called by their bare
# names. The lexer comes before the parser, which needs its tokens; their names sort so.
cp "$grammars"/*.g4 "$work"
(cd "$work" && java -jar "$jar" -Dlanguage=Go -package parser -no-listener -no-visitor -Werror *.g4) || fail "the grammar does not generate"
gofmt -w "$work"/*.go

shopt -s nullglob
if [ "$mode" = write ]; then
	mkdir -p "$target"
	# A file of a grammar that is gone would stay behind otherwise; hand-written files (doc.go) share the folder.
	for file in "$target"/*.go; do
		if generated "$file"; then
			rm "$file"
		fi
	done
	cp "$work"/*.go "$target"
	exit 0
fi

status=0
for file in "$work"/*.go; do
	cmp -s "$file" "$target/${file##*/}" || { echo "$target/${file##*/} is stale" >&2 && status=1; }
done
for file in "$target"/*.go; do
	if generated "$file" && [ ! -e "$work/${file##*/}" ]; then
		echo "$file comes from no grammar any more" >&2
		status=1
	fi
done
[ $status -eq 0 ] || fail "run make generate and commit the result"
