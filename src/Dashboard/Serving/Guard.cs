using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Offloop.Dashboard.Serving;

/// <summary>Who may use the endpoints. With an authorization policy that is the policy's to decide, and a missing middleware is an error of
/// ASP.NET's own. Without one it is a program on this computer that has asked for this computer: not one behind a proxy, whose requests all
/// seem to be from here, and not a page of another site whose name was made to lead here (DNS rebinding).</summary>
internal static class Guard
{
    private const string Remedy = "Give the dashboard an authorization policy: app.MapOffloopDashboard().RequireAuthorization(\"policy\").";

    /// <summary>What proxies add, and what ASP.NET's own middleware for it leaves behind.</summary>
    private static readonly string[] s_ofProxies =
        ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-For", "X-Original-Host", "X-Real-IP"];

    /// <summary>Wraps an endpoint: whoever may not use it gets one sentence with the remedy.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="isPage">Whether a link on another site may lead to it.</param>
    public static RequestDelegate Protect(Func<HttpContext, Task> endpoint, bool isPage) => context =>
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return ReasonToRefuse(context, isPage) is { } reason
            ? SayAsync(context, StatusCodes.Status403Forbidden, reason)
            : endpoint(context);
    };

    /// <summary>Answers with one sentence.</summary>
    public static Task SayAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(sentence + "\n", context.RequestAborted);
    }

    private static string? ReasonToRefuse(HttpContext context, bool isPage)
    {
        if (IsOfAnotherSite(context.Request, isPage))
            return "A page of another site may not read the dashboard; open it by its own address.";
        if (HasPolicy(context))
            return null;
        if (context.Connection.RemoteIpAddress is not { } address || !IPAddress.IsLoopback(address))
            return $"Without an authorization policy the dashboard answers this computer alone. {Remedy}";
        // The default of nginx before 1.29.7, which adds no header and writes the address it asks into Host. No browser speaks it.
        if (HttpProtocol.IsHttp10(context.Request.Protocol) || HttpProtocol.IsHttp09(context.Request.Protocol))
        {
            return "Without an authorization policy the dashboard answers nothing that a proxy has passed on, and this request is in "
                + $"{context.Request.Protocol}, as proxies write it. {Remedy}";
        }
        if (Array.Find(s_ofProxies, context.Request.Headers.ContainsKey) is { } header)
        {
            return $"Without an authorization policy the dashboard answers nothing that a proxy has passed on, and this request has the "
                + $"header {header}. {Remedy}";
        }
        // A proxy may write another host into the request, but leaves the origin, which a browser sends with each action.
        return IsThisComputer(context.Request.Host.Host) && !IsOfAnotherOrigin(context.Request)
            ? null
            : $"Without an authorization policy the dashboard is at localhost, 127.0.0.1 or [::1] alone, and this request is for another "
                + $"host. {Remedy}";
    }

    /// <summary>Whether an authorization policy of its own decides who may use the endpoint.</summary>
    public static bool HasPolicy(HttpContext context) => context.GetEndpoint()?.Metadata is { } metadata
        && metadata.GetMetadata<IAllowAnonymous>() is null
        && (metadata.GetMetadata<IAuthorizeData>() is not null || metadata.GetMetadata<AuthorizationPolicy>() is not null);

    /// <summary>Whether a page of another site has made the request, by what browsers say of it. A link that was followed is not meant,
    /// because the other site cannot read what it leads to.</summary>
    public static bool IsOfAnotherSite(HttpRequest request, bool isPage)
    {
        string? site = request.Headers["Sec-Fetch-Site"];
        string? mode = request.Headers["Sec-Fetch-Mode"];
        if (!string.IsNullOrEmpty(site))
            return site is not ("same-origin" or "none") && !(isPage && mode == "navigate");
        return IsOfAnotherOrigin(request); // an older browser says no more
    }

    /// <summary>The scheme is not compared: it may be that of a proxy in front.</summary>
    private static bool IsOfAnotherOrigin(HttpRequest request)
    {
        string? origin = request.Headers.Origin;
        return !string.IsNullOrEmpty(origin)
            && !(Uri.TryCreate(origin, UriKind.Absolute, out Uri? from)
                && from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsThisComputer(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
}
