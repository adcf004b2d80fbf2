using Offloop.Invocation;
using Offloop.Payloads;

namespace Offloop.Tests.Invocation;

/// <summary>A method is named together with its build.</summary>
public sealed class OtherBuildTests
{
    [Fact]
    public void A_method_of_another_build_is_refused_by_name()
    {
        MethodIdentity identity = OfAnotherBuild(Identity());

        var error = Assert.Throws<InvalidOperationException>(() => MethodResolver.Resolve(identity));

        Assert.Contains("Offloop.SampleTasks.Basics.Square", error.Message, StringComparison.Ordinal);
        Assert.Contains("another build of SampleTasks", error.Message, StringComparison.Ordinal);
        Assert.Contains(identity.Method!.ModuleVersion.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_that_a_hot_reload_added_is_refused_with_the_remedy()
    {
        MethodIdentity known = Identity();
        MethodIdentity added = known with { Method = known.Method! with { Token = 0x0600FFFF } };

        var error = Assert.Throws<InvalidOperationException>(() => MethodResolver.Resolve(added));

        Assert.Contains("Offloop.SampleTasks.Basics.Square cannot be run", error.Message, StringComparison.Ordinal);
        Assert.Contains("Restart the application", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_build_is_not() => Assert.NotNull(MethodResolver.Resolve(Identity()));

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_refusal_reaches_the_caller_and_the_worker_lives()
    {
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, StartTimeout = Waiting.ForStart });
        int before = await pool.SubmitAsync(Basics.ProcessId);
        Alter(typeof(Renamed));

        var error = await Assert.ThrowsAsync<ExecutorException>(() => pool.SubmitAsync(Renamed.Twice, 2));

        Assert.Contains("another build", error.Message, StringComparison.Ordinal);
        Assert.Equal((FailureCause.Payload, TaskPhase.NotStarted), (error.Failure.Cause, error.Failure.Phase));
        Assert.Equal(before, await pool.SubmitAsync(Basics.ProcessId));
    }

    private static MethodIdentity Identity() =>
        MethodIdentity.Of(((Func<int, int>)Basics.Square).Method, CallKind.Plain, typeof(int), typeof(int));

    /// <summary>Makes the coordinator believe in another build of a method, as if the files had been replaced
    /// since it was loaded.</summary>
    private static void Alter(Type type)
    {
        Func<int, int> work = Renamed.Twice;
        MethodEntry entry = MethodEntries<int, int>.Of(work, CallKind.Plain, PayloadFormat.Default);
        typeof(MethodEntry).GetField("_identity", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!
            .SetValue(entry, OfAnotherBuild(entry.Identity) with { DisplayName = type.FullName! });
    }

    private static MethodIdentity OfAnotherBuild(MethodIdentity identity) =>
        identity with { Method = identity.Method! with { ModuleVersion = Guid.NewGuid() } };

    private static class Renamed
    {
        public static int Twice(int value) => 2 * value;
    }
}
