namespace Offloop.Diagnostics;

/// <summary>How much of a worker's memory a dump has.</summary>
public enum DumpContent
{
    /// <summary>The stacks of all threads, without values that could tell secrets: some megabytes (a triage dump).</summary>
    Stacks,

    /// <summary>The stacks and the managed heap: as much as the worker's heap, and some 100 MB.</summary>
    Heap,

    /// <summary>All memory.</summary>
    Full,
}
