using System.Text;
using System.Text.Json;
using Offloop.Protocol;
using Offloop.WorkerHost.Start;

namespace Offloop.Tests;

public sealed class RehearsalTests
{
    [Fact(Timeout = InMemoryWorker.Hang)]
    public async Task A_rehearsal_takes_a_task_from_its_message_to_its_report()
    {
        using var said = new MemoryStream();
        await Task.Run(() => Rehearsal.Run(said), TestContext.Current.CancellationToken);

        string last = Encoding.UTF8.GetString(said.ToArray()).Split("\r\n\r\n")[^1];
        using var message = JsonDocument.Parse(last);
        Assert.Equal("Report", message.RootElement.GetProperty("method").GetString());
        byte[] json = Encoding.UTF8.GetBytes(message.RootElement.GetProperty("params")[0].GetRawText());
        var report = (WorkerReport)MessageJson.Read(json, typeof(WorkerReport))!;
        FinishedTask finished = Assert.Single(report.Finished);
        Assert.Equal((1, FinishKind.Returned), (finished.Sequence, finished.Kind));
    }
}
