using System.Collections.Concurrent;
using System.IO.Pipes;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.WorkerHost.Link;
using Offloop.WorkerHost.Tasks;

namespace Offloop.Tests;

/// <summary>The turn to read the pipe: who has it, and that it is never lost.</summary>
public sealed class RequestQueueTests : IDisposable
{
    private const byte Ping = 0; // a message without a task
    private const byte Method = 200; // a message with a method to prepare for

    private readonly NamedPipeServerStream _feed;
    private readonly RequestQueue _queue;
    private readonly BlockingPipe _pipe;
    private readonly BlockingCollection<(byte Message, Thread Reader)> _heard = [];
    private readonly BlockingCollection<int> _taken = [];
    private readonly BlockingCollection<Thread> _prepared = [];
    private readonly SemaphoreSlim _goOn = new(0);
    private readonly Thread _taskThread;
    private volatile bool _blocks;

    public RequestQueueTests()
    {
        string name = $"offloop-test-{Guid.NewGuid():N}";
        _feed = new NamedPipeServerStream(name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
        var end = new NamedPipeClientStream(".", name, PipeDirection.InOut, PipeOptions.Asynchronous);
        Task connected = _feed.WaitForConnectionAsync();
        end.Connect();
        connected.GetAwaiter().GetResult();
        _pipe = new BlockingPipe(end, Stream.Null);
        _queue = new RequestQueue(Prepare);
        _ = ListenAsync();
        _queue.ReadFrom(_pipe);
        _taskThread = new Thread(Run) { IsBackground = true, Name = "test task thread" };
    }

    public void Dispose()
    {
        _blocks = false;
        _pipe.Dispose(); // ends a read; as a rule it is a message there that says to leave
        _queue.Complete();
        _goOn.Release();
        if (_taskThread.IsAlive)
            Assert.True(_taskThread.Join(InMemoryWorker.Hang));
        _queue.Dispose();
        _feed.Dispose();
    }

    [Fact(Timeout = InMemoryWorker.Hang)]
    public Task An_idle_task_thread_reads_its_tasks_itself() => Task.Run(() =>
    {
        BecomeLeader();
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(_taskThread, Say(1));
            Assert.Equal(1, _taken.Take());
        }
    });

    [Fact(Timeout = InMemoryWorker.Hang)]
    public Task Before_the_task_thread_has_come_and_while_it_is_busy_another_one_reads() => Task.Run(() =>
    {
        Assert.NotEqual(_taskThread, Say(Ping));
        BecomeLeader();
        _blocks = true;
        Assert.Equal(_taskThread, Say(1));
        _taken.Take();

        Assert.NotEqual(_taskThread, Say(Ping));
        Assert.NotEqual(_taskThread, Say(1));
        Assert.NotEqual(_taskThread, Say(Ping));

        _blocks = false;
        _goOn.Release();
        _taken.Take();
    });

    [Fact(Timeout = InMemoryWorker.Hang)]
    public Task The_turn_comes_back_after_a_long_task() => Task.Run(() =>
    {
        BecomeLeader();
        _blocks = true;
        Say(1);
        _taken.Take();
        Assert.NotEqual(_taskThread, Say(Ping));
        _blocks = false;
        _goOn.Release();

        BecomeLeader();
    });

    [Fact(Timeout = InMemoryWorker.Hang)]
    public Task A_batch_is_read_ahead_of() => Task.Run(() =>
    {
        BecomeLeader();
        _blocks = true;
        Say(3);
        Assert.NotEqual(_taskThread, Say(2));
        for (int i = 0; i < 5; i++)
        {
            _taken.Take();
            _goOn.Release();
        }
    });

    [Fact(Timeout = InMemoryWorker.Hang)]
    public Task An_idle_task_thread_prepares_and_reads_on() => Task.Run(() =>
    {
        BecomeLeader();
        for (int i = 0; i < 20; i++)
        {
            Say(Method); // who reads it depends on how long the preparation before took
            Assert.Equal(_taskThread, _prepared.Take());
        }
        BecomeLeader();
    });

    [Fact(Timeout = InMemoryWorker.Hang)]
    public Task While_the_task_thread_prepares_another_one_reads() => Task.Run(() =>
    {
        BecomeLeader();
        _blocks = true;
        Say(Method);
        _prepared.Take();
        Assert.NotEqual(_taskThread, Say(Ping));
        Assert.NotEqual(_taskThread, Say(1));
        Assert.Empty(_taken);
        _blocks = false;
        _goOn.Release();
        _taken.Take();
    });

