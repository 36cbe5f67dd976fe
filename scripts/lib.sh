# shellcheck shell=bash
# What the scripts share: talking to the person, Debian packages, builds outside the tree, and
# Python environments that are made once and kept.
#
# Sourced, never run. Everything that is made goes under $CACHE, never into the tree (but for
# what autoreconf writes there, which .gitignore lists). What a script says goes to stderr;
# stdout belongs to the program that is run.

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/leeboard
# Two checkouts never share a build.
TREE=$(printf %s "$TOP" | cksum | cut -d' ' -f1)
LOGS=$CACHE/log/$TREE
JOBS=$(nproc 2>/dev/null || echo 2)
OS_RELEASE=${OS_RELEASE:-/etc/os-release} # the tests have others

PACKAGES_BUILD="autoconf automake gcc libc6-dev libcjson-dev libcurl4-openssl-dev libgit2-dev
	libgsl-dev libmicrohttpd-dev libncurses-dev libsqlite3-dev libyaml-dev make pkg-config"
PACKAGES_PEERS="prometheus"
PACKAGES_TEST="clang fish git libcmocka-dev libvterm-dev llvm mandoc openssl procps python3 python3-venv
	strace tmux zsh"

say() {
	printf '%s\n' "$*" >&2
}

die() {
	say "${0##*/}: $*"
	exit 1
}

# Shows that something is going on: seconds on a terminal, else a line now and then.
tick() {
	local start=$SECONDS
	while sleep 1; do
		if [ -t 2 ]; then
			printf '\r  %d s ' $((SECONDS - start)) >&2
		elif [ $(((SECONDS - start) % 30)) = 0 ]; then
			say "  $((SECONDS - start)) s"
		fi
	done
}

# run_logged WHAT LOG COMMAND…: runs the command with its output in LOG, shows that it is alive,
# and says how long it took; when it fails, the end of LOG is shown. It is the ticker that runs in the
# background: a background command would begin with SIGINT ignored, and so would all that it starts.
run_logged() {
	local what=$1 log=$2 start=$SECONDS ticker rc=0
	shift 2
	mkdir -p "$(dirname "$log")"
	say "$what …"
	tick >&2 &
	ticker=$!
	"$@" >"$log" 2>&1 </dev/null || rc=$?
	kill "$ticker" 2>/dev/null
	wait "$ticker" 2>/dev/null
	[ ! -t 2 ] || printf '\r\033[K' >&2
	if [ "$rc" != 0 ]; then
		tail -n 40 "$log" >&2
		say "$what: failed after $((SECONDS - start)) s, all of it is in $log"
		return "$rc"
	fi
	say "$what: $((SECONDS - start)) s"
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		say "root is needed for: $*"
		return 1
	fi
}

package_installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Ends with one line that names the packages where apt-get cannot install them.
need_debian() {
	local words id='' like=''
	words=$(echo "$@")
	if [ -r "$OS_RELEASE" ]; then
		# shellcheck disable=SC1090
		id=$(. "$OS_RELEASE" && echo "${ID:-}")
		# shellcheck disable=SC1090
		like=$(. "$OS_RELEASE" && echo "${ID_LIKE:-}")
	fi
	case " $id $like " in
	*" debian "* | *" ubuntu "*)
		command -v apt-get >/dev/null && return 0
		;;
	esac
	die "this is not Debian or Ubuntu; install what these packages hold, then build by hand: $words"
}

# install_packages NAME…: what is missing, and nothing when all is there.
install_packages() {
	local p missing=''
	need_debian "$@"
	for p in "$@"; do
		package_installed "$p" || missing="$missing $p"
	done
	[ -n "$missing" ] || return 0
	say "installing:$missing"
	# Asks for the password before the output goes to a log.
	[ "$(id -u)" = 0 ] || ! command -v sudo >/dev/null || sudo -v || return 1
	# shellcheck disable=SC2086
	apt_install "$missing" || {
		run_logged "apt-get update" "$LOGS/apt-update.log" as_root apt-get -q update &&
			apt_install "$missing"
	}
}

apt_install() {
	# shellcheck disable=SC2086
	run_logged "apt-get install" "$LOGS/apt-install.log" as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -q install -y --no-install-recommends $1
}

# The package with libFuzzer and the sanitizers that goes with the system's clang.
fuzzer_package() {
	echo "libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev"
}

# Makes configure where it is missing or older than what it is made from. The build folders
# notice by themselves when a Makefile.am changes.
bootstrap() {
	if [ ! -x "$TOP/configure" ] || [ "$TOP/configure.ac" -nt "$TOP/configure" ] ||
		[ ! -f "$TOP/Makefile.in" ]; then
		(cd "$TOP" && run_logged "autoreconf" "$LOGS/autoreconf.log" autoreconf -fi)
	fi
}

# build_folder FLAVOUR: where that flavour is built.
build_folder() {
	printf '%s/build/%s/%s\n' "$CACHE" "$TREE" "$1"
}

# build FLAVOUR TARGET… [-- CONFIGURE-ARGUMENT…]: builds the targets in the flavour's own folder,
# configuring it first where it is new or was configured otherwise.
build() {
	local flavour=$1 dir targets='' wanted
	shift
	dir=$(build_folder "$flavour")
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		targets="$targets $1"
		shift
	done
	[ $# = 0 ] || shift
	wanted="$TOP $*"
	bootstrap || return 1
	if [ ! -f "$dir/config.status" ] || [ "$(cat "$dir/.configured" 2>/dev/null)" != "$wanted" ]; then
		rm -rf "$dir"
		mkdir -p "$dir"
		(cd "$dir" && run_logged "configure ($flavour)" "$LOGS/configure-$flavour.log" \
			"$TOP/configure" "$@") || return 1
		printf '%s' "$wanted" >"$dir/.configured"
	fi
	# shellcheck disable=SC2086
	run_logged "make$targets ($flavour)" "$LOGS/make-$flavour.log" make_each "$dir" $targets
}

# One after the other: `all` is a make of its own, which must not meet another one in the same folder.
make_each() {
	local dir=$1 target
	for target in "${@:2}"; do
		make -C "$dir" -j"$JOBS" "$target" || return 1
	done
}

# python_env NAME: prints the folder of the Python environment that tests/real/pins/NAME.txt
# describes, made if it is not there yet. The folder is keyed by the pins and by the Python; only a
# whole one carries .complete, so one that was cut short is made again. The lock lets two runs meet.
python_env() {
	local name=$1 pins python key dir
	pins=$TOP/tests/real/pins/$name.txt
	python=$(command -v /usr/bin/python3 || command -v python3) || return 1
	key=$({ "$python" -V && cat "$pins"; } | sha256sum | cut -c1-12)
	dir=$CACHE/python/$name-$key
	mkdir -p "$CACHE/python"
	(
		flock 9
		[ ! -e "$dir/.complete" ] || exit 0
		rm -rf "$dir"
		"$python" -m venv "$dir" >&2 &&
			run_logged "installing Python environment '$name'" "$LOGS/pip-$name.log" \
				"$dir/bin/pip" install --disable-pip-version-check -r "$pins" &&
			touch "$dir/.complete"
	) 9>"$CACHE/python/$name.lock" || return 1
	printf '%s\n' "$dir"
}
