#!/usr/bin/env bash
# Builds everything and runs every test; the interop tests, which boot guests with BlueZ, come last and by themselves.
# As root on Debian it first installs the packages that they use (tests/Interop.Tests/packages.txt). Where packages or
# privilege are missing they say what they could not run. HOSTSTACK_INTEROP=0 leaves them out.
# What failed is told once more at the end; the last line is the sum over all test assemblies: "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if ! command -v dotnet >/dev/null 2>&1; then
    echo "test.sh: the .NET 10 SDK is missing; see the README for how to get it." >&2
    exit 69
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
interop=tests/Interop.Tests
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Installs what the interop tests use and what is missing. Never ends the script: the tests tell what they do without.
install_packages() {
    [ "${HOSTSTACK_INTEROP:-1}" != 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 0
    local package missing=()
    while read -r package; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done < <(grep -v '^#' "$interop/packages.txt")
    [ "${#missing[@]}" -gt 0 ] || return 0
    echo "test.sh: installing ${missing[*]}"
    local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}")
    "${install[@]}" >"$log" 2>&1 || { apt-get update -qq >"$log" 2>&1 && "${install[@]}" >"$log" 2>&1; } ||
        echo "test.sh: not installed ($(grep -m 1 '^E:' "$log" || tail -1 "$log"))"
}

install_packages
: >"$log"
dotnet build HostStack.sln --nologo --verbosity quiet
status=0
dotnet test HostStack.sln --no-build --nologo --verbosity quiet -p:WithoutInterop=true \
    --logger "console;verbosity=minimal" "$@" 2>&1 | tee -a "$log" || status=$?
if [ "${HOSTSTACK_INTEROP:-1}" = 0 ]; then
    echo "test.sh: HOSTSTACK_INTEROP=0 left out the interop tests."
else
    dotnet test "$interop" --no-build --nologo --verbosity quiet --logger "console;verbosity=normal" "$@" 2>&1 | tee -a "$log" || status=$?
fi

# Each assembly closes with "Passed!  - Failed:     0, Passed:    11, Skipped:     0, …", or with a line for each.
sum() { { grep -oE "(^ +|[-,] +)$1: +[0-9]+" "$log" || true; } | awk '{ n += $NF } END { print n + 0 }'; }
passed=$(sum Passed) failed=$(sum Failed) skipped=$(sum Skipped)
echo
awk '/^  Failed .*\[.*\]$/ { shown = 1 } /^  Stack Trace:/ { shown = 0 } shown' "$log"
echo "$passed passed, $failed failed, $skipped skipped"
if [ "$passed" -eq 0 ]; then
    echo "test.sh: no test ran." >&2
    exit 1
fi
exit "$status"