    [Fact(Timeout = InMemoryWorker.Hang)]
    public Task Tasks_go_before_methods_and_those_who_leave_prepare_for_none() => Task.Run(() =>
    {
        BecomeLeader();
        _blocks = true;
        Say(2);
        _taken.Take();
        Say(Method);
        Say(1);
        for (int i = 0; i < 2; i++)
        {
            Assert.Empty(_prepared);
            _goOn.Release();
            _taken.Take();
        }
        Assert.Empty(_prepared);
        _queue.Complete();
        _goOn.Release();
        Assert.True(_taskThread.Join(InMemoryWorker.Hang));
        Assert.Empty(_prepared);
    });

    [Fact(Timeout = InMemoryWorker.Hang)]
    public Task An_interrupt_that_comes_late_hits_neither_the_reader_nor_the_next_task() => Task.Run(() =>
    {
        BecomeLeader();
        for (int i = 0; i < 20; i++)
        {
            _taskThread.Interrupt();
            Say(1);
            Assert.Equal(1, _taken.Take());
        }
    });

    [Fact(Timeout = InMemoryWorker.Hang)]
    public Task The_end_of_the_pipe_leaves_the_task_thread_waiting_until_it_is_told_to_leave() => Task.Run(() =>
    {
        BecomeLeader();
        _pipe.Dispose();
        Assert.False(_taskThread.Join(50));
        _queue.Complete();
        Assert.True(_taskThread.Join(InMemoryWorker.Hang));
    });

    /// <summary>Messages of all kinds beside tasks of all lengths: a turn that is lost would leave one of them unread.</summary>
    [Theory(Timeout = InMemoryWorker.Hang)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public Task No_message_stays_unread(int seed) => Task.Run(() =>
    {
        var random = new Random(seed);
        _taskThread.Start();
        int open = 0;
        int unheard = 0;
        for (int i = 0; i < 2_000; i++)
        {
            byte message = (byte)(random.Next(5) switch { 0 => Ping, 1 => random.Next(2, 9), 2 => Method, _ => 1 });
            _blocks = random.Next(8) == 0;
            _feed.WriteByte(message);
            unheard++;
            if (random.Next(3) > 0)
                Hear();
            open += message == Method ? 0 : message;
            if (random.Next(50) == 0)
                open -= _queue.TakeBack().Length;
            if (random.Next(4) == 0)
                Thread.Yield();
            _blocks = false;
            _goOn.Release();
        }
        Hear();
        for (; open > 0; open--)
        {
            _goOn.Release();
            _taken.Take();
        }

        void Hear()
        {
            for (; unheard > 0; unheard--)
                _heard.Take();
        }
    });

    /// <summary>Starts the task thread, or waits for it to have the turn.</summary>
    private void BecomeLeader()
    {
        if (_taskThread.ThreadState.HasFlag(ThreadState.Unstarted))
            _taskThread.Start();
        Thread reader;
        do
        {
            reader = Say(1);
            _taken.Take();
        }
        while (reader != _taskThread);
    }

    /// <summary>Sends a message with so many tasks, and returns the thread that has read it.</summary>
    private Thread Say(byte tasks)
    {
        _feed.WriteByte(tasks);
        (byte message, Thread reader) = _heard.Take();
        Assert.Equal(tasks, message);
        return reader;
    }

    private async Task ListenAsync()
    {
        byte[] buffer = new byte[64];
        while (await _pipe.ReadAsync(buffer).ConfigureAwait(false) is > 0 and int count)
        {
            foreach (byte message in buffer[..count])
            {
                if (message == Method)
                    _queue.AddMethod(1);
                else if (message != Ping)
                    _ = _queue.TryAdd([.. Enumerable.Range(0, message).Select(static _ => Request())]);
                _heard.Add((message, Thread.CurrentThread));
            }
        }
        await _pipe.DisposeAsync();
    }

    private void Run()
    {
        using InterruptShield.Scope shield = InterruptShield.Raise();
        while (_queue.Take() is not null)
        {
            _taken.Add(1);
            if (_blocks)
                InterruptShield.Wait(_goOn);
        }
    }

    private void Prepare(int method)
    {
        _prepared.Add(Thread.CurrentThread);
        if (_blocks)
            InterruptShield.Wait(_goOn);
    }

    private static RunRequest Request() => new()
    {
        Sequence = 1,
        Method = 1,
        TaskId = 1,
        Attempt = 1,
        Argument = PayloadRef.Inline(PayloadFormat.Default.Write("", "argument")),
    };
}
