using System.Net.Sockets;

namespace Offloop.SampleTasks;

/// <summary>Tasks that wait for locks that nobody gives back.</summary>
public static class Hanging
{
    private static readonly object s_stock = new();
    private static readonly object s_orders = new();
    private static readonly Lock s_ledger = new();

    /// <summary>Says that the other thread has what it wants, and then waits for that thread, which waits for this one.</summary>
    public static void InDeadlock(Meeting meeting)
    {
        using var both = new Barrier(2);
        new Thread(() => TakeOrders(both)) { IsBackground = true }.Start();
        lock (s_stock)
        {
            both.SignalAndWait();
            using NetworkStream line = Rendezvous.Arrive(meeting);
            TakeOrdersToo();
        }
    }

    /// <summary>The same with a <see cref="Lock"/> that another thread keeps.</summary>
    public static void OnLock(Meeting meeting)
    {
        using var taken = new ManualResetEventSlim();
        new Thread(() => Keep(taken)) { IsBackground = true }.Start();
        taken.Wait();
        using NetworkStream line = Rendezvous.Arrive(meeting);
        lock (s_ledger)
            GC.KeepAlive(meeting);
    }

    private static void TakeOrders(Barrier both)
    {
        lock (s_orders)
        {
            both.SignalAndWait();
            lock (s_stock)
                GC.KeepAlive(both);
        }
    }

    private static void TakeOrdersToo()
    {
        lock (s_orders)
            GC.KeepAlive(s_orders);
    }

    private static void Keep(ManualResetEventSlim taken)
    {
        lock (s_ledger)
        {
            taken.Set();
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
