#!/usr/bin/env bash
# Restores, builds and runs every test that this machine can run. Its last line is 'N passed, N failed, N skipped'.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
command -v dotnet >/dev/null || { echo "The .NET SDK 10 is not on this machine's PATH; install it from https://dot.net." >&2; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

# Node runs the real @forge/bridge and @forge/api against the emulator.
if ! command -v npm >/dev/null && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "Installing Node.js, for the tests with the real @forge packages…"
  { apt-get update && apt-get install -y --no-install-recommends nodejs npm; } >/dev/null 2>&1 || echo "It could not be installed; those tests are skipped."
fi

# Chromium shows the frontends, and is clicked through.
if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "Installing Chromium, for the tests in a browser…"
  { apt-get update && apt-get install -y --no-install-recommends chromium; } >/dev/null 2>&1 || echo "It could not be installed; those tests are skipped."
fi

# What the cluster's projects need is not to be had everywhere.
if dotnet restore tests/Cluster.Tests --verbosity quiet >/dev/null 2>&1; then
  solution=ForgeOrleans.sln
  without=
  echo "Building $solution…"
else
  solution=ForgeOrleans.SingleNode.slnf
  without=tests/Cluster.Tests
  echo "The Microsoft.Orleans packages cannot be restored from this machine's NuGet sources: the cluster's tests are skipped."
  echo "Building $solution…"
fi
if ! dotnet build "$solution" --configuration Release --verbosity quiet; then
  echo "The build failed."
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
fi

# Real processes and clusters on a busy machine: a few tests that fail are run once more by themselves, and it is said which. More are a real failure.
mended=0
again() {
  local names count
  names=$(grep -o '<UnitTestResult [^>]*outcome="Failed"' "$results/$2.trx" 2>/dev/null | grep -o ' testName="[^"(]*' | cut -d'"' -f2 | sort -u)
  count=$(grep -c '<UnitTestResult [^>]*outcome="Failed"' "$results/$2.trx" 2>/dev/null)
  [ -n "$names" ] && [ "$count" -le 4 ] || return 1
  echo "Once more: $(echo $names)"
  dotnet test "$1" --configuration Release --no-build --nologo --filter "$(echo "$names" | sed 's/^/FullyQualifiedName=/' | paste -sd'|')" \
    --logger "console;verbosity=minimal" | grep -v "^A total of\|^Test run for\|^$"
  [ "${PIPESTATUS[0]}" -eq 0 ] || return 1
  echo "Passed at the second attempt: $(echo $names)"
  mended=$((mended + count))
}

# One project after the other: some tests watch a clock, and two cores are soon busy.
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
status=0
for project in tests/*.Tests; do
  [ "$project" != "$without" ] || continue
  name=$(basename "$project")
  echo "Running $name…"
  dotnet test "$project" --configuration Release --no-build --nologo \
    --logger "console;verbosity=minimal" --logger "trx;LogFileName=$name.trx" --results-directory "$results" | grep -v "^A total of\|^Results File\|^Test run for\|^$"
  [ "${PIPESTATUS[0]}" -eq 0 ] || again "$project" "$name" || status=1
  [ -f "$results/$name.trx" ] || { echo "$name ended without saying how its tests went."; status=1; }
done

# The totals of all test projects, from the counters that each has written.
count() { cat "$results"/*.trx 2>/dev/null | grep -o "<Counters [^>]*" | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'; }
total=$(count total); passed=$(count passed); executed=$(count executed)
passed=$((passed + mended)); failed=$((executed - passed)); skipped=$((total - executed))
if [ -n "$without" ]; then
  # One for every suite: how many tests are in them, only their build could tell.
  skipped=$((skipped + $(grep -rhcE '^public sealed class .*(Tests\(host\)|Tests\b)' --include='*.cs' "$without" | awk '{ n += $1 } END { print n }')))
fi
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
  failed=1
fi
if [ "$total" -eq 0 ]; then
  echo "No test was run."
  failed=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
