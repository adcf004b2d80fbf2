using Offloop.Invocation;

namespace Offloop.Tasks;

/// <summary>The checked call that a task makes: what all items of a map, or all enumerations of a stream, have in common.</summary>
/// <param name="Method">The method, named and with the format of its payloads.</param>
/// <param name="Form">How a delegate of that kind is called in this process.</param>
/// <param name="Work">The delegate.</param>
internal sealed record TaskRequest<TArg, TResult>(MethodEntry Method, CallForm<TArg, TResult> Form, Delegate Work);
