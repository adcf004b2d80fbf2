using System.Text.Json;
using System.Text.Json.Serialization;

namespace Offloop.Differ;

/// <summary>A program as text, without what it does not use.</summary>
internal static class PlanText
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of(TaskPlan plan) => JsonSerializer.Serialize(plan, s_options);
}
