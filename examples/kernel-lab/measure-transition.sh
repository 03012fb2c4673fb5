#!/bin/sh
# Measures how long livepatch transitions take on this host and writes a row of JSON for each: what `klpsim validate
# --scenario` compares (docs/measurements.md). Needs root, sysfs, POSIX sh and a sleep(1) that takes fractions. It sees what
# sysfs shows, from just before the write to `enabled` (when loading: from the first sight of the transition) to the first
# poll that finds it over; its clock is /proc/uptime, in steps of 10 ms.
set -u

PROGRAM=${0##*/}
SYSFS=/sys/kernel/livepatch
times=10
cap=60
poll_ms=20
wait_s=2
cell=
variant=live
output=
yes=

usage() {
	cat <<EOF
Usage: $PROGRAM [options] PATCH
       $PROGRAM [options] FILE.ko

Enables and disables a livepatch again and again and writes how long each transition took, one JSON object a line.

PATCH    a livepatch that is loaded: a directory of $SYSFS. Kernels before 5.1 only: later ones drop a
         patch once it is disabled, and sysfs cannot bring it back.
FILE.ko  a livepatch that is not loaded: loaded to enable it, removed each time it has been disabled.

  -n, --times N        transitions in each direction (default $times)
  -c, --cap SECONDS    a transition that lasts longer is written as censored and reversed (default $cap)
  -w, --wait SECONDS   random wait before each, up to this, so that they start at any phase of the second (default $wait_s)
  -p, --poll MS        how often sysfs is read (default $poll_ms)
  -o, --output FILE    a new file for the rows (default: stdout)
      --cell NAME      name of the cell in the rows (default: the livepatch's)
      --variant NAME   name of the kernel's variant in the rows (default $variant)
      --sysfs DIR      instead of $SYSFS
  -y, --yes            do not ask
  -h, --help

In the end, and on Ctrl-C, the livepatch is as it was found. Nothing is removed that was not loaded here.
Exit status: 0 done, 1 it could not go on, 2 wrong usage, 130 interrupted.
EOF
}

say() { printf '%s: %s\n' "$PROGRAM" "$*" >&2; }

die() {
	say "$*"
	exit 1
}

wrong() {
	say "$* (--help says more)"
	exit 2
}

# whole NAME VALUE MIN MAX
whole() {
	case $2 in
	'' | *[!0-9]* | 0?* | ??????*) wrong "$1: expected a whole number from $3 to $4, got '$2'" ;;
	esac
	if [ "$2" -lt "$3" ] || [ "$2" -gt "$4" ]; then wrong "$1: expected a whole number from $3 to $4, got '$2'"; fi
}

# plain NAME VALUE
plain() {
	case $2 in
	'' | *[!A-Za-z0-9._+-]*) wrong "$1: expected letters, digits and . _ + -, got '$2'" ;;
	esac
}

target=
while [ $# -gt 0 ]; do
	case $1 in
	-h | --help)
		usage
		exit 0
		;;
	-y | --yes) yes=1 ;;
	-n | --times | -c | --cap | -w | --wait | -p | --poll | -o | --output | --cell | --variant | --sysfs)
		[ $# -gt 1 ] || wrong "$1: missing value"
		case $1 in
		-n | --times) times=$2 ;;
		-c | --cap) cap=$2 ;;
		-w | --wait) wait_s=$2 ;;
		-p | --poll) poll_ms=$2 ;;
		-o | --output) output=$2 ;;
		--cell) cell=$2 ;;
		--variant) variant=$2 ;;
		--sysfs) SYSFS=$2 ;;
		esac
		shift
		;;
	-*) wrong "$1: no such option" ;;
	*)
		[ -z "$target" ] || wrong "$1: one livepatch at a time"
		target=$1
		;;
	esac
	shift
done
[ -n "$target" ] || wrong "which livepatch?"
whole --times "$times" 1 9999
whole --cap "$cap" 1 3600
whole --wait "$wait_s" 0 60
whole --poll "$poll_ms" 1 1000
poll_s=$(printf '%d.%03d' $((poll_ms / 1000)) $((poll_ms % 1000)))

case $target in
*.ko | *.ko.gz | *.ko.xz | *.ko.zst)
	module=$target
	patch=$(basename "$target" | sed 's/\.ko.*//; s/-/_/g')
	;;
*)
	module=
	patch=$target
	;;
esac
plain "the livepatch's name" "$patch"
[ -n "$cell" ] || cell=$patch
plain --cell "$cell"
plain --variant "$variant"
kernel=$(uname -r)
cpus=$(getconf _NPROCESSORS_ONLN)
dir=$SYSFS/$patch

# Hundredths of a second since boot.
now() {
	read -r up _ </proc/uptime
	echo "${up%.*}${up#*.}"
}

# What an attribute of the livepatch says; nothing where the livepatch is gone.
attribute() {
	value=
	{ read -r value <"$dir/$1"; } 2>/dev/null
	echo "$value"
}

in_transition() { [ "$(attribute transition)" = 1 ]; }

enabled() { [ "$(attribute enabled)" = 1 ]; }

