namespace Offloop.Protocol;

/// <summary>The environment variable that marks a process as a .NET worker. It holds the variables that the launch has changed, with the
/// values that they had. The worker takes it away and puts those values back before anything else, so that neither its tasks nor their
/// children see how it was started.</summary>
internal static class WorkerVariable
{
    public const string Name = "OFFLOOP_WORKER";

    private const char Separator = '\u001f'; // stands in no value: it is the unit separator of ASCII

    /// <summary>Whether this process was launched as a worker and has not become one: its own Main runs, because startup hooks are
    /// off.</summary>
    public static bool IsLeft => Environment.GetEnvironmentVariable(Name) is not null;

    /// <summary>Changes variables of a process that is about to be launched, and marks it.</summary>
    /// <param name="environment">The environment that its tasks are to see.</param>
    /// <param name="changes">The values for the launch; null removes a variable.</param>
    public static void Write(IDictionary<string, string?> environment, IReadOnlyDictionary<string, string?> changes)
    {
        var before = new List<string>();
        foreach ((string name, string? value) in changes)
        {
            bool wasSet = environment.TryGetValue(name, out string? old) && old is not null;
            before.Add(wasSet ? $"{name}={old}" : name);
            if (value is null)
                environment.Remove(name);
            else
                environment[name] = value;
        }
        environment[Name] = string.Join(Separator, before);
    }

    /// <summary>Puts the variables of this process back, and returns whether it was marked.</summary>
    public static bool TakeBack()
    {
        if (Environment.GetEnvironmentVariable(Name) is not { } before)
            return false;
        Environment.SetEnvironmentVariable(Name, null);
        foreach (string variable in before.Split(Separator, StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = variable.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                Environment.SetEnvironmentVariable(variable, null);
            else
                Environment.SetEnvironmentVariable(variable[..equals], variable[(equals + 1)..]);
        }
        return true;
    }
}
