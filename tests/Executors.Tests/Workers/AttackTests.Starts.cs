using System.Globalization;
using System.IO.Pipes;
using Offloop.Protocol;
using Offloop.Workers;

namespace Offloop.Tests.Workers;

/// <content>Attacks on whole starts, and the helpers that the tests share.</content>
public sealed partial class AttackTests
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J111")]
    public async Task A_pool_whose_every_pipe_is_stormed_starts_all_the_same()
    {
        string root = Directory.CreateTempSubdirectory("o-").FullName;
        await using var point = new MeetingPoint();
        Task<int> told = _attackers.SubmitAsync(Attacks.Haunt, new AttackOrder(root, 20, point.For()));
        Visitor attacker = await point.NextAsync();
        await using (var outer = new ProcessPoolExecutor(One with { Environment = new Dictionary<string, string?> { ["TMPDIR"] = root } }))
        {
            for (int number = 1; number <= 3; number++)
            {
                string square = string.Create(CultureInfo.InvariantCulture, $"{number * number}");
                Assert.Equal(square, await outer.SubmitAsync(Nesting.PoolAsync, number));
            }
        }
        attacker.LetGo();
        Assert.Equal(0, await told);
        Directory.Delete(root, recursive: true);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J111")]
    public async Task A_pipe_that_is_unlinked_fails_the_start()
    {
        WorkerStartException? failed = null;
        for (int number = 2; failed is null && number < 6; number++) // the worker may be quicker than the attacker
        {
            using var unlinked = new CancellationTokenSource();
            string path = _launch.NewMessage(number).ControlPipe;
            Task unlinking = Task.Run(() => Unlink(path, unlinked.Token));
            var slot = new WorkerSlot(null!, _launch, number, static () => { });
            try
            {
                WorkerProcess worker = await WorkerProcess.StartAsync(_launch, number, slot, _end.Token);
                worker.Kill(new KillReason(Cause: null, "it started all the same"));
                await worker.Exited;
            }
            catch (WorkerStartException error)
            {
                failed = error;
            }
            await unlinked.CancelAsync();
            await unlinking;
        }
        Assert.Equal(WorkerExitCode.Unreachable, failed!.Failure.ExitCode); // and not after its StartTimeout
        Assert.False(Waiting.IsAlive(failed.Failure.ProcessId!.Value));
    }

    private static void Unlink(string path, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (File.Exists(path))
                File.Delete(path);
        }
    }

    private async Task<Stream> AcceptAsync(int worker)
    {
        await _listener.AcceptAsync(_message, worker, _end.Token);
        return _listener.HandOver();
    }

    private async Task<NamedPipeClientStream> OpenAsync()
    {
        var pipe = new NamedPipeClientStream(
            ".", _message.ControlPipe, PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        await pipe.ConnectAsync();
        return pipe;
    }

    private async Task<Stream> ConnectAsync()
    {
        NamedPipeClientStream pipe = await OpenAsync();
        Assert.True(Handshake.Connect(pipe, _message));
        return pipe;
    }

    private static async Task AssertConnectedAsync(Stream one, Stream other)
    {
        await one.WriteAsync(new byte[] { 42 });
        byte[] heard = new byte[1];
        await other.ReadExactlyAsync(heard);
        Assert.Equal(42, heard[0]);
    }

    private static async Task<int> ReadToEndAsync(Stream stream)
    {
        var all = new MemoryStream();
        try
        {
            await stream.CopyToAsync(all);
        }
        catch (IOException)
        {
            // a connection that was reset has ended too
        }
        return (int)all.Length;
    }

    private IEnumerable<string> Refusals() => Refusals(worker: 1);

    private void AssertNoSecret(string text)
    {
        Assert.DoesNotContain(Convert.ToBase64String(_message.ServerSecret), text, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(_message.WorkerSecret), text, StringComparison.Ordinal);
    }

    private static void OpenToAll(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
    }

    private static void RequireRoot() =>
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can make a process of another user.");
}
