namespace Offloop.Model;

/// <summary>What the model knows about the scheduler, as numbers.</summary>
internal static class Rules
{
    /// <summary>How many tasks a fake slot may run at once; one of these is drawn for each slot.</summary>
    public static readonly int[] Concurrencies = [1, 1, 2, 16];

    /// <summary>The labels of slots and of the tasks that require one; null is none.</summary>
    public static readonly string?[] Labels = [null, "gpu", "eu"];

    /// <summary>The cause of a failure if nobody saw the slot die.</summary>
    public const FailureCause UnseenDeath = FailureCause.Unresponsive;

    /// <summary>How many slots may end before they have started a task, and perhaps because of it.</summary>
    public const int MaxSuspicions = 5;

    /// <summary>How many may end so when nothing points at the task.</summary>
    public const int MaxLostBeforeStart = 50;
}
