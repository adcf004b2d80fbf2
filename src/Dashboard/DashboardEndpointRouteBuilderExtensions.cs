using Microsoft.AspNetCore.Routing;
using Offloop.Dashboard;
using Offloop.Dashboard.Serving;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds the dashboard of Offloop to an application.</summary>
public static class DashboardEndpointRouteBuilderExtensions
{
    /// <summary>Maps a page that shows every executor of this process, whoever has made it, but for those whose
    /// <see cref="Offloop.ExecutorOptions.IsShown"/> is false; and what it shows, as JSON, at <c>/api</c> below it.
    /// <para>From now on the last hundred failures of each executor are kept. All other numbers are computed while somebody looks. Without
    /// an authorization policy (<c>RequireAuthorization</c> on what is returned) only requests from this computer are answered, and none
    /// that a proxy has passed on.</para></summary>
    /// <param name="endpoints">The endpoints of the application.</param>
    /// <param name="pattern">The path of the page.</param>
    /// <param name="options">The settings, or null for the defaults: the page has no actions.</param>
    /// <returns>All endpoints of the dashboard, for <c>RequireAuthorization</c> and other conventions.</returns>
    public static IEndpointConventionBuilder MapOffloopDashboard(
        this IEndpointRouteBuilder endpoints, string pattern = "/offloop", DashboardOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        return DashboardEndpoints.Map(endpoints, pattern, options ?? new DashboardOptions());
    }
}
