using System.Text.Json;
using System.Text.Json.Serialization;

namespace Offloop.Coordinator.Fetching;

/// <summary>The generated JSON of a fetch: nothing has to reflect over it, here or in a worker, before the first one.</summary>
[JsonSerializable(typeof(FetchRequest))]
[JsonSerializable(typeof(FetchResult))]
internal sealed partial class FetchJson : JsonSerializerContext
{
    /// <summary>The executors' JsonOptions.</summary>
    public static void Use(JsonSerializerOptions options) => options.TypeInfoResolverChain.Insert(0, Default);
}
