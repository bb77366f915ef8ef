#!/bin/sh
# Installs what the tests with real servers need, and warms the caches: Java 17
# or later, Maven, the jars of Apache Kafka, MariaDB, Keycloak, Chromium, libchdb and, through Python's pip,
# the public data sets that the tests run on. Run it as root where
# something is missing; it is quick when all is there. Prints one line per part,
# and ends with 1 and the reasons when a part could not be installed.
set -u

here=$(cd "$(dirname "$0")" && pwd)
cache=${MILLRACE_CACHE:-${HOME:?set HOME or MILLRACE_CACHE}/.cache/millrace}
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
failed=0

missing() { # part, reason
	echo "MISSING $1: $2" >&2
	failed=1
}

java_version() {
	java -version 2>&1 | sed -n 's/.*version "\(1\.\)\{0,1\}\([0-9][0-9]*\).*/\2/p' | head -n 1
}

have_java() {
	command -v java >/dev/null 2>&1 && [ "$(java_version)" -ge 17 ] 2>/dev/null
}

have_pip() {
	python3 -m pip --version >/dev/null 2>&1
}

updated=no
apt_install() { # package...
	command -v apt-get >/dev/null 2>&1 || {
		echo "there is no apt-get here; install it yourself" >"$log"
		return 1
	}
	[ "$(id -u)" = 0 ] || {
		echo "only root can install it; run this script as root" >"$log"
		return 1
	}
	if [ $updated = no ]; then
		apt-get update -qq >"$log" 2>&1 || return 1
		updated=yes
	fi
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >"$log" 2>&1
}

reason() { tail -n 3 "$log" | tr '\n' ' '; }

have_java || apt_install default-jdk-headless || missing "Java 17 or later" "$(reason)"
if have_java; then
	echo "java: $(java_version)"
elif [ $failed = 0 ]; then
	missing "Java 17 or later" "the distribution's default-jdk-headless is older; install a newer one"
fi

command -v mvn >/dev/null 2>&1 || apt_install maven || missing Maven "$(reason)"
command -v mvn >/dev/null 2>&1 && echo "maven: $(command -v mvn)"

command -v npm >/dev/null 2>&1 || apt_install npm || missing npm "$(reason)"

# The tests resolve class paths themselves, under a lock, and keep the answer;
# asking them to do it now fills the same cache.
if command -v go >/dev/null 2>&1; then
	if have_java && (cd "$here/.." && CI=1 MILLRACE_CACHE="$cache" \
		go test -count=1 -run '^TestKafkaJars$' ./server/e2e/parts) >"$log" 2>&1; then
		echo "kafka: jars are in Maven's repository"
	else
		missing "Kafka's jars" "$(reason)"
	fi
	if have_java && (cd "$here/.." && CI=1 MILLRACE_CACHE="$cache" \
		go test -count=1 -run '^TestKeycloakDistribution$' ./server/e2e/parts) >"$log" 2>&1; then
		echo "keycloak: the distribution is in the cache"
	else
		missing Keycloak "$(reason)"
	fi
else
	missing Go "install the version that go.mod names"
fi

have_mariadb() {
	PATH=$PATH:/usr/sbin command -v mariadbd >/dev/null 2>&1 && command -v mariadb-install-db >/dev/null 2>&1
}

# The package starts a server of its own where the system runs services; the
# tests use none of it but the program.
have_mariadb || apt_install mariadb-server || missing MariaDB "$(reason)"
have_mariadb && echo "mariadb: $(PATH=$PATH:/usr/sbin mariadbd --version 2>/dev/null)"

have_chromium() {
	command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1
}

have_chromium || apt_install chromium fonts-noto-cjk || missing Chromium "$(reason)"
have_chromium && echo "chromium: $(command -v chromium || command -v chromium-browser || command -v google-chrome)"

if "$here/fetch-chdb.sh" 2>"$log"; then :; else
	missing libchdb "$(reason)"
fi

# A cache that has the data sets needs no pip.
if ! "$here/fetch-data.sh" 2>"$log"; then
	have_pip || apt_install python3-pip || missing "Python's pip" "$(reason)"
	if have_pip && ! "$here/fetch-data.sh" 2>"$log"; then
		missing "the data sets" "$(reason)"
	fi
fi

exit $failed
