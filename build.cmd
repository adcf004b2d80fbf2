: <<"::sh" # To cmd this line is a label; to sh it starts a here-document that ends at ::sh. The two halves mirror each other.
@echo off
rem No goto and no call: with LF line ends cmd may miss a label. Delayed expansion keeps quotes and & in arguments whole.
setlocal DisableDelayedExpansion
set "verb=%~1"
set args=%*
setlocal EnableDelayedExpansion
if not defined verb set verb=build
set verbs=build (the default), run [CLI arguments], test [test filters], bench [arguments], chaos [--seed S] [--minutes M] [--tasks N] [--threads N] [--surroundings [--trouble WORD]] [--cluster [--nodes N] [--verbose]], soak [--hours H] [--load L] [--deaths D] [--seed S] [--output FOLDER], fuzz [--minutes M] [--seed S] [--target T], model [--events N] [--seed S], scale [--nodes N] [--slots N] [--labels N] [--requirements N] [--fit WORD] [--queued N] [--ends N] [--busy PERCENT] [--alone N] [--seconds S] [--processes], differ [--cluster] [--programs N] [--seed S] [--threads N], matrix, docs [--serve], pack, publish, release, format [--check], help

set known=
for %%v in (build run test bench chaos soak fuzz model scale differ matrix docs pack publish release format help) do if "!verb!"=="%%v" set known=1
if not defined known (
  >&2 echo Unknown verb '!verb!'; the verbs are: !verbs!
  exit /b 2
)
if "!verb!"=="help" (
  echo Usage: build.cmd [verb]; the verbs are: !verbs!
  exit /b 0
)

pushd "%~dp0"
dotnet --version >nul 2>nul || (
  >&2 echo Offloop needs the .NET 10 SDK: install it from https://dotnet.microsoft.com/download/dotnet/10.0
  exit /b 1
)

if defined args set args=!args:*%verb%=!
if "!verb! %~2"=="format --check" set args= --verify-no-changes
set publish=dotnet publish src/Coordinator -c Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true -p:RunAnalyzers=false
set publish=!publish! --artifacts-path artifacts/publish -o artifacts/coordinator
set release=dotnet publish src/Coordinator -c Release --use-current-runtime --self-contained -p:PublishReadyToRun=true
set release=!release! -p:PublishReadyToRunComposite=true -p:MakesRelease=true --artifacts-path artifacts/release/made
set test=dotnet test --solution Offloop.slnx -c Release -p:CompiledAhead=artifacts/coordinator --max-parallel-test-modules 2 --minimum-expected-tests 1 --ignore-exit-code 8

set chaos=Chaos
set differ=Differ
set processes=
if defined args if not "!args:--cluster=!"=="!args!" set chaos=ClusterRuns
if defined args if not "!args:--cluster=!"=="!args!" set differ=ClusterDiffer
if defined args if not "!args:--processes=!"=="!args!" set processes=1

if "!verb!"=="build" dotnet build Offloop.slnx -c Release !args!
if "!verb!"=="test" !publish! && !test! !args!
if "!verb!"=="bench" !publish! 1>&2 && dotnet run --project tests/Benchmarks -c Release -p:LikeFromPackage=true -- !args!
if "!verb!"=="fuzz" dotnet run --project tests/Fuzz -c Release -- !args!
if "!verb!"=="model" dotnet run --project tests/Model -c Release -- !args!
if "!verb!"=="scale" if not defined processes dotnet run --project tests/Benchmarks -c Release -- --scale !args!
if "!verb!"=="scale" if defined processes dotnet run --project tests/ClusterRuns -c Release -- !args!
if "!verb!"=="differ" dotnet run --project tests/!differ! -c Release -- !args!
if "!verb!"=="chaos" dotnet run --project tests/!chaos! -c Release -- !args!
if "!verb!"=="soak" dotnet run --project tests/Soak -c Release -- !args!
if "!verb!"=="matrix" (
  set OFFLOOP_MATRIX=full
  dotnet run --project tests/Executors.Tests -c Release -- -explicit only || exit /b 1
  !publish! || exit /b 1
  dotnet run --project tests/Coordinator.Tests -c Release -- -explicit only || exit /b 1
  dotnet run --project tests/Dashboard.Tests -c Release -- -explicit only || exit /b 1
  dotnet run --project tests/Cluster.Tests -c Release -- -explicit only || exit /b 1
  dotnet run --project tests/Package.Tests -c Release -- -explicit on !args!
)
if "!verb!"=="docs" (
  dotnet tool restore || exit /b 1
  dotnet build src/Hosting -c Release || exit /b 1
  dotnet build src/Diagnostics -c Release || exit /b 1
  dotnet build src/Dashboard -c Release || exit /b 1
  dotnet build src/Cluster -c Release || exit /b 1
  dotnet docfx docfx.json --warningsAsErrors !args! || exit /b 1
  echo The site is in artifacts/docs; build.cmd docs --serve shows it at http://localhost:8080.
)
if "!verb!"=="pack" for %%p in (WorkerHost Analyzers/CodeFixes) do dotnet restore src/%%p || exit /b 1
if "!verb!"=="pack" for %%p in (Executors Hosting Dashboard Diagnostics Cluster Coordinator) do (
  dotnet pack src/%%p -c Release -o artifacts/packages !args! || exit /b 1
)
if "!verb!"=="publish" !publish! !args!
if "!verb!"=="release" !release! !args!
if "!verb!"=="format" dotnet format Offloop.slnx !args!
if "!verb!"=="run" (
  >&2 echo Building artifacts/coordinator, the first time for minutes. Start the program there to save this.
  if not exist artifacts mkdir artifacts
  !publish! >artifacts\publish.log 2>&1 || (
    >&2 type artifacts\publish.log
    exit /b 1
  )
  popd
  "%~dp0artifacts\coordinator\coordinator.exe" !args!
)
exit /b !errorlevel!
::sh
set -eu
verb=${1:-build}
[ $# -eq 0 ] || shift
verbs='build (the default), run [CLI arguments], test [test filters], bench [arguments], chaos [--seed S] [--minutes M] [--tasks N] [--threads N] [--surroundings [--trouble WORD]] [--cluster [--nodes N] [--verbose]], soak [--hours H] [--load L] [--deaths D] [--seed S] [--output FOLDER], fuzz [--minutes M] [--seed S] [--target T], model [--events N] [--seed S], scale [--nodes N] [--slots N] [--labels N] [--requirements N] [--fit WORD] [--queued N] [--ends N] [--busy PERCENT] [--alone N] [--seconds S] [--processes], differ [--cluster] [--programs N] [--seed S] [--threads N], matrix, docs [--serve], pack, publish, release, format [--check], help'

case $verb in
  build | run | test | bench | chaos | soak | fuzz | model | scale | differ | matrix | docs | pack | publish | release | format) ;;
  help) echo "Usage: build.cmd [verb]; the verbs are: $verbs"; exit 0 ;;
  *) echo "Unknown verb '$verb'; the verbs are: $verbs" >&2; exit 2 ;;