refuse_if_another_runs() {
	for other in "$SYSFS"/*/transition; do
		[ -e "$other" ] || continue
		value=0
		{ read -r value <"$other"; } 2>/dev/null
		if [ "$value" = 1 ]; then die "a transition of $(basename "${other%/transition}") is running: try again when it is over"; fi
	done
}

write_enabled() {
	{ echo "$1" >"$dir/enabled"; } 2>/dev/null || die "the kernel refused to write $1 to $dir/enabled"
}

# over_by START: true once the transition is over, false if it is not by START plus the cap. Sets `end`.
over_by() {
	while in_transition; do
		end=$(now)
		[ $((end - $1)) -lt $((100 * cap)) ] || return 1
		sleep "$poll_s"
	done
	end=$(now)
}

loading=
loaded=

# Loads the module; `start` is the last poll before its transition was seen.
load() {
	start=$(now)
	insmod "$module" &
	loading=$!
	loaded=1
	while kill -0 "$loading" 2>/dev/null && ! in_transition; do
		start=$(now)
		sleep 0.01
	done
}

loading_done() {
	[ -n "$loading" ] || return 0
	wait "$loading"
	inserted=$?
	loading=
	[ $inserted -eq 0 ] && return 0
	loaded=
	return 1
}

unload() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		if rmmod "$patch" 2>/dev/null; then
			loaded=
			return 0
		fi
		sleep 0.5 # the kernel frees a disabled patch a little later
	done
	return 1
}

# bring_to VALUE: `enabled` is VALUE and no transition runs, or false. A transition the other way is reversed.
bring_to() {
	if [ "$1" = 1 ] && ! enabled; then write_enabled 1; fi
	if [ "$1" = 0 ] && enabled; then write_enabled 0; fi
	over_by "$(now)"
}

restore() {
	status=$?
	trap - EXIT
	trap 'say "interrupted again: $patch is left as it is (enabled $(attribute enabled), transition $(attribute transition))"; exit 1' INT TERM HUP
	if [ -n "$module" ]; then
		loading_done
		[ -n "$loaded" ] || exit $status
		if [ -e "$dir" ]; then bring_to 0 || die "$patch cannot be disabled: its transition does not end. It stays loaded"; fi
		unload || die "$patch is disabled, but rmmod $patch fails"
	else
		bring_to "$found" || die "the transition that brings $patch back to enabled $found does not end"
	fi
	exit $status
}

row() {
	printf '{"kernel":"%s","variant":"%s","cell":"%s","direction":"%s","rep":%d,"cpus":%d,"censored":%s,"transition_ms":%d,"cap_ms":%d,"poll_ms":%d}\n' \
		"$kernel" "$variant" "$cell" "$direction" "$rep" "$cpus" "$censored" "$took" $((1000 * cap)) "$poll_ms"
}

random_wait() {
	random=$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')
	wait_ms=$((1000 * wait_s * random / 65536))
	sleep "$(printf '%d.%03d' $((wait_ms / 1000)) $((wait_ms % 1000)))"
}

# One transition away from the present state, one row. One that takes too long is reversed.
measure() {
	if enabled; then direction=unpatch before=1 after=0; else direction=patch before=0 after=1; fi
	random_wait
	refuse_if_another_runs
	if [ $direction = patch ] && [ -n "$module" ]; then
		load
	else
		start=$(now)
		write_enabled $after
	fi
	if over_by "$start"; then censored=false took=$((10 * (end - start))); else censored=true took=-1; fi
	loading_done || die "insmod $module fails"
	if [ $censored = true ]; then
		say "the transition ($direction) is not over after $cap s: reversing it"
		bring_to $before || die "reversing it takes longer than $cap s as well"
	elif enabled; then
		[ $after = 1 ] || die "$patch is still enabled after the transition: somebody else has a hand in it"
	else
		[ $after = 0 ] || die "$patch is not enabled after the transition: somebody else has a hand in it"
	fi
	row
	if [ -n "$module" ] && ! enabled; then unload || die "rmmod $patch fails"; fi
}

[ -d "$SYSFS" ] || die "$SYSFS: no such directory: this kernel has no livepatching, or sysfs is not mounted"
refuse_if_another_runs
if [ -n "$module" ]; then
	[ -r "$module" ] || die "$module: no such file, or not readable"
	[ ! -e "$dir" ] || die "$patch is loaded already; what is not loaded here is not removed here"
	found=0
	plan="load $module and disable it again $times times, and remove it each time"
	finally="not loaded"
else
	[ -d "$dir" ] || die "$dir: no such livepatch is loaded"
	if [ -e "$dir/force" ] && [ ! -e "$dir/signal" ]; then
		die "this kernel (5.1 or later, by its sysfs) drops a patch once it is disabled: give the FILE.ko of one that is not loaded"
	fi
	[ -w "$dir/enabled" ] || die "$dir/enabled: not allowed to write it: are you root?"
	found=$(attribute enabled)
	case $found in
	0) finally=disabled plan="enable and disable the livepatch $patch $times times" ;;
	1) finally=enabled plan="disable and enable the livepatch $patch $times times" ;;
	*) die "$dir/enabled: expected 0 or 1, got '$found'" ;;
	esac
fi

cat >&2 <<EOF
$PROGRAM will $plan on this host ($kernel, $cpus CPUs),
after a random wait of up to $wait_s s before each transition. A transition not over after $cap s is reversed.
While the livepatch is disabled, what it mends is not mended. Every transition may end system calls early (EINTR).
In the end, and on Ctrl-C, the livepatch will be $finally, as it is now.
EOF
if [ -z "$yes" ]; then
	printf 'Go on? [y/N] ' >&2
	read -r answer || answer=
	case $answer in
	y | Y | yes) ;;
	*) die "nothing was done" ;;
	esac
fi
if [ -n "$output" ]; then
	[ ! -e "$output" ] || die "$output: exists already"
	exec >"$output" || exit 1
fi

trap restore EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP
rep=0
while [ $rep -lt "$times" ]; do
	measure
	measure
	rep=$((rep + 1))
	say "$rep of $times"
done
