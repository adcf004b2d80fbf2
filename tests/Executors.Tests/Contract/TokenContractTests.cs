using System.Runtime.CompilerServices;

namespace Offloop.Tests;

/// <summary>A token often lives as long as the program. The tasks that it is given to do not.</summary>
public abstract class TokenContractTests(ExecutorKind kind, IExecutorSource? source = null) : ContractTests(kind, source)
{
    private const int Each = 8;

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F62")]
    public async Task A_token_that_lives_on_keeps_nothing_of_tasks_that_are_done()
    {
        using var living = new CancellationTokenSource();
        await using Executor executor = Create(new ExecutorSetup { Workers = 1 });
        List<WeakReference> arguments = [];
        await RunAllAsync(executor, arguments, living.Token);
        // A worker may remember the task that it has done last.
        await executor.SubmitAsync(Forms.Nothing);

        await Waiting.UntilAsync(
            () =>
            {
                GC.Collect();
                return !arguments.Exists(static argument => argument.IsAlive);
            },
            "no argument is held");

        Assert.Equal(5 * Each, arguments.Count);
        Assert.False(living.IsCancellationRequested);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task RunAllAsync(Executor executor, List<WeakReference> arguments, CancellationToken token)
    {
        for (int i = 0; i < Each; i++)
        {
            Assert.Single(await executor.SubmitAsync(Basics.Echo, New(arguments), cancellationToken: token));
            await Assert.ThrowsAsync<InvalidOperationException>(
                () => executor.SubmitAsync(Throw, New(arguments), cancellationToken: token));
            await executor.MapAsync(Basics.Echo, [New(arguments)], cancellationToken: token).ToListAsync(token);
            await executor.StreamAsync(Few, New(arguments), cancellationToken: token).ToListAsync(token);
            await foreach (byte _ in executor.StreamAsync(Many, New(arguments), cancellationToken: token))
                break; // left early
        }

        static int Throw(byte[] bytes) => bytes.Length == 1 ? throw new InvalidOperationException("one") : 0;
        static IEnumerable<byte> Few(byte[] bytes) => bytes.AsEnumerable();
        static IEnumerable<byte> Many(byte[] bytes) => Enumerable.Repeat(bytes[0], 1000);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte[] New(List<WeakReference> arguments)
    {
        byte[] argument = new byte[1];
        arguments.Add(new WeakReference(argument));
        return argument;
    }
}
