using System.Collections.Concurrent;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;

namespace Offloop.WorkerHost.Tasks;

/// <summary>The methods that the coordinator has named, by its numbers for them. Thread-safe.</summary>
internal sealed class MethodTable
{
    private readonly ConcurrentDictionary<int, KnownMethod> _methods = [];

    /// <summary>Takes note of methods when they arrive, because the task that brings one may be cancelled or given back before it starts.
    /// Throws if a request makes no sense: if it were left out, nobody would ever answer for its task.</summary>
    public void Define(RunRequest[] requests)
    {
        if (Array.Exists(requests, static request => request is null or { Credit: < 0 }))
            throw new InvalidDataException("A request to run a task makes no sense.");
        foreach (RunRequest request in requests)
        {
            if (request.Definition is { } definition)
                _methods[request.Method] = KnownMethod.Of(definition);
        }
    }

    /// <summary>Takes note of a method. False if it was known.</summary>
    public bool TryDefine(int method, MethodIdentity definition) => _methods.TryAdd(method, KnownMethod.Of(definition));

    /// <summary>The name for people; empty for a method that is not known.</summary>
    public string NameOf(int method) => _methods.TryGetValue(method, out KnownMethod? known) ? known.Name : "";

    /// <summary>Finds the method. It may throw anything that is wrong with it.</summary>
    public RemoteMethod Find(int method) => _methods[method].Found.Value;

    /// <summary>Prepares for the tasks of a method.</summary>
    public void Rehearse(int method, PayloadFormat format)
    {
        try
        {
            Find(method).Rehearse(format);
        }
        catch (Exception)
        {
            // The first task says it. It brings the definition again, so the method is looked for anew.
        }
    }

    /// <summary>A method that the coordinator has named.</summary>
    /// <param name="Name">Its name for people.</param>
    /// <param name="Found">The method. It keeps a failure to find it, too, for later tasks.</param>
    private sealed record KnownMethod(string Name, Lazy<RemoteMethod> Found)
    {
        public static KnownMethod Of(MethodIdentity definition) =>
            new(definition.DisplayName, new(() => MethodResolver.Resolve(definition)));
    }
}
