using System.Text.Json;
using System.Text.Json.Serialization;

namespace Offloop.Coordinator.Fetching;

/// <summary>The source-generated JSON of a fetch. It spares this process and the workers the reflection before the first one.</summary>
[JsonSerializable(typeof(FetchRequest))]
[JsonSerializable(typeof(FetchResult))]
internal sealed partial class FetchJson : JsonSerializerContext
{
    /// <summary>The <c>JsonOptions</c> of the executors.</summary>
    public static void Use(JsonSerializerOptions options) => options.TypeInfoResolverChain.Insert(0, Default);
}
