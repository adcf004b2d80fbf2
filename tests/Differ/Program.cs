using Offloop.Differ;

return await DifferProgram.RunAsync(
    args, "Random programs on four executors", static threads => Task.FromResult<IReadOnlyList<Contender>>(Contender.Usual(threads)));
