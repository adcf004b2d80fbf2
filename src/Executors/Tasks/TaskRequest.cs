using Offloop.Invocation;

namespace Offloop.Tasks;

/// <summary>The checked call that a task makes. All items of a map share one, and so do all enumerations of a stream.</summary>
/// <param name="Method">The method, with its name and the format of its payloads.</param>
/// <param name="Form">Calls a delegate of that kind in this process.</param>
/// <param name="Work">The delegate.</param>
internal sealed record TaskRequest<TArg, TResult>(MethodEntry Method, CallForm<TArg, TResult> Form, Delegate Work);
