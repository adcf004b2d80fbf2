using Microsoft.Win32.SafeHandles;
using Offloop.Protocol;

namespace Offloop.Tests.Protocol;

public sealed class StartMarkTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void It_tells_how_far_each_task_had_come()
    {
        using SafeFileHandle file = StartMark.Create(_path);
        using (var mark = new StartMark(_path))
        {
            mark.Started(1);
            mark.Finished(1);
            mark.Started(2);
            mark.Taken(3);
        }
        byte[]? page = StartMark.Read(file);
        Assert.Equal(TaskPhase.ResultLost, StartMark.PhaseOf(page, 1));
        Assert.Equal(TaskPhase.Running, StartMark.PhaseOf(page, 2));
        Assert.Equal(TaskPhase.NotStarted, StartMark.PhaseOf(page, 3));
        Assert.Equal(TaskPhase.NotStarted, StartMark.PhaseOf(page, 4));
        Assert.Equal([true, true, true, false], Enumerable.Range(1, 4).Select(sequence => StartMark.WasTaken(page, sequence)));
    }

    [Fact]
    public void A_number_that_uses_the_word_of_an_older_task_is_told_from_it()
    {
        using SafeFileHandle file = StartMark.Create(_path);
        using (var mark = new StartMark(_path))
        {
            for (int sequence = 1; sequence <= 3 * StartMark.Words; sequence++)
            {
                mark.Started(sequence);
                mark.Finished(sequence);
            }
            mark.Started(3 * StartMark.Words + 1);
        }
        byte[]? page = StartMark.Read(file);
        Assert.Equal(TaskPhase.ResultLost, StartMark.PhaseOf(page, 3 * StartMark.Words));
        Assert.Equal(TaskPhase.Running, StartMark.PhaseOf(page, 3 * StartMark.Words + 1));
        Assert.Equal(TaskPhase.NotStarted, StartMark.PhaseOf(page, 3 * StartMark.Words + 2));
    }

    [Fact]
    public void It_tells_which_task_ran_on_the_thread_that_ended_the_process()
    {
        Assert.Equal(ProcessPoolOptions.MostThreads, StartMark.Threads);
        Assert.True(ProcessPoolOptions.MostThreads <= Offloop.Workers.Pace.MaxWindow); // each thread has a task, and each task a mark
        using SafeFileHandle file = StartMark.Create(_path);
        using var mark = new StartMark(_path);
        mark.Runs(0, 7);
        mark.Runs(StartMark.Threads - 1, 8);
        mark.Started(511);
        Assert.Equal(0, StartMark.ExitedBy(StartMark.Read(file)));

        System.Runtime.InteropServices.Marshal.WriteInt64(mark.StampOf(StartMark.Threads - 1), 1);

        Assert.Equal(8, StartMark.ExitedBy(StartMark.Read(file)));
        Assert.Equal(TaskPhase.Running, StartMark.PhaseOf(StartMark.Read(file), 511));
        Assert.Empty(StartMark.EndsIn(StartMark.Read(file)));
        Assert.Equal(0, StartMark.ExitedBy(null));
    }

    [Fact]
    public void It_can_be_read_while_it_is_mapped()
    {
        using SafeFileHandle file = StartMark.Create(_path);
        using var mark = new StartMark(_path);
        mark.Started(1);
        Assert.Equal(TaskPhase.Running, StartMark.PhaseOf(StartMark.Read(file), 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(StartMark.FileBytes - 1)]
    public void A_file_that_was_cut_says_nothing_and_the_task_may_have_run(int length)
    {
        using SafeFileHandle file = StartMark.Create(_path);
        File.WriteAllBytes(_path, new byte[length]);
        Assert.Null(StartMark.Read(file));
        Assert.Equal(TaskPhase.Running, StartMark.PhaseOf(null, 1));
    }

    [Fact]
    public void A_file_that_was_replaced_is_not_read()
    {
        using SafeFileHandle file = StartMark.Create(_path);
        File.Delete(_path);
        File.WriteAllBytes(_path, [.. Enumerable.Repeat((byte)255, StartMark.FileBytes)]);
        Assert.Equal(TaskPhase.NotStarted, StartMark.PhaseOf(StartMark.Read(file), 1));
    }
}
