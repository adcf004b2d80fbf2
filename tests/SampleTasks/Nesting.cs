using System.Text.Json;
using System.Text.Json.Serialization;

namespace Offloop.SampleTasks;

/// <summary>Tasks about depth: pools in pools, values in values, exceptions in exceptions.</summary>
public static class Nesting
{
    /// <summary>Makes a pool in this process, with this process's environment. Returns its answer, or the reason why it cannot be
    /// made.</summary>
    public static async Task<string> PoolAsync(int number)
    {
        try
        {
            var options = new ProcessPoolOptions { MaxWorkers = 1, StartTimeout = TimeSpan.FromSeconds(40) };
            await using var pool = new ProcessPoolExecutor(options);
            return $"{await pool.SubmitAsync(Basics.Square, number)}";
        }
        catch (InvalidOperationException error)
        {
            return error.Message;
        }
    }

    public static Chain? Echo(Chain? chain) => chain;

    public static Chain Deep(int depth) => Chain.Of(depth)!;

    /// <summary>Throws an exception with a chain of this length.</summary>
    public static void Throw(int depth)
    {
        Exception error = new InvalidOperationException("the last");
        for (int i = 1; i < depth; i++)
            error = new InvalidOperationException($"number {i}", error);
        throw error;
    }

    public static RawText Raw(string text) => new(text);
}

/// <summary>A chain whose links are nested JSON objects.</summary>
public sealed class Chain
{
    public Chain? Next { get; set; }

    public static Chain? Of(int depth)
    {
        Chain? chain = null;
        for (int i = 0; i < depth; i++)
            chain = new Chain { Next = chain };
        return chain;
    }

    /// <summary>A chain that never ends.</summary>
    public static Chain Ring()
    {
        var chain = new Chain();
        chain.Next = chain;
        return chain;
    }
}

/// <summary>Writes its text as JSON without any check.</summary>
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

        public override void Write(Utf8JsonWriter writer, RawText value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Text, skipInputValidation: true);
    }
}
