using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Offloop.Dashboard;

namespace Offloop.Coordinator.Showing;

/// <summary>The dashboard of this process, on the loopback interface. It lives as long as the process.</summary>
internal static class DashboardServer
{
    private const string Page = "/offloop";

    /// <summary>Opens it, if it is asked for, and says where it is. False if it cannot be opened, which is said too.</summary>
    /// <param name="port">The port; null for no dashboard.</param>
    public static bool TryOpen(int? port) => port is not { } asked || TryOpen(asked);

    /// <summary>Not inlined, so that a run without a dashboard does not load the web server.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryOpen(int port)
    {
        // The key of the page stands for a policy, without which actions are for development.
        var settings = new WebApplicationOptions { EnvironmentName = Environments.Development };
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(settings);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime>(new OwnLifetime());
        WebApplication app = builder.Build();
        var key = new PageKey(Page);
        app.Use(key.AdmitAsync);
        // It is the user's own run on the user's own computer. To drain the executor would be to break the run.
        app.MapOffloopDashboard(
            Page, new DashboardOptions { Actions = DashboardActions.Recycle | DashboardActions.EndTask });
        try
        {
            app.StartAsync().GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is IOException or SocketException) // the port is in use, or it is not allowed
        {
            string reason = error.GetBaseException().Message.TrimEnd('.');
            Console.Error.WriteLine(
                $"coordinator: --dashboard {port}: {reason}; expected a port that is free and allowed, or 0 for any free one.");
            return false;
        }
        Console.Error.WriteLine($"dashboard: {app.Urls.Single()}{Page}?{key.Query}");
        return true;
    }

    /// <summary>Signals are the program's to answer; the usual lifetime of a host would take them.</summary>
    private sealed class OwnLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
