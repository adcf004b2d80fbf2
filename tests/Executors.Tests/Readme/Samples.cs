namespace Offloop.Tests.Readme;

/// <summary>The methods that the README's examples submit.</summary>
public static class Samples
{
    public static string Fetch(string page) => $"text of {page}";

    public static IEnumerable<string> Urls() => ["page 1", "page 2", "page 3"];

    public static void Hang() => Thread.Sleep(Timeout.Infinite);

    public static int CountUntilCancelled(int start, TaskContext context)
    {
        while (true)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            start++;
        }
    }

    public static IEnumerable<int> Numbers(int count) => Enumerable.Range(1, count);

    public static void Steps(int count, TaskContext context)
    {
        for (int i = 1; i <= count; i++)
            context.Report((double)i / count);
    }
}

/// <summary>Stands for a library that blocks.</summary>
public static class SlowLibrary
{
    public static string Download(string url) => $"the page of {url}";
}
