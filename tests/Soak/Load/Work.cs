namespace Offloop.Soak.Load;

/// <summary>One kind of work.</summary>
/// <param name="Weight">How often it is drawn, in comparison with the others.</param>
/// <param name="Name">The name in messages.</param>
/// <param name="RunAsync">Runs it once. Throws if it ends otherwise than it should.</param>
internal sealed record Work(int Weight, string Name, Func<Random, Task> RunAsync);
