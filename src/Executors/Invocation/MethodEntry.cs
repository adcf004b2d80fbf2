using System.Collections.Concurrent;
using System.Reflection;
using Offloop.Payloads;

namespace Offloop.Invocation;

/// <summary>A submitted method, checked and named once. Its number stands for it after its first use on a pipe.</summary>
internal sealed class MethodEntry
{
    private static int s_last;
    private readonly MethodInfo? _method;
    private readonly Func<MethodIdentity> _identify;
    private MethodIdentity? _identity;

    public MethodEntry(MethodInfo method, CallKind kind, Type argument, Type result, PayloadFormat format)
    {
        (_method, Format, DisplayName) = (method, format, MethodIdentity.DisplayNameOf(method));
        _identify = () => MethodIdentity.Of(method, kind, argument, result);
    }

    /// <summary>A method of another process, which this one only passes on.</summary>
    public MethodEntry(MethodIdentity identity, PayloadFormat format)
    {
        (_identity, Format, DisplayName) = (identity, format, identity.DisplayName);
        _identify = () => identity;
    }

    public int Number { get; } = Interlocked.Increment(ref s_last);

    /// <summary>The method itself. Throws <see cref="InvalidOperationException"/> if it is only passed on.</summary>
    public MethodInfo Method => _method ?? throw new InvalidOperationException($"{DisplayName} is a method of another process.");

    /// <summary>How its arguments and results are written.</summary>
    public PayloadFormat Format { get; }

    public string DisplayName { get; }

    /// <summary>The method's name for a worker, made on first use. Throws <see cref="ArgumentException"/> if
    /// no worker could find the method.</summary>
    public MethodIdentity Identity => _identity ??= _identify();
}

/// <summary>The methods that were submitted with one pair of argument and result types.</summary>
internal static class MethodEntries<TArg, TResult>
{
    private static readonly ConcurrentDictionary<(MethodInfo Method, CallKind Kind, PayloadFormat Format), MethodEntry> s_entries = new();

    public static MethodEntry Of(Delegate work, CallKind kind, PayloadFormat format)
    {
        (MethodInfo, CallKind, PayloadFormat) key = (work.Method, kind, format);
        return s_entries.TryGetValue(key, out MethodEntry? known) ? known : Add(key, work);
    }

    /// <summary>Applies the rules that depend on the types only, once for each method.</summary>
    private static MethodEntry Add((MethodInfo Method, CallKind Kind, PayloadFormat Format) key, Delegate work)
    {
        DelegateRules.Require(work);
        ResultRules<TResult>.Require();
        key.Format.Require(typeof(TArg), "argument");
        key.Format.Require(typeof(TResult), key.Kind.HasFlag(CallKind.Stream) ? "item" : "result");
        return s_entries.GetOrAdd(key, static key => new MethodEntry(key.Method, key.Kind, typeof(TArg), typeof(TResult), key.Format));
    }
}
