using System.IO.Pipes;
using Microsoft.Extensions.Logging;
using Offloop.Protocol;
using Offloop.Telemetry;

namespace Offloop.Workers;

/// <summary>The server end of one pipe of a worker: it listens from its construction, and accepts until the right peer has proven itself.
/// It asks the operating system first which process has connected. Any other than the worker hears nothing from us, not even the
/// secret.</summary>
internal sealed class PipeListener : IDisposable
{
    private const int MaxRefusalLines = 16;
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_pauseAfterFault = TimeSpan.FromMilliseconds(10);

    private readonly NamedPipeServerStream _server;
    private readonly string _name;
    private readonly int _workerId;
    private readonly ILogger _logger;
    private readonly LineBudget _lines = new(MaxRefusalLines);
    private bool _handedOver;

    public PipeListener(string name, int workerId, ILogger logger)
    {
        (_name, _workerId, _logger) = (name, workerId, logger);
        // FirstPipeInstance: a name that somebody else has already bound is refused instead of shared.
        _server = new NamedPipeServerStream(
            name, PipeDirection.InOut, maxNumberOfServerInstances: 1, PipeTransmissionMode.Byte,
            PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly | PipeOptions.FirstPipeInstance);
    }

    /// <summary>The last peer that was refused and logged; null if there was none.</summary>
    public string? LastRefusal { get; private set; }

    /// <summary>A name for a worker's pipe: a path in the private directory, or on Windows a random one in the pipe namespace.</summary>
    public static string NameFor(PrivateDirectory directory, string file) =>
        OperatingSystem.IsWindows() ? $"{Path.GetFileName(directory.Path)}-{file}" : directory.File(file);

    /// <summary>Waits for the worker. The name is free again then.</summary>
    public async Task AcceptAsync(LaunchMessage launch, int workerProcess, CancellationToken cancellationToken)
    {
        while (!await TryAcceptAsync(launch, workerProcess, cancellationToken).ConfigureAwait(false))
        {
            if (_server.IsConnected)
                _server.Disconnect();
        }
        if (!OperatingSystem.IsWindows())
            PrivateDirectory.TryDelete(_name);
    }

    /// <summary>The connected pipe. The caller owns it from now on.</summary>
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
        if (_lines.Withheld > 0)
            _logger.PeersRefused(_workerId, _lines.Withheld);
    }

    private async Task<bool> TryAcceptAsync(LaunchMessage launch, int workerProcess, CancellationToken cancellationToken)
    {
        try
        {
            await _server.WaitForConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (UnauthorizedAccessException error) // the runtime has refused another user, and the message says whom
        {
            return Refuse(null, $"came and was refused: {error.Message}");
        }
        catch (IOException error) // it was gone before it was accepted
        {
            await Task.Delay(s_pauseAfterFault, cancellationToken).ConfigureAwait(false);
            return Refuse(null, $"came and left ({error.Message})");
        }
        int? peer = PeerProcess.Of(_server);
        return peer is null || peer == workerProcess
            ? await ProvesItselfAsync(launch, peer, cancellationToken).ConfigureAwait(false)
            : Refuse(peer, "connected to its pipe");
    }

    private async Task<bool> ProvesItselfAsync(LaunchMessage launch, int? peer, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(s_silence);
        try
        {
            return await Handshake.AcceptAsync(_server, launch, silence.Token).ConfigureAwait(false)
                || Refuse(peer, "connected to its pipe and does not know the secret");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Refuse(peer, "connected to its pipe and said nothing for a second");
        }
        catch (IOException error)
        {
            return Refuse(peer, $"connected to its pipe and left ({error.Message})");
        }
    }

    private bool Refuse(int? peer, string what)
    {
        if (!_lines.TryTake(out _))
            return false;
        LastRefusal = $"{PeerProcess.Describe(peer)} {what}";
        _logger.PeerRefused(_workerId, LastRefusal);
        return false;
    }
}
