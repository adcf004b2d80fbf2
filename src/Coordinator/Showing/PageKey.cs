using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Offloop.Coordinator.Showing;

/// <summary>Admits those who have the address that was printed. Every user of a computer can reach its loopback interface, and the one who
/// has started the program is told by the key in that address. A browser changes the key for a cookie, so it stays in no history.</summary>
/// <param name="page">The path of the page.</param>
internal sealed class PageKey(string page)
{
    private const string Parameter = "key";

    private readonly string _key = RandomNumberGenerator.GetHexString(64, lowercase: true);

    /// <summary>What the printed address ends with.</summary>
    public string Query => $"{Parameter}={_key}";

    /// <summary>Passes a request on, or sends it to the same address without the key, or refuses it with one sentence.</summary>
    public Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        HttpRequest request = context.Request;
        // A cookie is of all ports of a host, where another program may show its own page.
        string cookie = $"offloop-{context.Connection.LocalPort}";
        if (IsKey(request.Cookies[cookie]))
            return next(context);
        context.Response.Headers.CacheControl = "no-store";
        if (!IsKey(request.Query[Parameter]))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync(
                "The dashboard is for the user who started the program; open the whole address that it has printed on stderr.\n",
                context.RequestAborted);
        }
        context.Response.Cookies.Append(
            cookie, _key, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = page });
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        context.Response.Redirect(request.Path.StartsWithSegments(page) ? request.Path.ToUriComponent() : page);
        return Task.CompletedTask;
    }

    private bool IsKey(string? text) => text is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(_key));
}
