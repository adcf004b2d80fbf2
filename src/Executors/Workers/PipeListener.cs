using System.IO.Pipes;
using Microsoft.Extensions.Logging;
using Offloop.Diagnostics;
using Offloop.Protocol;

namespace Offloop.Workers;

/// <summary>The server end of one pipe of a worker: it listens from its construction, and accepts until the right peer has proven itself.</summary>
internal sealed class PipeListener : IDisposable
{
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(1);

    private readonly NamedPipeServerStream _server;
    private readonly string _name;
    private readonly int _workerId;
    private readonly ILogger _logger;
    private bool _handedOver;

    public PipeListener(string name, int workerId, ILogger logger)
    {
        (_name, _workerId, _logger) = (name, workerId, logger);
        // FirstPipeInstance: a name that somebody else has already bound is refused instead of shared.
        _server = new NamedPipeServerStream(
            name, PipeDirection.InOut, maxNumberOfServerInstances: 1, PipeTransmissionMode.Byte,
            PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly | PipeOptions.FirstPipeInstance);
    }

    /// <summary>A name for a worker's pipe: a path in the private directory, or on Windows a random one in the pipe namespace.</summary>
    public static string NameFor(PrivateDirectory directory, string file) =>
        OperatingSystem.IsWindows() ? $"{Path.GetFileName(directory.Path)}-{file}" : directory.File(file);

    /// <summary>Waits for the worker. The name is free again then.</summary>
    public async Task AcceptAsync(LaunchMessage launch, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _server.WaitForConnectionAsync(cancellationToken).ConfigureAwait(false);
            if (await ProvesItselfAsync(launch, cancellationToken).ConfigureAwait(false))
                break;
            _server.Disconnect();
        }
        if (!OperatingSystem.IsWindows())
            File.Delete(_name);
    }

    /// <summary>The connected pipe, of which the caller is the owner from now on.</summary>
    public Stream HandOver()
    {
        _handedOver = true;
        return _server;
    }

    /// <summary>Closes the pipe, unless it has been handed over.</summary>
    public void Dispose()
    {
        if (!_handedOver)
            _server.Dispose();
    }

    private async Task<bool> ProvesItselfAsync(LaunchMessage launch, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(s_silence);
        try
        {
            if (await Handshake.AcceptAsync(_server, launch, silence.Token).ConfigureAwait(false))
                return true;
            _logger.PeerRefused(_workerId, "a process that does not know the secret connected to its pipe");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _logger.PeerRefused(_workerId, "a process connected to its pipe and said nothing for a second");
        }
        catch (IOException error)
        {
            _logger.PeerRefused(_workerId, $"a process connected to its pipe and left ({error.Message})");
        }
        return false;
    }
}
