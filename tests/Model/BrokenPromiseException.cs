namespace Offloop.Model;

/// <summary>The scheduler did something that it promises not to do. The message is one sentence.</summary>
internal sealed class BrokenPromiseException : Exception
{
    public BrokenPromiseException(string sentence)
        : base(sentence)
    {
    }

    public BrokenPromiseException(string sentence, Exception cause)
        : base(sentence, cause)
    {
    }
}
