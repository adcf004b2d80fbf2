namespace Offloop.Protocol;

/// <summary>Whether a message has to carry a field.</summary>
internal enum Need
{
    /// <summary>A message without it is refused.</summary>
    Required,

    /// <summary>A message may leave it out. A writer does so if it has its default: 0, false, null or nothing.</summary>
    Optional,
}

/// <summary>One row of a message's table, for the documentation and the tests.</summary>
/// <param name="Name">The name in JSON.</param>
/// <param name="Type">The JSON type in words, or the name of the message or enumeration.</param>
/// <param name="Need">Whether it must be there.</param>
/// <param name="Numbers">The enumeration that the numbers of the field belong to; null for all other fields.</param>
internal sealed record WireField(string Name, string Type, Need Need, Type? Numbers);
