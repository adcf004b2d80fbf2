namespace Offloop;

/// <summary>Gives a method a name by which a worker that is not .NET finds it: a program set as <see cref="ProcessPoolOptions.Command"/>.
/// Such a worker gets the name and the argument, and the program does the work that the name stands for. Everywhere else the method itself
/// runs, so the same call works on every executor.
/// <para>Choose names that last: two builds of the application and the program must mean the same thing by a name.</para></summary>
/// <param name="name">The name. It need not be unique: all forms of a method may share one.</param>
/// <example><code>
/// [WorkerEntryPoint("resize")]
/// public static byte[] Resize(Picture picture) => …   // runs on inline and thread executors
/// </code></example>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class WorkerEntryPointAttribute(string name) : Attribute
{
    /// <summary>The name by which the program knows the method.</summary>
    public string Name { get; } = name;
}
