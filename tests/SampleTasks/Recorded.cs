using System.Text.Json.Nodes;

namespace Offloop.SampleTasks;

/// <summary>Tasks whose failed runs are recorded.</summary>
public static class Recorded
{
    private static int s_prepared;

    public static void Prepare(int value) => s_prepared = value;

    public static int Refuse(Parcel parcel) =>
        throw new InvalidOperationException($"{parcel.To} takes no {string.Join(", ", parcel.Items)} ({s_prepared})");

    /// <summary>Never ends, whatever its token says.</summary>
    public static void Hang() => Thread.Sleep(Timeout.Infinite);

    public static JsonNode? Hide(string method, string name, JsonNode? value)
    {
        if (value is JsonObject parcel && name == "argument")
            parcel["To"] = $"{method} hides it";
        if (name == "name" && $"{value}" == "Ada's")
            return "somebody's";
        return name == "environment:OFFLOOP_TEST_KEY" ? null : value;
    }

    public static JsonNode? Fail(string method, string name, JsonNode? value) =>
        name is "argument" or "failure" or "name" or "environment:OFFLOOP_TEST_KEY"
            ? throw new InvalidOperationException($"{value} is a secret")
            : value;
}

/// <summary>An argument that its caller may change.</summary>
public sealed class Parcel
{
    public string To { get; set; } = "";

    public List<int> Items { get; set; } = [];
}
