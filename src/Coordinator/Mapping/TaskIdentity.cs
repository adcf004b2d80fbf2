using System.Text.Json.Serialization;

namespace Offloop.Coordinator.Mapping;

/// <summary>A task that was found: what a worker needs to find it again.</summary>
/// <param name="Assembly">The full path of the assembly's file.</param>
/// <param name="Type">The full name of the type.</param>
/// <param name="Method">The name of the method.</param>
/// <param name="Argument">The full name of the argument's type, as reflection writes it.</param>
/// <param name="TakesText">Whether the argument is a string.</param>
/// <param name="IsJson">Whether lines are read as JSON, and not as the argument itself.</param>
/// <param name="Build">The version of the assembly's module, which each build changes.</param>
internal sealed record TaskIdentity(
    string Assembly, string Type, string Method, string Argument, bool TakesText, bool IsJson, Guid Build)
{
    /// <summary>The task's name for people and for the file that a run is resumed with. It has no path and no version: an assembly that was
    /// moved or built again goes on.</summary>
    [JsonIgnore]
    public string Name => $"{Path.GetFileName(Assembly)}:{Type}.{Method}({Argument})";
}
