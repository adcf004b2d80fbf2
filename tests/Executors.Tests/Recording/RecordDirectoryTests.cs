using Microsoft.Extensions.Time.Testing;
using Offloop.Payloads;
using Offloop.Recording;
using Offloop.Telemetry;

namespace Offloop.Tests.Recording;

/// <summary>How many files there may be, how large and how old; and who hears of what was not recorded.</summary>
public sealed class RecordDirectoryTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 30, 1, 2, 3, TimeSpan.Zero);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("offloop-recording-");

    private FailureRecording Recording => new(_directory.FullName);

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void The_oldest_files_are_removed_by_number_size_and_age_and_no_others()
    {
        string mine = Path.Combine(_directory.FullName, "offloop-failure-notes.json");
        string begun = Path.Combine(_directory.FullName, "offloop-failure-20200101T000000000Z-p1-t1-a1-00000000.json.tmp");
        File.WriteAllText(mine, "somebody's");
        File.WriteAllText(begun, "a process that died");
        Write(Recording, 5);

        Prune(Recording with { MaxFiles = 3 });
        Assert.Equal([2, 3, 4], Tasks());
        Prune(Recording with { MaxBytes = 2048, MaxFileBytes = 1024 });
        Assert.Equal([3, 4], Tasks());
        new RecordDirectory(Recording with { MaxAge = TimeSpan.FromHours(1) }).Prune(s_start + TimeSpan.FromHours(1.06));
        Assert.Equal([4], Tasks());
        Prune(Recording with { MaxAge = Timeout.InfiniteTimeSpan });
        Assert.Equal([4], Tasks());
        Assert.True(File.Exists(mine));
        Assert.False(File.Exists(begun));
    }

    [Fact]
    public void A_directory_that_was_removed_is_made_again_for_the_next_file()
    {
        var directory = new RecordDirectory(Recording);
        _directory.Delete();

        string path = directory.Write([1], task: 1, attempt: 1, s_start);

        Assert.Equal([path], Directory.GetFiles(_directory.FullName));
    }

    [Fact]
    public void Runs_that_come_faster_than_files_are_counted()
    {
        var log = new TestLog();
        var clock = new FakeTimeProvider();
        var recorder = new FailureRecorder(
            new ProcessPoolOptions { TimeProvider = clock }, Recording, PayloadFormat.Default, log);
        var failure = new TaskFailure { Cause = FailureCause.Crash, Phase = TaskPhase.Running };
        for (int i = 0; i < 20; i++) // nothing takes them, because it was not started
        {
            TaskFailed run = Fail(i);
            ((FakeItem)run.Item).KeepsUpTo = recorder.LongestArgument(run);
            Assert.Equal(i < 16 ? Recording.MaxFileBytes : 0, ((FakeItem)run.Item).KeepsUpTo); // sixteen may wait
            recorder.Hear(run);
            if (i == 17)
                clock.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.Equal(
            ["Warning: 1 failed runs were not recorded,", "Warning: 2 failed runs were not recorded,"],
            log.Lines.Select(static line => line[..(line.IndexOf(',', StringComparison.Ordinal) + 1)]));

        TaskFailed Fail(int id) =>
            new(new TaskFacts(id, "Fake", 1), OutcomeKind.Lost, null, failure, new FakeItem(id) { AssignedAt = 1 });
    }

    [Fact]
    public void A_run_whose_argument_was_not_kept_is_not_recorded_later()
    {
        var log = new TestLog();
        var recorder = new FailureRecorder(new ProcessPoolOptions(), Recording, PayloadFormat.Default, log);
        var failure = new TaskFailure { Cause = FailureCause.Crash, Phase = TaskPhase.Running };

        recorder.Hear(new TaskFailed(
            new TaskFacts(1, "Fake", 1), OutcomeKind.Lost, null, failure, new FakeItem(1) { AssignedAt = 1, KeepsUpTo = 0 }));

        Assert.StartsWith("Warning: 1 failed runs were not recorded,", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Bounds_that_contradict_each_other_are_refused()
    {
        var options = new ProcessPoolOptions { RecordFailures = Recording with { MaxBytes = 2000 } };

        var error = Assert.Throws<ArgumentException>(() => new ProcessPoolExecutor(options));

        Assert.StartsWith(
            "MaxFileBytes is 16777216, but it must not be more than MaxBytes, which is 2000.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new FailureRecording(""));
        int captured = 0;
        Assert.Throws<ArgumentException>(() => Recording with { Redact = (_, _, value) => captured > 0 ? null : value });
    }

    private static void Write(FailureRecording recording, int count)
    {
        for (int i = 0; i < count; i++)
            new RecordDirectory(recording).Write(new byte[1000], i, attempt: 1, s_start + TimeSpan.FromMinutes(i));
    }

    private static void Prune(FailureRecording recording) => new RecordDirectory(recording).Prune(s_start + TimeSpan.FromMinutes(10));

    private int[] Tasks() =>
    [
        .. _directory.GetFiles("*-a1-*.json").Select(static file => int.Parse(file.Name.Split('-')[4][1..], null)).Order(),
    ];
}
