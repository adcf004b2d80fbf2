using System.Collections.Concurrent;
using Offloop.Invocation;

namespace Offloop.Workers;

/// <summary>The methods of which a task has returned in one pool, in that order. Workers without a task are told of them, and prepare: most
/// of the time of a worker's first task goes to compiling what is generic over its types. A method that has never returned is left out,
/// because its types may do harm where they are prepared, and that has to stay the matter of a task. Thread-safe.</summary>
internal sealed class MethodsInUse
{
    /// <summary>Of how many methods a new worker is told. More would keep it from its first task.</summary>
    private const int Latest = 8;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<int, MethodEntry> _known = new();
    private readonly List<MethodEntry> _methods = [];

    /// <summary>Takes note of a method. False if it was known.</summary>
    public bool Add(MethodEntry method)
    {
        if (_known.ContainsKey(method.Number) || !_known.TryAdd(method.Number, method))
            return false;
        lock (_lock)
            _methods.Add(method);
        return true;
    }

    /// <summary>Returns the methods of which a worker has not been told.</summary>
    /// <param name="told">How far it has been told; 0 at first. Moved on.</param>
    public MethodEntry[] TakeNew(ref int told)
    {
        lock (_lock)
        {
            int first = Math.Max(told, _methods.Count - Latest);
            told = _methods.Count;
            return [.. _methods[first..]];
        }
    }
}
