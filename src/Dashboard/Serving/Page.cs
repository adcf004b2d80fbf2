using System.Net.Mime;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;

namespace Offloop.Dashboard.Serving;

/// <summary>The page and its parts, which are resources of this assembly.</summary>
/// <param name="token">What the page sends with each action.</param>
internal sealed class Page(string token)
{
    /// <summary>Nothing from elsewhere, nothing inline, no frame around it; and no text is ever taken for HTML.</summary>
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    private static readonly string s_page = Encoding.UTF8.GetString(Read("dashboard.html"));

    /// <summary>The files that the page needs.</summary>
    public static string[] Assets { get; } = ["dashboard.css", "dashboard.js", "executor.js", "charts.js", "parts.js", "icon.svg"];

    public async Task SendAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        // Its parts lie below the address of the page, which may end in a slash or not, and have been moved by a PathBase.
        string path = (request.PathBase + request.Path).ToUriComponent().TrimEnd('/');
        string page = s_page
            .Replace("{{path}}", HtmlEncoder.Default.Encode(path), StringComparison.Ordinal)
            .Replace("{{token}}", HtmlEncoder.Default.Encode(token), StringComparison.Ordinal);
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(page, context.RequestAborted);
    }

    public static async Task SendAssetAsync(HttpContext context, string name)
    {
        context.Response.ContentType = Path.GetExtension(name) switch
        {
            ".css" => MediaTypeNames.Text.Css,
            ".js" => MediaTypeNames.Text.JavaScript,
            ".svg" => MediaTypeNames.Image.Svg,
            var unknown => throw new InvalidOperationException($"No file of the page ends in {unknown}."),
        };
        await context.Response.BodyWriter.WriteAsync(Read(name), context.RequestAborted);
    }

    private static byte[] Read(string name)
    {
        using Stream resource = typeof(Page).Assembly.GetManifestResourceStream(name)!;
        byte[] bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
