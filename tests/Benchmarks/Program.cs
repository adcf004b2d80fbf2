using Offloop.Benchmarks;
using Offloop.Benchmarks.Running;
using Offloop.Benchmarks.Scale;

// bench [--quick] [--only TEXT]     this project and its peers in turn, then the scenarios; tables on stdout
// bench --gate                      the same, quickly: says which ratios have fallen since they were recorded; exit code 1 if any has
// bench --record                    records the ratios of this kind of machine
// bench --micro [FILTER]            BenchmarkDotNet on the in-process parts
// bench --scale [--nodes N] …       simulates the scheduler of a cluster; ./build.cmd scale
// bench --round NAME …, --child …   processes that the first form starts
switch (args)
{
    case ["--micro", ..]:
        return MicroRun.Execute(args[1..]);
    case ["--scale", ..]:
        return ScaleRun.Execute(args[1..]);
    case ["--round", _, _, _, ..]:
        return await Round.ExecuteAsync(args[1..]);
    case ["--child", _, _]:
        await Offloop.Benchmarks.Pools.Child.RunAsync(args[1], args[2]);
        return 0;
}

if (BenchOptions.TryParse(args) is not { } options)
{
    Console.Error.WriteLine(
        "Usage: bench [--quick] [--gate] [--record] [--only TEXT] | bench --micro [FILTER] | bench --scale [--nodes N] …");
    return 2;
}
return await new BenchRun(options).ExecuteAsync() ? 0 : 1;