esac

caller=$PWD
CDPATH='' cd -- "$(dirname -- "$0")"
dotnet --version >/dev/null 2>&1 || {
  echo 'Offloop needs the .NET 10 SDK: install it from https://dotnet.microsoft.com/download/dotnet/10.0' >&2
  exit 1
}

if [ "$verb ${1-}" = 'format --check' ]; then set -- --verify-no-changes; fi
publish='dotnet publish src/Coordinator -c Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true -p:RunAnalyzers=false'
publish="$publish --artifacts-path artifacts/publish -o artifacts/coordinator"
release='dotnet publish src/Coordinator -c Release --use-current-runtime --self-contained -p:PublishReadyToRun=true'
release="$release -p:PublishReadyToRunComposite=true -p:MakesRelease=true --artifacts-path artifacts/release/made"
test='dotnet test --solution Offloop.slnx -c Release -p:CompiledAhead=artifacts/coordinator --max-parallel-test-modules 2 --minimum-expected-tests 1 --ignore-exit-code 8'

case $verb in
  build) exec dotnet build Offloop.slnx -c Release "$@" ;;
  test) $publish; exec $test "$@" ;;
  bench) $publish >&2; exec dotnet run --project tests/Benchmarks -c Release -p:LikeFromPackage=true -- "$@" ;;
  fuzz) exec dotnet run --project tests/Fuzz -c Release -- "$@" ;;
  model) exec dotnet run --project tests/Model -c Release -- "$@" ;;
  scale)
    case " $* " in *' --processes '*) exec dotnet run --project tests/ClusterRuns -c Release -- "$@" ;; esac
    exec dotnet run --project tests/Benchmarks -c Release -- --scale "$@"
    ;;
  differ)
    differ=Differ
    case " $* " in *' --cluster '*) differ=ClusterDiffer ;; esac
    exec dotnet run --project "tests/$differ" -c Release -- "$@"
    ;;
  chaos)
    chaos=Chaos
    case " $* " in *' --cluster '*) chaos=ClusterRuns ;; esac
    exec dotnet run --project "tests/$chaos" -c Release -- "$@"
    ;;
  soak) exec dotnet run --project tests/Soak -c Release -- "$@" ;;
  matrix)
    dotnet run --project tests/Executors.Tests -c Release -- -explicit only
    $publish
    dotnet run --project tests/Coordinator.Tests -c Release -- -explicit only
    dotnet run --project tests/Dashboard.Tests -c Release -- -explicit only
    dotnet run --project tests/Cluster.Tests -c Release -- -explicit only
    OFFLOOP_MATRIX=full exec dotnet run --project tests/Package.Tests -c Release -- -explicit on "$@"
    ;;
  docs)
    dotnet tool restore
    dotnet build src/Hosting -c Release
    dotnet build src/Diagnostics -c Release
    dotnet build src/Dashboard -c Release
    dotnet build src/Cluster -c Release
    dotnet docfx docfx.json --warningsAsErrors "$@"
    echo 'The site is in artifacts/docs; ./build.cmd docs --serve shows it at http://localhost:8080.'
    ;;
  pack)
    # What the core's package carries beside its own project.
    dotnet restore src/WorkerHost
    dotnet restore src/Analyzers/CodeFixes
    for project in Executors Hosting Dashboard Diagnostics Cluster Coordinator; do
      dotnet pack "src/$project" -c Release -o artifacts/packages "$@"
    done
    ;;
  publish) exec $publish "$@" ;;
  release) exec $release "$@" ;;
  format) exec dotnet format Offloop.slnx "$@" ;;
  run)
    echo 'Building artifacts/coordinator, the first time for minutes. Start the program there to save this.' >&2
    mkdir -p artifacts
    $publish >artifacts/publish.log 2>&1 || {
      cat artifacts/publish.log >&2
      exit 1
    }
    cli=$PWD/artifacts/coordinator/coordinator
    cd -- "$caller"
    exec "$cli" "$@"
    ;;
esac
