#!/usr/bin/env bash
# Restores, builds and runs every test that this machine can run. Its last line is 'N passed, N failed, N skipped'.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# Processes that live for seconds or a minute are gone before it pays to measure which of their code is worth optimizing.
export DOTNET_TieredPGO=0
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

results=$(mktemp -d)
beside=
# Ends a process and those that it has started.
end() { local child; for child in $(pgrep -P "$1" 2>/dev/null); do end "$child"; done; kill "$1" 2>/dev/null; }
trap '[ -z "$beside" ] || end "$beside"; rm -rf "$results"' EXIT
trap 'exit 130' INT TERM

# A project, or a part of one and the filter that it is: 'project' or 'project:part:filter'. Those that take longest come first. The tests with the
# processes of a cluster watch a clock and wait most of the time, so all others are nice to them.
processes='FullyQualifiedName~.Cluster.Tests.Processes.'
parts=("Cluster.Tests:processes:$processes" "Cluster.Tests:others:${processes/'~'/!~}" Browser.Tests Api.Tests SingleNode.Tests)
for project in tests/*.Tests; do
  name=$(basename "$project")
  [[ " ${parts[*]}" == *" $name"* ]] || parts+=("$name")
done

framework=$(sed -n 's:.*<TargetFramework>\(.*\)</TargetFramework>.*:\1:p' Directory.Build.props)
# Runs a project's tests and says how they went when they are done: others may be speaking meanwhile.
run() {
  local project=$1 niceness=$2 said; shift 2
  said=$(nice -n "$niceness" dotnet test "tests/$project/bin/Release/$framework/ForgeOrleans.$project.dll" --nologo --logger "console;verbosity=minimal" "$@" 2>&1)
  local code=$?
  echo "$said" | grep -v "^Starting test execution\|^A total of\|^Results File\|^Test run for\|^$"
  return $code
}

# Runs one part after the other that nobody has taken yet.
one_by_one() {
  local part project label filter
  for part in "${parts[@]}"; do
    IFS=: read -r project label filter <<<"$part"
    [ "tests/$project" != "$without" ] && mkdir "$results/$project$label" 2>/dev/null || continue
    echo "Running $project${label:+, the $label}…"
    run "$project" "$([ "$label" = processes ] && echo 0 || echo 5)" ${filter:+--filter "$filter"} --logger "trx;LogFileName=$project$label.trx" --results-directory "$results" || touch "$results/$project$label.failed"
  done
}

# Two at a time: the tests of clusters and browsers wait more than they compute - for leases, for elections, for processes that start, for pages.
one_by_one &
beside=$!
one_by_one
wait "$beside"
beside=

# Real processes and clusters on a busy machine: a few tests that fail are run once more when all else is done, and it is said which. More are a
# real failure.
mended=0
again() {
  local names count
  names=$(grep -o '<UnitTestResult [^>]*outcome="Failed"' "$results/$2.trx" 2>/dev/null | grep -o ' testName="[^"(]*' | cut -d'"' -f2 | sort -u)
  count=$(grep -c '<UnitTestResult [^>]*outcome="Failed"' "$results/$2.trx" 2>/dev/null)
  [ -n "$names" ] && [ "$count" -le 4 ] || return 1
  echo "Once more: $(echo $names)"
  run "$1" 0 --filter "$(echo "$names" | sed 's/^/FullyQualifiedName=/' | paste -sd'|')" || return 1
  echo "Passed at the second attempt: $(echo $names)"
  mended=$((mended + count))
}
status=0
for part in "${parts[@]}"; do
  IFS=: read -r project label _ <<<"$part"
  [ "tests/$project" != "$without" ] || continue
  [ ! -f "$results/$project$label.failed" ] || again "$project" "$project$label" || status=1
  [ -f "$results/$project$label.trx" ] || { echo "$project ended without saying how its tests went."; status=1; }
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
