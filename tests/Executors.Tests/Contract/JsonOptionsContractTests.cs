namespace Offloop.Tests;

/// <summary>The JSON of an executor's options applies to everything that travels, and to the checks.</summary>
public abstract class JsonOptionsContractTests(ExecutorKind kind, IExecutorSource? source = null) : ContractTests(kind, source)
{
    private static readonly ExecutorSetup s_withTemperature = new() { JsonOptions = Formats.WithTemperature };

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K116")]
    public async Task A_type_that_would_lose_data_travels_with_a_converter_of_its_own()
    {
        var refused = Assert.Throws<ArgumentException>(
            () => { _ = SharedExecutor.SubmitAsync(PayloadTasks.Same, Temperature.FromKelvin(1)); });
        Assert.Contains("Temperature", refused.Message, StringComparison.Ordinal);
        await using Executor executor = Create(s_withTemperature);

        Temperature warmer = await executor.SubmitAsync(Formats.Warmer, (Temperature.FromKelvin(270), 3.5));

        Assert.Equal(273.5, warmer.Kelvin);
        Assert.Equal(new Point(3, 4), await executor.SubmitAsync(PayloadTasks.Same, new Point(3, 4)));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Items_progress_and_maps_use_the_same_format()
    {
        await using Executor executor = Create(s_withTemperature);
        List<double> reported = [];

        double[] rising = await executor.StreamAsync(Formats.Rising, 3).Select(static item => item.Kelvin).ToArrayAsync();
        var listening = new SubmitOptions { Progress = TaskProgress.Create<Temperature>(value => reported.Add(value.Kelvin)) };
        await executor.SubmitAsync(Formats.ReportOne, Temperature.FromKelvin(7), listening);
        (Temperature, double)[] orders = [(Temperature.FromKelvin(1), 1), (Temperature.FromKelvin(2), 1)];
        double[] warmer = await executor.MapAsync(Formats.Warmer, orders).Select(static item => item.Kelvin).ToArrayAsync();

        Assert.Equal([1, 2, 3], rising);
        Assert.Equal([2, 3], warmer);
        Assert.Equal([7], reported);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K116")]
    public async Task A_generated_resolver_keeps_the_rules()
    {
        await using Executor executor = Create(new ExecutorSetup { JsonOptions = Formats.Generated });

        Assert.Equal(new Point(3, 4), await executor.SubmitAsync(PayloadTasks.Same, new Point(3, 4)));
        Assert.Throws<ArgumentException>(
            () => { _ = executor.SubmitAsync(PayloadTasks.Same<Base>, new Derived { Number = 1, Extra = "lost" }); });
        if (RoundTrips)
            await Assert.ThrowsAsync<ExecutorException>(() => executor.SubmitAsync(PayloadTasks.DerivedAsBase, 1));
    }

    [Fact]
    public void A_method_that_captures_something_is_refused_by_name()
    {
        int depth = DateTime.UnixEpoch.Day;
        Action<System.Text.Json.JsonSerializerOptions> capturing = options => options.MaxDepth = depth;

        var error = Assert.Throws<ArgumentException>(() => Create(new ExecutorSetup { JsonOptions = capturing }));

        Assert.Contains("JsonOptions captures 'depth', of type System.Int32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_that_throws_is_the_constructors_error()
    {
        var error = Assert.Throws<ArgumentException>(() => Create(new ExecutorSetup { JsonOptions = Formats.Failing }));
        Assert.Contains("there is no such format", error.Message, StringComparison.Ordinal);
    }
}
