using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Offloop.Coordinator.Serving;

/// <summary>A slow HTTP server on the loopback interface: it answers every request with the same body after a delay. It is Kestrel without
/// the web host around it, because it needs neither configuration nor logging.</summary>
internal sealed class SlowServer : IHttpApplication<IFeatureCollection>
{
    private const int LargestWrite = 16 << 10;
    private static readonly byte[] s_filling = [.. Enumerable.Repeat((byte)'x', LargestWrite)];

    private readonly Socket _socket;
    private readonly ServeVerb _settings;

    private SlowServer(Socket socket, ServeVerb settings)
    {
        _socket = socket;
        _settings = settings;
        Url = new Uri($"http://{socket.LocalEndPoint}/");
    }

    public Uri Url { get; }

    /// <summary>Takes the port. From now on connections wait in the backlog, so a client need not wait for
    /// <see cref="StartAsync"/>.</summary>
    /// <exception cref="SocketException">The port is in use, or it is not allowed.</exception>
    public static SlowServer Bind(ServeVerb settings)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, settings.Port));
            socket.Listen();
            return new SlowServer(socket, settings);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Starts to answer, and goes on until the process ends.</summary>
    public Task StartAsync()
    {
        var transport = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions { CreateBoundListenSocket = _ => _socket }), NullLoggerFactory.Instance);
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Listen((IPEndPoint)_socket.LocalEndPoint!);
        var kestrel = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
        return kestrel.StartAsync(this, CancellationToken.None);
    }

    IFeatureCollection IHttpApplication<IFeatureCollection>.CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    void IHttpApplication<IFeatureCollection>.DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    async Task IHttpApplication<IFeatureCollection>.ProcessRequestAsync(IFeatureCollection context)
    {
        CancellationToken aborted = context.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted;
        try
        {
            await Task.Delay(_settings.Delay, aborted);
            await AnswerAsync(context, aborted);
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            // The client has gone away, as a killed worker does; there is nobody to answer.
        }
    }

    private async Task AnswerAsync(IFeatureCollection context, CancellationToken aborted)
    {
        IHttpResponseFeature response = context.GetRequiredFeature<IHttpResponseFeature>();
        response.Headers.ContentType = "text/plain";
        response.Headers.ContentLength = _settings.Size.Bytes;
        Stream body = context.GetRequiredFeature<IHttpResponseBodyFeature>().Stream;
        for (long left = _settings.Size.Bytes; left > 0; left -= LargestWrite)
            await body.WriteAsync(s_filling.AsMemory(0, (int)Math.Min(left, LargestWrite)), aborted);
    }
}
