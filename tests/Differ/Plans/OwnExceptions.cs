namespace Offloop.Differ;

/// <summary>An exception of an application, as most are written.</summary>
internal class OwnException : Exception
{
    public OwnException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    public OwnException(string message)
        : base(message)
    {
    }

    public int Code { get; init; }
}

/// <summary>An exception that derives from another one of the application.</summary>
internal sealed class OwnDerivedException(string message) : OwnException(message)
{
    public string[] Tags { get; init; } = [];
}

/// <summary>An exception that nothing but its own code can make: it says something else than it is given.</summary>
internal sealed class UnmakeableException(int count, Exception? innerException) : Exception($"{count} things failed", innerException)
{
    private readonly int _count = count;

    public int Doubled => 2 * _count;
}
