using Offloop.Telemetry;

namespace Offloop.Coordinator.Clustering;

/// <summary>Hears what becomes of the nodes of an executor.</summary>
internal sealed class NodeListener : ExecutorListener, IDisposable
{
    private readonly Executor _executor;
    private readonly Action<NodeNews> _tell;

    /// <param name="executor">The executor.</param>
    /// <param name="tell">Takes the news, one after the other, until this is disposed.</param>
    public NodeListener(Executor executor, Action<NodeNews> tell)
    {
        (_executor, _tell) = (executor, tell);
        executor.Events.Listen(this);
    }

    public override void Hear(ExecutorEvent happened)
    {
        NodeNews? news = happened switch
        {
            NodeJoined joined => new NodeNews(joined.Node.Name, "joined")
            {
                ProcessId = _executor.GetSnapshot().Workers.FirstOrDefault(worker => worker.Id == joined.WorkerId)?.ProcessId,
                Address = joined.Node.Address,
                Slots = joined.Node.Slots,
            },
            NodeSilent silent => new NodeNews(silent.Name, "silent") { Reason = OneLine(silent.Reason) },
            NodeHeard heard => new NodeNews(heard.Name, "heard"),
            NodeGone { Reason: { } reason } gone => new NodeNews(gone.Name, "lost") { Tasks = gone.LostTasks, Reason = OneLine(reason) },
            NodeGone gone => new NodeNews(gone.Name, "left"),
            _ => null,
        };
        if (news is not null)
            _tell(news);
    }

    public void Dispose() => _executor.Events.Forget(this);

    private static string OneLine(string reason) => reason.ReplaceLineEndings(" ").TrimEnd('.');
}
