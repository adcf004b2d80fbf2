using System.Diagnostics;
using System.IO.Pipes;

namespace Offloop.Benchmarks.Pools;

/// <summary>A child process of this program at the other end of a named pipe, for the peers that are written in C#.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process _process;
    private readonly NamedPipeServerStream _pipe;

    private Child(Process process, NamedPipeServerStream pipe) => (_process, _pipe) = (process, pipe);

    public Stream Pipe => _pipe;

    public static Child Start(string kind)
    {
        string name = $"offloop-bench-{Guid.NewGuid():N}";
        var pipe = new NamedPipeServerStream(
            name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        return new Child(Process.Start(Environment.ProcessPath!, ["--child", kind, name]), pipe);
    }

    public Task ConnectAsync() => _pipe.WaitForConnectionAsync();

    /// <summary>Closes the pipe, which ends the child.</summary>
    public async ValueTask DisposeAsync()
    {
        await _pipe.DisposeAsync();
        using (_process)
            await _process.WaitForExitAsync();
    }

    /// <summary>Runs the child.</summary>
    public static async Task RunAsync(string kind, string name)
    {
        await using var pipe = new NamedPipeClientStream(
            ".", name, PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        await pipe.ConnectAsync();
        await (kind == "rpc" ? PlainRpcWorker.RunAsync(pipe) : BarePipe.AnswerAsync(pipe));
    }
}
