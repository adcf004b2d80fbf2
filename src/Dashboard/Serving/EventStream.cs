using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Offloop.Dashboard.Documents;

namespace Offloop.Dashboard.Serving;

/// <summary>The stream of server-sent events that each open page reads: <c>numbers</c> with each frame, and <c>failures</c> when they have
/// changed.</summary>
/// <param name="feed">Makes the frames.</param>
/// <param name="stopping">The application is about to stop. An open page must not hold it up.</param>
internal sealed class EventStream(FrameFeed feed, CancellationToken stopping)
{
    public async Task SendAsync(HttpContext context)
    {
        if (!feed.TryOpenPage())
        {
            context.Response.Headers.RetryAfter = "10";
            await Guard.SayAsync(
                context, StatusCodes.Status503ServiceUnavailable,
                string.Create(CultureInfo.InvariantCulture, $"{FrameFeed.MaxPages} pages are open already; close one of them."));
            return;
        }
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            await SendFramesAsync(context, end.Token);
        }
        catch (OperationCanceledException)
        {
            // The page was closed, or the application stops.
        }
        finally
        {
            feed.ClosePage();
        }
    }

    private async Task SendFramesAsync(HttpContext context, CancellationToken end)
    {
        context.Response.ContentType = "text/event-stream";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.Headers["X-Accel-Buffering"] = "no"; // the same, for nginx
        PipeWriter body = context.Response.BodyWriter;
        long seen = 0;
        long? failures = null;
        while (true)
        {
            // The flush waits for a reader that is slow; the frames of that time are missed.
            Frame frame = await feed.NextAsync(seen, end);
            seen = frame.Number;
            Write(body, "numbers", frame.Numbers);
            if (frame.Failures.Version != failures)
                Write(body, "failures", frame.Failures.Json);
            failures = frame.Failures.Version;
            if ((await body.FlushAsync(end)).IsCompleted)
                return;
        }
    }

    private static void Write(PipeWriter body, string name, byte[] json)
    {
        Encoding.ASCII.GetBytes($"event: {name}\ndata: ", body);
        body.Write(json);
        body.Write("\n\n"u8);
    }
}
