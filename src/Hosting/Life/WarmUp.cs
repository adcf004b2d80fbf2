namespace Offloop.Hosting.Life;

/// <summary>The first task of an executor in a host. Its name is that of a span.</summary>
internal static class WarmUp
{
    public static void Run()
    {
    }
}
