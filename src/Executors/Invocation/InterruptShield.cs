namespace Offloop.Invocation;

/// <summary>Keeps <see cref="Thread.Interrupt"/> out of the pool's own code on a thread that runs tasks. A task knows its thread and may
/// interrupt it, at once or later from another thread; the exception then comes out of whatever waits there next. Under the shield a wait
/// for a lock, a pulse or an event goes on, and the interrupt is lost. The task itself runs outside it.
/// <para>It works because the runtime hands the waits of a thread to a <see cref="SynchronizationContext"/> that asks for them. Tasks and
/// the slim types sleep before they wait, which no context sees: for them there are methods here.</para></summary>
internal sealed class InterruptShield : SynchronizationContext
{
    private static readonly InterruptShield s_shield = new();
    private static readonly ManualResetEvent s_signalled = new(initialState: true);

    private InterruptShield() => SetWaitNotificationRequired();

    /// <summary>Shields the code of the calling thread until the scope is disposed.</summary>
    public static Scope Raise() => new(s_shield);

    /// <summary>Lets a task run outside the shield until the scope is disposed. The shield is back then, whatever the task has put in its
    /// place. An interrupt that is pending at the beginning or at the end is taken away: it was meant for the task before, or for this
    /// one.</summary>
    public static Scope Lower()
    {
        Absorb();
        return new Scope(null);
    }

    /// <summary>Takes away an interrupt that is pending on the calling thread, which is under the shield.</summary>
    public static void Absorb() => s_signalled.WaitOne(0);

    /// <summary>Waits for a semaphore.</summary>
    public static void Wait(SemaphoreSlim semaphore)
    {
        while (true)
        {
            try
            {
                semaphore.Wait();
                return;
            }
            catch (ThreadInterruptedException)
            {
                // It was meant for a task.
            }
        }
    }

    /// <summary>Waits for a task and throws its exception, if it has failed.</summary>
    public static void Wait(Task task)
    {
        while (!task.IsCompleted)
        {
            try
            {
                Task.WaitAny(task);
            }
            catch (ThreadInterruptedException)
            {
                // It was meant for a task of the pool.
            }
        }
        task.GetAwaiter().GetResult();
    }

    /// <summary>Waits for a task and returns its result, or throws its exception.</summary>
    public static T Wait<T>(Task<T> task)
    {
        Wait((Task)task);
        return task.GetAwaiter().GetResult();
    }

    public override int Wait(nint[] waitHandles, bool waitAll, int millisecondsTimeout)
    {
        while (true)
        {
            try
            {
                return WaitHelper(waitHandles, waitAll, millisecondsTimeout);
            }
            catch (ThreadInterruptedException)
            {
                // It was meant for a task.
            }
        }
    }

    /// <summary>A part of a thread's work with or without the shield.</summary>
    public readonly ref struct Scope
    {
        private readonly SynchronizationContext? _before = Current;

        internal Scope(SynchronizationContext? context) => SetSynchronizationContext(context);

        /// <summary>Ends the part. The context that was there before is back.</summary>
        public void Dispose()
        {
            SetSynchronizationContext(_before);
            if (_before == s_shield)
                Absorb();
        }
    }
}
