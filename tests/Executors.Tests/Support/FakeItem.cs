using Offloop.Scheduling;

namespace Offloop.Tests;

/// <summary>A task that does nothing, for tests of the scheduler.</summary>
internal sealed class FakeItem(long id, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    : WorkItem(id, options ?? new SubmitOptions(), cancellationToken)
{
    private readonly TaskCompletionSource<Outcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override string Name
    {
        get
        {
            OnNamed();
            return "Fake";
        }
    }

    /// <summary>Called when somebody asks for the name, as everybody does who makes a text or an event about the task.</summary>
    public Action OnNamed { get; init; } = static () => { };

    public Task<Outcome> Outcome => _outcome.Task;

    public override void Complete(Outcome outcome) => _outcome.SetResult(outcome);
}
