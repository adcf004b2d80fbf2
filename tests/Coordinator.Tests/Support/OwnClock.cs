namespace Offloop.Tests;

/// <summary>Tests of programs that watch their own clock. Together they would measure each other, so they run one after the other, when the
/// tests outside of this collection have ended.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class OwnClock
{
    public const string Name = "own clock";
}
