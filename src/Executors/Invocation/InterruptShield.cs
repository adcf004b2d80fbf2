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
    public static Scope Raise() => new(s_shield, absorbs: false);

    /// <summary>Puts the shield aside until the scope is disposed, for code that awaits: it goes on in place only where there is no context
    /// of this kind.</summary>
    public static Scope Pause() => new(null, absorbs: false);

    /// <summary>Lets a task run outside the shield until the scope is disposed. The context of before is back then, whatever the task has
    /// put in its place, and an interrupt that is still pending is taken away: it was meant for this task, and the next one may be here
    /// already. Nothing is taken away at the beginning: who waits for the next task calls <see cref="Absorb"/> after the wait, and without
    /// a wait the interrupt of a task before could as well have come an instant later.</summary>
    public static Scope Lower() => new(null, absorbs: true);

    /// <summary>Takes away an interrupt that is pending on the calling thread, which is under the shield.</summary>
    public static void Absorb() => s_signalled.WaitOne(0);

    /// <summary>Waits for a semaphore, and takes away an interrupt that came meanwhile.</summary>
    public static void Wait(SemaphoreSlim semaphore)
    {
        while (true)
        {
            try
            {
                semaphore.Wait();
                Absorb();
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

    /// <summary>Waits for a task and returns its result, or throws its exception. The task is used up.</summary>
    public static T Wait<T>(ValueTask<T> task)
    {
        if (task.IsCompleted)
            return task.GetAwaiter().GetResult();
        Task<T> pending = task.AsTask();
        Wait(pending);
        return pending.GetAwaiter().GetResult();
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
        private readonly bool _absorbs;

        internal Scope(SynchronizationContext? context, bool absorbs)
        {
            _absorbs = absorbs;
            SetSynchronizationContext(context);
        }

        /// <summary>Ends the part. The context that was there before is back.</summary>
        public void Dispose()
        {
            if (_absorbs)
            {
                SetSynchronizationContext(s_shield); // the surroundings of a task are without it
                Absorb();
            }
            SetSynchronizationContext(_before);
        }
    }
}
