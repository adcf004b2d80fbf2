using System.Buffers;
using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Metadata;
using System.Runtime.CompilerServices;

namespace Offloop.Payloads;

/// <summary>Finds exception types by a name that came from a peer. Only loaded assemblies are searched: a
/// lookup must not load anything.</summary>
internal static unsafe class LoadedTypes
{
    private static readonly ConcurrentDictionary<string, Type> s_found = new(StringComparer.Ordinal);
    private static readonly SearchValues<char> s_special = SearchValues.Create("[],*&\\\0");
    private static readonly ConditionalWeakTable<Assembly, Forwards> s_forwards = [];

    /// <summary>Returns the exception type with this full name, or null.</summary>
    public static Type? FindException(string name)
    {
        if (s_found.TryGetValue(name, out Type? known))
            return known;
        // Brackets and commas name further types in other assemblies, which the runtime would load.
        if (name.Length == 0 || name.AsSpan().ContainsAny(s_special))
            return null;
        foreach (Assembly assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            if (assembly.IsDynamic || s_forwards.GetValue(assembly, static assembly => new Forwards(assembly)).Contains(name))
                continue;
            if (assembly.GetType(name, throwOnError: false) is { ContainsGenericParameters: false, IsAbstract: false } type
                && typeof(Exception).IsAssignableFrom(type))
                return s_found.GetOrAdd(name, type); // a name that was not found is not kept, so a peer cannot fill this table
        }
        return null;
    }

    /// <summary>The types that an assembly forwards to another one. Looking one of them up would load the other assembly.</summary>
    private sealed class Forwards
    {
        private readonly MetadataReader? _metadata;

        public Forwards(Assembly assembly)
        {
            if (assembly.TryGetRawMetadata(out byte* start, out int length))
                _metadata = new MetadataReader(start, length);
        }

        /// <summary>Whether the assembly forwards the type; true if that cannot be known.</summary>
        public bool Contains(string name)
        {
            if (_metadata is null)
                return true;
            int nested = name.IndexOf('+', StringComparison.Ordinal);
            ReadOnlySpan<char> outer = nested < 0 ? name : name.AsSpan(0, nested);
            int dot = outer.LastIndexOf('.');
            string space = dot < 0 ? "" : outer[..dot].ToString();
            string simple = outer[(dot + 1)..].ToString();
            foreach (ExportedTypeHandle handle in _metadata.ExportedTypes)
            {
                ExportedType type = _metadata.GetExportedType(handle);
                if (_metadata.StringComparer.Equals(type.Name, simple) && _metadata.StringComparer.Equals(type.Namespace, space))
                    return true;
            }
            return false;
        }
    }
}
