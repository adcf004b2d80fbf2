namespace Offloop.Tests;

/// <content>Tasks that interrupt the thread which runs them.</content>
public abstract partial class ExecutorContractTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_interrupts_its_thread_harms_neither_the_next_task_nor_the_program()
    {
        await using Executor executor = Create(new ExecutorSetup());
        int process = await executor.SubmitAsync(Basics.ProcessId);

        Assert.Equal(7, await executor.SubmitAsync(Interrupting.Itself, 7));
        Assert.Equal(1, await executor.SubmitAsync(Timing.SleepFor, 1));
        await Assert.ThrowsAsync<InvalidOperationException>(() => executor.SubmitAsync(Interrupting.ItselfAndThrow));
        Assert.Equal(1, await executor.SubmitAsync(Timing.SleepFor, 1));
        await Assert.ThrowsAsync<ThreadInterruptedException>(() => executor.SubmitAsync(Interrupting.ItselfAndWait));
        Assert.Equal(1, await executor.SubmitAsync(Timing.SleepFor, 1));

        Assert.Equal(process, await executor.SubmitAsync(Basics.ProcessId));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_interrupts_its_thread_does_not_harm_one_that_has_come_already()
    {
        await using Executor executor = Create(new ExecutorSetup());
        // They travel together after this.
        await Task.WhenAll(Enumerable.Range(0, 500).Select(value => executor.SubmitAsync(Basics.Square, value)));

        int[] results = await Task.WhenAll(Enumerable.Range(0, 100).Select(
            number => executor.SubmitAsync(number % 2 == 0 ? (Func<int, int>)Interrupting.Itself : Timing.SleepFor, number % 2)));

        Assert.Equal(Enumerable.Range(0, 100).Select(static number => number % 2), results);
    }
}
