namespace SampleTasks; // without Offloop, as a name that is typed

/// <summary>Tasks that return what they are given.</summary>
public static class Echo
{
    public static string Line(string line) => line;
}
