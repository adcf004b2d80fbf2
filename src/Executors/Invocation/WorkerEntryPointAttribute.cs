namespace Offloop;

/// <summary>Gives a method a name by which a worker finds it that is not .NET: a program of <see cref="ProcessPoolOptions.Command"/>. There
/// the name, the argument and the result travel, and the program does what the name stands for. Everywhere else the method itself is run,
/// so that the same call works on every executor.
/// <para>Give names that stay: two builds of the application and of the program must mean the same by one.</para></summary>
/// <param name="name">The name. It need not be unique: all forms of a method may share one.</param>
/// <example><code>
/// [WorkerEntryPoint("resize")]
/// public static byte[] Resize(Picture picture) => …   // what inline and thread executors run
/// </code></example>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class WorkerEntryPointAttribute(string name) : Attribute
{
    /// <summary>The name by which the program knows the method.</summary>
    public string Name { get; } = name;
}
