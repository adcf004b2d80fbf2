using System.Text.Json;
using System.Text.Json.Serialization;

namespace Offloop.SampleTasks;

/// <summary>Tasks about how deep things are.</summary>
public static class Nesting
{
    /// <summary>What a pool in this process, with this process's environment, comes to: its answer, or why it cannot be made.</summary>
    public static async Task<string> PoolAsync(int number)
    {
        try
        {
            await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, StartTimeout = TimeSpan.FromSeconds(40) });
            return $"{await pool.SubmitAsync(Basics.Square, number)}";
        }
        catch (InvalidOperationException error)
        {
            return error.Message;
        }
    }

    public static Chain? Echo(Chain? chain) => chain;

    public static Chain Deep(int depth) => Chain.Of(depth)!;

    /// <summary>An exception with this many causes, one in the other.</summary>
    public static void Throw(int depth)
    {
        Exception error = new InvalidOperationException("the last");
        for (int i = 1; i < depth; i++)
            error = new InvalidOperationException($"number {i}", error);
        throw error;
    }

    public static RawText Raw(string text) => new(text);
}

/// <summary>As deep as it is long: each link is an object of JSON.</summary>
public sealed class Chain
{
    public Chain? Next { get; init; }

    public static Chain? Of(int depth)
    {
        Chain? chain = null;
        for (int i = 0; i < depth; i++)
            chain = new Chain { Next = chain };
        return chain;
    }
}

/// <summary>Writes itself as JSON without anybody's checking it.</summary>
[JsonConverter(typeof(Converter))]
public sealed record RawText(string Text)
{
    private sealed class Converter : JsonConverter<RawText>
    {
        public override RawText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            reader.Skip();
            return new RawText("");
        }

        public override void Write(Utf8JsonWriter writer, RawText value, JsonSerializerOptions options) => writer.WriteRawValue(value.Text, skipInputValidation: true);
    }
}
