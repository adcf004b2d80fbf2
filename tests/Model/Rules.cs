namespace Offloop.Model;

/// <summary>How much of the model the scheduler of today can do. Raise a value when the scheduler learns more.</summary>
internal static class Rules
{
    /// <summary>How many tasks a fake slot may run at once; one of these is drawn for each slot.</summary>
    public static readonly int[] Concurrencies = [1];

    /// <summary>The labels of slots and of the tasks that require one; null is none. Null must be among them.</summary>
    public static readonly string?[] Labels = [null];

    /// <summary>Whether slots may be quarantined: nobody sees them die, and their tasks end with the phase Unknown.</summary>
    public static bool DeathsMayBeUnseen => false;

    /// <summary>What is told of a slot whose death nobody saw.</summary>
    public static FailureCause UnseenDeath => FailureCause.Unresponsive;

    /// <summary>Whether an idle task goes to the free slot that was busy last, so that the others may shrink away.</summary>
    public static bool PrefersLastBusy => true;

    // Promises that the scheduler of today breaks. Set each to true when it is kept.

    /// <summary>Whether the cancellation of the first task in the queue lets the next one travel ahead. Today that waits for the next
    /// event.</summary>
    public static bool CancellationPumps => false;

    /// <summary>Whether a slot that was full for good takes tasks again when it gives back one that it was no longer thought to have. Today
    /// nothing looks at the slot then, and if it is the only one, tasks wait for ever.</summary>
    public static bool LateGiveBackFreesRoom => false;

    /// <summary>Whether tasks that a slot gives back in one report are all in the queue again before any other task is sent. Today they
    /// come back one by one, so that a slot which comes meanwhile gets younger tasks before them.</summary>
    public static bool GivesBackTogether => false;

    /// <summary>Whether the call of a timer that was stopped or set anew meanwhile means nothing. Today it ends the next run of its task,
    /// or ends the task without a grace.</summary>
    public static bool OvertakenTimersMeanNothing => false;

    /// <summary>Whether a task that loses its slot after the executor has broken ends, even if it has retries left. Today it waits for a
    /// slot that nobody starts.</summary>
    public static bool BrokenEndsRetries => false;

    // The scheduler's own limits.

    /// <summary>How many slots may end before they have started a task, and perhaps because of it.</summary>
    public const int MaxSuspicions = 5;

    /// <summary>How many may end so when nothing points at the task.</summary>
    public const int MaxLostBeforeStart = 50;
}
